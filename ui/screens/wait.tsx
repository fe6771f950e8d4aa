/** The machine works. Named steps with the one now running; the slot's drawing where something moves. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Icon } from '../components/icon.tsx';
import { SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';
import { texts } from '../texts.ts';

export function Wait({ say, detail, slot, steps }: ScreenProps<'wait'>) {
  const words = texts();
  const stateWords = { done: words.stateDone, now: words.stateNow, next: words.stateNext };
  return (
    <Stage name="wait" ask={say} detail={detail}>
      <div class="slot-work" aria-busy="true">
        {slot === undefined ? null : <SlotPicture slot={slot} action="busy" />}
        {slot === undefined && steps.length === 0 ? <span class="pulse" /> : null}
        {steps.length === 0 ? null : (
          <ol class="wait-steps">
            {steps.map((step) => (
              <li key={step.label} data-state={step.state}>
                <span class="tick">{step.state === 'done' ? <Icon name="check" /> : null}</span>
                <span>{step.label}</span>
                <span class="unseen">{stateWords[step.state]}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Stage>
  );
}
