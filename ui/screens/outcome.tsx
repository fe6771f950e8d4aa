/** What the citizen leaves with: one number to remember, and the slip on its way to the real slot. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { type Block, Pages } from '../components/pages.tsx';
import { Qr } from '../components/qr.tsx';
import { grouped, rowBlocks } from '../components/rows.tsx';
import { SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts } from '../state.ts';
import { texts } from '../texts.ts';

export function Outcome({ tone, say, detail, headline, rows, qr, printed, printedSay }: ScreenProps<'outcome'>) {
  const words = texts();
  const blocks: Block[] = [
    {
      key: 'headline',
      body: (
        <div class="headline">
          <p>
            <span>{headline.label}</span>
            <strong class="figures">{grouped(headline.value)}</strong>
          </p>
          {qr === undefined ? null : <Qr text={qr} label={words.qrLabel} />}
        </div>
      ),
    },
    ...(detail === undefined ? [] : [{ key: 'detail', body: <p class="beside">{detail}</p> }]),
    ...rowBlocks(rows, 'row'),
    {
      key: 'printed',
      body: (
        <div class="printed" data-printed={printed}>
          <SlotPicture slot="receiptPrinter" action={printed === 'yes' ? 'guide' : 'off'} />
          <p>{printedSay}</p>
        </div>
      ),
    },
  ];
  return (
    <Stage
      name="outcome"
      ask={say}
      over={
        <span class="mark" data-tone={tone}>
          <Icon name={tone === 'success' ? 'check' : 'info'} />
        </span>
      }
      actions={
        <>
          {accepts('PRINT_AGAIN') ? (
            <EventButton event="PRINT_AGAIN" icon="printer">
              {words.printAgain}
            </EventButton>
          ) : null}
          {accepts('OK') ? (
            <EventButton event="OK" icon="check" look="main">
              {words.finish}
            </EventButton>
          ) : null}
        </>
      }
    >
      <Pages blocks={blocks} class="sheet" />
    </Stage>
  );
}
