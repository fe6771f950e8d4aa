import { err, ok } from '../../../drivers/contract/result.ts';
import type { EffectOutcome } from '../../effects/effect.ts';
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
  const outcome = await ports.ledger.perform(
    'printSlip',
    {
      session: scope.session,
      flow: scope.flow.id,
      details: { template: input.template, code, cutsBefore: null, repeats },
    },
    async ({ note }): Promise<EffectOutcome<'yes'>> => {
      const memory = await printer.memory({ timeoutMs: timeoutMs * memoryShare });
      if (!memory.ok) return { state: 'failed', ...memory.error };
      note({ cutsBefore: memory.value.cuts });
      const printed = await printer.print(slip, { timeoutMs: timeoutMs * (1 - memoryShare) });
      if (printed.ok) return { state: 'confirmed', value: 'yes' };
      return { state: printed.error.code === 'inDoubt' ? 'inDoubt' : 'failed', ...printed.error };
    },
  );
  if (outcome.state === 'confirmed') return ok({ printed: outcome.value });
  const { detail, cause } = outcome;
  return err({ code: outcome.state === 'inDoubt' ? 'inDoubt' : outcome.code, detail, cause });
};

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
