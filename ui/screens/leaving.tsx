/** Something was left behind: its slot, and one button. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

export function Leaving({ say, slot, detail }: ScreenProps<'leaving'>) {
  return (
    <Stage
      name="leaving"
      ask={say}
      detail={detail}
      actions={
        accepts('DONE') ? (
          <EventButton event="DONE" icon="check" look="main">
            {texts().leftDone}
          </EventButton>
        ) : undefined
      }
    >
      <div class="slot-work">{slot === undefined ? null : <SlotPicture slot={slot} action="lift" />}</div>
    </Stage>
  );
}
