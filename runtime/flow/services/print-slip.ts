import type { DeviceError } from '../../../drivers/contract/device.ts';
import type { ReceiptPrinter, SlipDocument } from '../../../drivers/contract/receipt-printer.ts';
import { err, ok } from '../../../drivers/contract/result.ts';
import type { EffectLedger, EffectOutcome, PrintSlipDetails } from '../../effects/effect.ts';
import { isRecord, localise } from '../context.ts';
import type { FlowPorts } from '../ports.ts';
import type { Service } from '../services.ts';
import { textOf, textsOf } from './input.ts';
import { itemOf } from './items.ts';

/** Asking for the counters is short, and must not eat the time that the mechanics need. */
const memoryShare = 0.25;

/** Prints a slip through the ledger. Once begun it runs to its end, whoever has left in between. */
export const printSlip: Service<'effect.printSlip'> = async (input, { ports, scope, timeoutMs }) => {
  const printer = ports.receiptPrinter;
  if (!printer) return err({ code: 'noDevice', detail: 'disconnected', cause: 'no printer is configured' });
  const language = scope.language();
  const item = input.item === undefined ? null : itemOf(input.item, ports);
  const slip = ports.renderSlip(input.template, dataOf(localise(input.data, language)), {
    language,
    ...(item?.ok && { item: item.value }),
    scenario: textsOf(input.scenario),
    repeat: input.repeat ?? false,
    terminal: scope.terminal,
  });
  const code = isRecord(input.data)
    ? textOf(input.data[input.template === 'queue-slip' ? 'number' : 'code'], '')
    : null;
  const repeats = input.repeat === true ? earlierPrint(ports, scope.session, code) : null;
  const outcome = await performPrint(
    ports.ledger,
    printer,
    { session: scope.session, flow: scope.flow.id, template: input.template, code, repeats },
    slip,
    timeoutMs,
  );
  if (outcome.state === 'confirmed') return ok({ printed: 'yes' });
  const { detail, cause } = outcome;
  return err({ code: outcome.state === 'inDoubt' ? 'inDoubt' : outcome.code, detail, cause });
};

/** Prints `slip` as an effect: the cut counter is noted before the first byte, so that a crash can be cleared up. */
export function performPrint(
  ledger: EffectLedger,
  printer: ReceiptPrinter,
  about: { readonly session: string; readonly flow: string } & Omit<PrintSlipDetails, 'cutsBefore'>,
  slip: SlipDocument,
  timeoutMs: number,
): Promise<EffectOutcome<void>> {
  const { session, flow, template, code, repeats } = about;
  const details = { template, code, cutsBefore: null, repeats };
  return ledger.perform('printSlip', { session, flow, details }, async ({ note }) => {
    const memory = await printer.memory({ timeoutMs: timeoutMs * memoryShare });
    if (!memory.ok) return { state: 'failed', ...certain(memory.error) };
    note({ cutsBefore: memory.value.cuts });
    const printed = await printer.print(slip, { timeoutMs: timeoutMs * (1 - memoryShare) });
    if (printed.ok) return { state: 'confirmed', value: undefined };
    return { state: printed.error.code === 'inDoubt' ? 'inDoubt' : 'failed', ...certain(printed.error) };
  });
}

/** A printer that is late before its first byte has printed nothing; `timeOut` is for a service whose end is not known. */
function certain(error: DeviceError): DeviceError {
  return error.code === 'timeOut' ? { ...error, code: 'deviceNotReady' } : error;
}

function dataOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** The print of this session that a 补打 repeats. */
function earlierPrint(ports: FlowPorts, session: string, code: string | null): string | null {
  const earlier = ports.ledger
    .list({ limit: 50 })
    .find(
      (each) =>
        each.kind === 'printSlip' && each.session === session && 'code' in each.details && each.details.code === code,
    );
  return earlier?.id ?? null;
}
