/** Five levels; below the middle it asks what went wrong. Never chosen beforehand. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { type AnyIcon, Icon } from '../components/icon.tsx';
import { Option } from '../components/option.tsx';
import { Pages } from '../components/pages.tsx';
import { Stage } from '../components/stage.tsx';
import { useBack } from '../shell/bar.tsx';
import { accepts, draftList, draftNumber, keep, send } from '../state.ts';
import { texts } from '../texts.ts';

type Props = ScreenProps<'evaluate'>;
const faces: readonly AnyIcon[] = ['face1', 'face2', 'face3', 'face4', 'face5'];
/** Levels below this one are asked for reasons. */
const contentFrom = 3;

function Reasons({ level, title, reasons }: { level: number; title: string; reasons: Props['reasons'] }) {
  const words = texts();
  const chosen = draftList('reasons').filter((id) => typeof id === 'string');
  const toggle = (id: string) =>
    keep({ reasons: chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id] });
  const blocks = reasons.map((reason) => ({
    key: reason.id,
    body: <Option option={reason} act="reason" chosen={chosen.includes(reason.id)} onPress={() => toggle(reason.id)} />,
  }));
  return (
    <Stage
      name="evaluate"
      ask={words.rateReasons}
      over={title}
      actions={
        <EventButton event="RATED" data={{ level, reasons: chosen }} icon="check" look="main">
          {words.rate}
        </EventButton>
      }
    >
      <Pages blocks={blocks} class="options" />
    </Stage>
  );
}

export function Evaluate({ ask, levels, reasons }: Props) {
  const words = texts();
  const level = draftNumber('level');
  const asking = draftNumber('asking') === 1;
  useBack(asking ? () => keep({ asking: 0 }) : null);
  const chosen = levels.find((option) => Number(option.id) === level);
  if (asking && chosen !== undefined) return <Reasons level={level} title={chosen.title} reasons={reasons} />;
  const rate = () => (level < contentFrom && reasons.length > 0 ? keep({ asking: 1 }) : send('RATED', { level }));
  return (
    <Stage
      name="evaluate"
      ask={ask}
      actions={
        <>
          {accepts('SKIP') ? <EventButton event="SKIP">{words.rateSkip}</EventButton> : null}
          {chosen === undefined ? (
            <span class="button" data-look="main" data-off="" />
          ) : (
            <Button act="RATED" icon="check" look="main" onPress={rate}>
              {words.rate}
            </Button>
          )}
        </>
      }
    >
      <div class="levels">
        {levels.map((option) => (
          <button
            type="button"
            key={option.id}
            class="option level"
            data-act="level"
            data-id={option.id}
            aria-pressed={option === chosen}
            onClick={() => keep({ level: Number(option.id) })}
          >
            <Icon name={faces[Number(option.id) - 1] ?? 'face3'} />
            <strong>{option.title}</strong>
            <span class="tick">{option === chosen ? <Icon name="check" /> : null}</span>
          </button>
        ))}
      </div>
    </Stage>
  );
}
