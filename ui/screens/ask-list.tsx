/** What an item takes before the journey starts: trips, fee, days, and what to bring. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { type Block, Pages } from '../components/pages.tsx';
import { rowBlocks } from '../components/rows.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

export function AskList({ ask, title, facts, bring, basis }: ScreenProps<'askList'>) {
  const words = texts();
  const blocks: Block[] = [
    ...rowBlocks(facts, 'fact'),
    { key: 'bring', withNext: true, body: <h2>{words.bring}</h2> },
    ...bring.map((thing) => ({
      key: `bring-${thing.title}`,
      body: (
        <div class="bring">
          <Icon name="paper" />
          <p>
            <strong>{thing.title}</strong>
            {thing.detail === undefined ? null : <span>{thing.detail}</span>}
          </p>
          <span class="need" data-required={thing.required ? '' : undefined}>
            {thing.required ? words.mustBring : words.mayBring}
          </span>
        </div>
      ),
    })),
    { key: 'basis', body: <p class="basis">{`${words.basis} · ${basis}`}</p> },
  ];
  return (
    <Stage
      name="askList"
      ask={ask}
      over={title}
      actions={
        <>
          {accepts('PRINT_LIST') ? (
            <EventButton event="PRINT_LIST" icon="printer">
              {words.printList}
            </EventButton>
          ) : null}
          <EventButton event="CONTINUE" icon="forward" look="main">
            {words.continue}
          </EventButton>
        </>
      }
    >
      <Pages blocks={blocks} class="sheet" />
    </Stage>
  );
}
