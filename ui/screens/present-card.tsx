/** The card goes onto the reader; the drawing shows where, and follows what the reader sees. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { type SlotAction, SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';
import { Trouble } from '../components/typing.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

type State = ScreenProps<'presentCard'>['state'];
export const cardActions: Readonly<Record<State, SlotAction>> = {
  waiting: 'guide',
  reading: 'busy',
  lift: 'lift',
  unavailable: 'off',
};

export function PresentCard({ ask, slot, state, alternative, trouble }: ScreenProps<'presentCard'>) {
  const words = texts();
  return (
    <Stage
      name="presentCard"
      ask={ask}
      detail={alternative}
      actions={
        accepts('NO_CARD') ? (
          <EventButton event="NO_CARD" icon="person" look={state === 'unavailable' ? 'main' : 'plain'}>
            {words.noCard}
          </EventButton>
        ) : undefined
      }
    >
      <div class="slot-work" data-state={state}>
        <SlotPicture slot={slot} action={cardActions[state]} />
        <p class="slot-state" role="status">
          {words.cardState[state]}
        </p>
        {trouble === undefined ? null : <Trouble>{trouble}</Trouble>}
      </div>
    </Stage>
  );
}
