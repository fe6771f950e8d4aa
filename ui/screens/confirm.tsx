/** Is this right? */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { Pages } from '../components/pages.tsx';
import { rowBlocks } from '../components/rows.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

export function Confirm({ ask, detail, rows, yes, no }: ScreenProps<'confirm'>) {
  return (
    <Stage
      name="confirm"
      ask={ask}
      detail={detail}
      actions={
        <>
          {accepts('NO') ? (
            <EventButton event="NO" icon="cross">
              {no ?? texts().no}
            </EventButton>
          ) : null}
          <EventButton event="YES" icon="check" look="main">
            {yes}
          </EventButton>
        </>
      }
    >
      <Pages blocks={rowBlocks(rows, 'row')} class="sheet" />
    </Stage>
  );
}
