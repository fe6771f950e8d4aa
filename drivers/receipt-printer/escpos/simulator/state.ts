/** Faults of the mechanics, as people cause or clear them. */
export const printerFaults = [
  'paperOut',
  'paperLow',
  'coverOpen',
  'jam',
  'cutterError',
  'headHot',
  'busy',
  'slow',
  'stall',
  'garble',
  'powerLoss',
] as const;
export type PrinterFault = (typeof printerFaults)[number];

/** What decides over the status bytes. */
export interface Sensors {
  readonly faults: ReadonlySet<PrinterFault>;
  /** The cutter has run into its error; a `cutterError` only shows when it cuts. */
  readonly cutterStuck: boolean;
  readonly feeding: boolean;
}

const flag = (on: boolean, value: number) => (on ? value : 0);

export function isOffline({ faults, cutterStuck }: Sensors): boolean {
  return cutterStuck || ['paperOut', 'coverOpen', 'jam', 'headHot'].some((fault) => faults.has(fault as PrinterFault));
}

/** The answer to DLE EOT `n`. */
export function realTimeAnswer(n: number, sensors: Sensors): number | null {
  const has = (fault: PrinterFault) => sensors.faults.has(fault);
  const error = has('jam') || has('headHot') || sensors.cutterStuck;
  switch (n) {
    case 1:
      return 0x12 | flag(isOffline(sensors), 0x08) | flag(sensors.feeding, 0x40);
    case 2:
      return (
        0x12 |
        flag(has('coverOpen'), 0x04) |
        flag(sensors.feeding, 0x08) |
        flag(has('paperOut'), 0x20) |
        flag(error, 0x40)
      );
    case 3:
      return 0x12 | flag(has('jam'), 0x04) | flag(sensors.cutterStuck, 0x08) | flag(has('headHot'), 0x40);
    case 4:
      return 0x12 | flag(has('paperLow') || has('paperOut'), 0x0c) | flag(has('paperOut'), 0x60);
    default:
      return null;
  }
}

/** The four bytes of the automatic status. */
export function automaticAnswer(sensors: Sensors): Uint8Array {
  const has = (fault: PrinterFault) => sensors.faults.has(fault);
  return Uint8Array.of(
    0x10 | flag(isOffline(sensors), 0x08) | flag(has('coverOpen'), 0x20) | flag(sensors.feeding, 0x40),
    flag(has('jam'), 0x04) | flag(sensors.cutterStuck, 0x08) | flag(has('headHot'), 0x40),
    flag(has('paperLow') || has('paperOut'), 0x03) | flag(has('paperOut'), 0x0c),
    0,
  );
}

/** The answer to GS r 1. */
export function paperAnswer(sensors: Sensors): number {
  return flag(sensors.faults.has('paperLow'), 0x03);
}
