/** Facts as label and value. */
import type { Block } from './pages.tsx';

interface RowData {
  readonly label: string;
  readonly value: string;
  readonly emphasis?: boolean | undefined;
}

/** An identity number as people read it, 6-8-4, stars of a masked one counting as digits; a long code in fours, also the last eight of one. */
export function grouped(value: string): string {
  if (/^([\dA-Z]{8}|[\dA-Z]{20,})$/.test(value)) return value.replaceAll(/.{4}(?!$)/g, '$& ');
  return /^[\d*•X]{18}$/.test(value) ? `${value.slice(0, 6)} ${value.slice(6, 14)} ${value.slice(14)}` : value;
}

export function Row({ label, value, emphasis }: RowData) {
  return (
    <dl class="row" data-emphasis={emphasis === true ? '' : undefined}>
      <dt>{label}</dt>
      <dd>{grouped(value)}</dd>
    </dl>
  );
}

export function rowBlocks(rows: readonly RowData[], key: string): Block[] {
  return rows.map((row, i) => ({ key: `${key}-${i}`, body: <Row {...row} /> }));
}
