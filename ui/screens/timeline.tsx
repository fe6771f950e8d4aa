/** How far a case has come, who has it now, and how long it may still take. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { type Block, Pages } from '../components/pages.tsx';
import { rowBlocks } from '../components/rows.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

export function Timeline(props: ScreenProps<'timeline'>) {
  const { title, code, state, events, nextActor, daysLeft, phone } = props;
  const words = texts();
  const blocks: Block[] = [
    ...rowBlocks(
      [
        { label: words.nextActor, value: nextActor, emphasis: true },
        { label: words.daysLeft, value: daysLeft, emphasis: true },
        { label: words.phone, value: phone },
        { label: words.details, value: code },
      ].filter((row) => row.value !== ''),
      'fact',
    ),
    ...events.map((event, i) => ({
      key: `event-${i}`,
      body: (
        <div class="event" data-done={event.done ? '' : undefined}>
          <span class="tick">{event.done ? <Icon name="check" /> : null}</span>
          <p>
            <span class="at figures">{event.at}</span>
            <strong>{event.title}</strong>
            {event.detail === undefined ? null : <span>{event.detail}</span>}
            <span class="unseen">{event.done ? words.stateDone : words.stateNext}</span>
          </p>
        </div>
      ),
    })),
  ];
  return (
    <Stage
      name="timeline"
      ask={state}
      over={title}
      actions={
        <>
          {accepts('PRINT') ? (
            <EventButton event="PRINT" icon="printer">
              {words.print}
            </EventButton>
          ) : null}
          {accepts('OK') ? (
            <EventButton event="OK" icon="check" look="main">
              {words.close}
            </EventButton>
          ) : null}
        </>
      }
    >
      <Pages blocks={blocks} class="sheet" />
    </Stage>
  );
}
