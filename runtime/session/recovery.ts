import { technical } from '../../drivers/contract/log.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { LocalText } from '../catalogue/item.ts';
import type { EffectRecord } from '../effects/effect.ts';
import type { FlowPorts, TerminalIdentity } from '../flow/ports.ts';
import type { Journal } from '../journal/journal.ts';
import type { Recovery } from './session-manager.ts';

const printPatienceMs = 20_000;
/** Effects looked at after a stop; far more than one session makes. */
const newest = 50;

type Print = EffectRecord<'printSlip'>;
type Submit = EffectRecord<'submitCase'>;

/** What the last session had, when the machine stopped before that session ended. */
interface Cut {
  readonly session: string;
  readonly flow: string;
  readonly submitted: Submit | null;
  readonly printed: Print | null;
}

/**
 * After a stop in the middle of somebody's visit: tells whoever still stands there what was kept, and prints the slip
 * for it. It knows codes and items, never a person.
 */
export function createRecovery(options: {
  readonly journal: Journal;
  readonly ports: FlowPorts;
  readonly terminal: TerminalIdentity;
}): Recovery {
  const { journal, ports, terminal } = options;
  const listeners = new Set<() => void>();
  let cut = lastCut();
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const stopListening = ports.uplink.onLine(changed);

  function ended(session: string): boolean {
    return (
      journal.database
        .prepare("SELECT 1 FROM audit WHERE kind = 'session-ended' AND json_extract(body, '$.session') = ? LIMIT 1")
        .get(session) !== undefined
    );
  }

  function lastCut(): Cut | null {
    const effects = ports.ledger.list({ limit: newest });
    const session = effects[0]?.session;
    if (session === undefined || ended(session)) return null;
    const own = effects.filter((each) => each.session === session);
    return {
      session,
      flow: effects[0]?.flow ?? '',
      submitted: own.find((each): each is Submit => each.kind === 'submitCase') ?? null,
      printed: own.find((each): each is Print => each.kind === 'printSlip') ?? null,
    };
  }

  function close(): void {
    if (!cut) return;
    recordEnd(journal, cut.session);
    cut = null;
    stopListening();
    changed();
  }

  return {
    pending() {
      if (!cut) return null;
      // A case counts once it is sealed, whatever the ledger had time to write: the outbox is the promise.
      const entry = cut.submitted && ports.uplink.entry(cut.submitted.details.caseId);
      if (entry)
        return {
          title: keptTitle,
          detail: caseDetail(itemOf(ports, entry.taskCode), entry.state === 'receipted'),
          code: entry.code,
        };
      const number = cut.submitted ? null : (cut.printed?.details.code ?? null);
      return number === null ? null : { title: numberTitle, detail: numberDetail, code: number };
    },
    dismiss: close,
    async printSlip() {
      const found = cut;
      const pending = this.pending();
      if (!found || !pending || !ports.receiptPrinter) return;
      const printer = ports.receiptPrinter;
      const isCase = found.submitted !== null;
      const repeats = found.printed && found.printed.state !== 'failed' ? found.printed.id : null;
      const item = found.submitted ? itemOf(ports, found.submitted.details.taskCode) : null;
      const slip = ports.renderSlip(
        isCase ? 'case-receipt' : 'queue-slip',
        isCase ? { code: pending.code, state: 'kept', title: item?.title['zh-CN'] ?? '' } : { number: pending.code },
        { language: 'zh-CN', repeat: repeats !== null, terminal, ...(item && { item }) },
      );
      const memory = await printer.memory({ timeoutMs: printPatienceMs });
      const template = isCase ? 'case-receipt' : 'queue-slip';
      const details = { template, code: pending.code, cutsBefore: memory.ok ? memory.value.cuts : null, repeats };
      const outcome = await ports.ledger.perform(
        'printSlip',
        { session: found.session, flow: found.flow, details },
        async () => {
          const printed = await printer.print(slip, { timeoutMs: printPatienceMs });
          if (printed.ok) return { state: 'confirmed', value: undefined };
          return { state: printed.error.code === 'inDoubt' ? 'inDoubt' : 'failed', ...printed.error };
        },
      );
      ports.log.info('recovered-slip', { state: technical(outcome.state) });
      if (outcome.state === 'confirmed') close();
    },
    sessionEnded: (session) => recordEnd(journal, session),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** From now on nothing of this session is unfinished business for the next start. */
function recordEnd(journal: Journal, session: string): void {
  journal.transaction(() => journal.audit.append('session-ended', { session: technical(session) }));
}

function itemOf(ports: FlowPorts, taskCode: string): CatalogueItem | null {
  return ports.catalogue.list().find((each) => each.taskCode === taskCode) ?? null;
}

const keptTitle: LocalText = {
  'zh-CN': '机器刚刚重新启动，刚才提交的申请还在',
  en: 'The machine has just restarted. What you submitted is kept',
};
const numberTitle: LocalText = {
  'zh-CN': '机器刚刚重新启动，您的号还在',
  en: 'The machine has just restarted. Your number still counts',
};
const numberDetail: LocalText = { 'zh-CN': '请记下这个号，或者打印出来。', en: 'Note the number, or print it.' };

function caseDetail(item: CatalogueItem | null, received: boolean): LocalText {
  const name = { 'zh-CN': item?.title['zh-CN'] ?? '申请', en: item?.title.en ?? 'Your application' };
  return received
    ? {
        'zh-CN': `${name['zh-CN']}：中心已经收到。请打印回执。`,
        en: `${name.en}: the centre has received it. Please print the receipt.`,
      }
    : {
        'zh-CN': `${name['zh-CN']}：已经封存在机器里，线路通了就送到中心。请打印回执。`,
        en: `${name.en}: sealed in this machine and sent when the line is back. Please print the receipt.`,
      };
}
