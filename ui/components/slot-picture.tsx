/** Drawings of the machine's real slots. The moving part has class `moves`, the light `light`; motion is in pictures.css. */
import type { SlotName } from '../../runtime/server/protocol.ts';

/** What the slot is doing, which decides what moves in its drawing. */
export type SlotAction = 'idle' | 'guide' | 'busy' | 'lift' | 'off';

function CardReader() {
  return (
    <>
      <path class="body" d="M46 104h148l22 40H24z" />
      <path class="body" d="M24 144h192v12a6 6 0 0 1-6 6H30a6 6 0 0 1-6-6z" />
      <path class="light" d="M84 153h72" />
      <path class="soft" d="M66 112h108l13 24H53z" />
      <g class="moves card">
        <path class="sheet" d="M76 34a6 6 0 0 1 6-6h76a6 6 0 0 1 6 6v46a6 6 0 0 1-6 6H82a6 6 0 0 1-6-6z" />
        <path d="M90 42h36M90 54h26M90 72h44" />
        <path d="M142 40h14v22h-14z" />
      </g>
      <path class="way" d="M120 92v9M115 96.5l5 5 5-5" />
    </>
  );
}

function ReceiptPrinter() {
  return (
    <>
      <path class="body" d="M30 24a6 6 0 0 1 6-6h168a6 6 0 0 1 6 6v52a6 6 0 0 1-6 6H36a6 6 0 0 1-6-6z" />
      <path class="light" d="M172 36h20" />
      <path class="mouth" d="M66 62h108" />
      <svg aria-hidden="true" x="66" y="62" width="108" height="100" viewBox="66 62 108 100">
        <g class="moves slip">
          <path class="sheet" d="M78 56h84v94l-7 6-7-6-7 6-7-6-7 6-7-6-7 6-7-6-7 6-7-6-7 6-7-6z" />
          <path d="M92 82h34M92 96h56M92 108h56M92 120h40" />
          <path d="M136 78v10M141 78v10M146 78v10" />
        </g>
      </svg>
    </>
  );
}

function DocumentCamera() {
  return (
    <>
      <path class="body" d="M20 156h200" />
      <path class="sheet" d="M82 118h90l20 30H62z" />
      <path d="M98 126h46M93 134h60M88 142h44" />
      <path class="body" d="M34 156v-14h26v14M47 142V40a14 14 0 0 1 14-14h54" />
      <path class="body" d="M115 16h28a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4h-28a4 4 0 0 1-4-4V20a4 4 0 0 1 4-4z" />
      <path class="light" d="M129 42v3" />
      <path class="soft dashes" d="M121 44 74 112M137 44l44 68" />
    </>
  );
}

function FaceCamera() {
  return (
    <>
      <path class="body" d="M44 24a6 6 0 0 1 6-6h140a6 6 0 0 1 6 6v132a6 6 0 0 1-6 6H50a6 6 0 0 1-6-6z" />
      <path class="body" d="M112 30a8 8 0 1 0 16 0 8 8 0 1 0-16 0" />
      <path class="light" d="M120 29.9v.2" />
      <path class="soft dashes" d="M120 52c20 0 32 14 32 36s-14 42-32 42-32-20-32-42 12-36 32-36z" />
      <path d="M120 64c13 0 21 9 21 24s-9 30-21 30-21-15-21-30 8-24 21-24zM112 86v2M128 86v2M113 102c4 4 10 4 14 0" />
      <path d="M66 150c5-14 18-20 34-22M174 150c-5-14-18-20-34-22" />
    </>
  );
}

function Screen() {
  return (
    <>
      <path class="body" d="M30 24a6 6 0 0 1 6-6h168a6 6 0 0 1 6 6v104a6 6 0 0 1-6 6H36a6 6 0 0 1-6-6z" />
      <path class="soft" d="M52 100h136" />
      <path d="M60 84c10-26 22-34 26-24s-14 30-6 30 18-34 26-30-10 28 0 26 14-20 22-18-2 16 8 14" />
      <path class="body" d="M142 92l26 58M148 88l28 56M142 92c-2-6 3-9 6-4" />
    </>
  );
}

const drawings: Readonly<Record<SlotName, () => preact.JSX.Element>> = {
  idCardReader: CardReader,
  receiptPrinter: ReceiptPrinter,
  documentCamera: DocumentCamera,
  faceCamera: FaceCamera,
  screen: Screen,
};

export function SlotPicture({ slot, action = 'idle' }: { slot: SlotName; action?: SlotAction }) {
  const Drawing = drawings[slot];
  return (
    <svg class="slot-picture" data-action={action} data-slot={slot} viewBox="0 0 240 170" aria-hidden="true">
      <Drawing />
    </svg>
  );
}

/** The mark of the house: a square seal in vermilion, 一窗受理 in two columns read from the right. */
export function Seal() {
  return (
    <svg class="seal" viewBox="0 0 100 100" aria-hidden="true">
      <path d="M5 9l4-4 82 1 4 4-1 81-4 4-81-1-4-4z" />
      <path class="cut" d="M11 11h78v78H11z" />
      <text x="68" y="45">
        一
      </text>
      <text x="68" y="80">
        窗
      </text>
      <text x="32" y="45">
        受
      </text>
      <text x="32" y="80">
        理
      </text>
    </svg>
  );
}
