import { technical } from '../../drivers/contract/log.ts';
import type { SlipDocument } from '../../drivers/contract/receipt-printer.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { LocalText } from '../catalogue/item.ts';
import type { EffectRecord } from '../effects/effect.ts';
import type { FlowPorts, SlipTemplate, TerminalIdentity } from '../flow/ports.ts';
import { performPrint } from '../flow/services/print-slip.ts';
import type { Journal } from '../journal/journal.ts';
import type { Language } from '../server/protocol.ts';
import { shortCode } from '../uplink/case-code.ts';
import type { OutboxEntry } from '../uplink/uplink.ts';
import { caseDetail, keptTitle, numberDetail, numberTitle } from './recovery-wording.ts';

/** What became of a submission or slip that a stop of the machine cut off; nothing personal. */
export interface Recovery {
  /** What to tell whoever still stands there; null when nothing was cut off, or it is settled. */
  pending(): { readonly title: LocalText; readonly detail: LocalText; readonly code: string } | null;
  dismiss(): void;
  /** Prints the slip for it; once printed, nothing is pending any more. */
  printSlip(language: Language): Promise<void>;
  /** This session came to its end: nothing of it is to be told after a restart. */
  sessionEnded(session: string): void;
  /** Calls back when `pending` has changed by itself. */
  onChange(listener: () => void): () => void;
}

const printPatienceMs = 20_000;
/** Effects looked at after a stop; far more than one session makes. */
const newest = 50;

const isSubmit = (each: EffectRecord): each is EffectRecord<'submitCase'> => each.kind === 'submitCase';
const isPrint = (each: EffectRecord): each is EffectRecord<'printSlip'> => each.kind === 'printSlip';

/** What the last session had, when the machine stopped before that session ended. */
interface Cut {
  readonly session: string;
  readonly flow: string;
  /** Its newest sealed case, or else the number on its newest queue slip. */
  readonly left:
    | { readonly kind: 'case'; readonly caseId: string }
    | { readonly kind: 'number'; readonly number: string };
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
  let cut = lastCut(journal, ports);
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const stopListening = ports.uplink.onLine(changed);

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
      const { left } = cut;
      if (left.kind === 'number') return { title: numberTitle, detail: numberDetail, code: left.number };
      const entry = ports.uplink.entry(left.caseId);
      if (!entry) return null;
      const title = itemOf(ports, entry.taskCode)?.title ?? null;
      return { title: keptTitle, detail: caseDetail(title, entry.state), code: entry.code };
    },
    dismiss: close,
    async printSlip(language) {
      const printer = ports.receiptPrinter;
      if (!cut || !printer) return;
      const { session, flow, left } = cut;
      const entry = left.kind === 'case' ? ports.uplink.entry(left.caseId) : null;
      if (left.kind === 'case' && !entry) return;
      const template: SlipTemplate = entry ? 'case-receipt' : 'queue-slip';
      const code = left.kind === 'number' ? left.number : (entry?.code ?? null);
      const repeats = earlierPrint(ports, { session, template, code });
      const render = { language, repeat: repeats !== null, terminal };
      const slip = entry ? receiptSlip(ports, entry, render) : ports.renderSlip('queue-slip', { number: code }, render);
      const about = { session, flow, template, code, repeats };
      const outcome = await performPrint(ports.ledger, printer, about, slip, printPatienceMs);
      ports.log.info('recovered-slip', { state: technical(outcome.state) });
      if (outcome.state === 'confirmed') close();
    },
    sessionEnded(session) {
      recordEnd(journal, session);
      // Somebody has come and gone since: nobody stands here any more whom it concerns.
      close();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Effects are in the order of their sessions, and one session ends before the next begins: only the last can be cut. */
function lastCut(journal: Journal, ports: FlowPorts): Cut | null {
  const effects = ports.ledger.list({ limit: newest });
  const last = effects[0];
  if (!last || hasEnded(journal, last.session)) return null;
  const { session, flow } = last;
  const own = effects.filter((each) => each.session === session);
  // A case counts once it is sealed, whatever the ledger had time to write: the outbox is the promise.
  const sealed = own.filter(isSubmit).find((each) => ports.uplink.entry(each.details.caseId) !== null);
  if (sealed) return { session, flow, left: { kind: 'case', caseId: sealed.details.caseId } };
  const number = own.filter(isPrint).find((each) => each.details.template === 'queue-slip')?.details.code;
  return number ? { session, flow, left: { kind: 'number', number } } : null;
}

function hasEnded(journal: Journal, session: string): boolean {
  const find = journal.database.prepare(
    "SELECT 1 FROM audit WHERE kind = 'session-ended' AND json_extract(body, '$.session') = ? ORDER BY seq DESC LIMIT 1",
  );
  return find.get(session) !== undefined;
}

/** A journal that cannot be written has said so by itself; the next start then tells of this session once more. */
function recordEnd(journal: Journal, session: string): void {
  journal.transaction(() => journal.audit.append('session-ended', { session: technical(session) }));
}

/** The same slip as it may lie in somebody's hand already: what is known not to have been printed does not count. */
function earlierPrint(
  ports: FlowPorts,
  slip: { readonly session: string; readonly template: string; readonly code: string | null },
): string | null {
  const same = (each: EffectRecord<'printSlip'>) =>
    each.session === slip.session && each.details.template === slip.template && each.details.code === slip.code;
  const states = ['started', 'confirmed', 'inDoubt'] as const;
  return ports.ledger.list({ states, limit: newest }).filter(isPrint).find(same)?.id ?? null;
}

/** What can still be said of the case without its sealed contents. */
function receiptSlip(
  ports: FlowPorts,
  entry: OutboxEntry,
  render: { readonly language: Language; readonly repeat: boolean; readonly terminal: TerminalIdentity },
): SlipDocument {
  const { code, receipt } = entry;
  const item = itemOf(ports, entry.taskCode);
  const data = {
    code,
    shortCode: shortCode(code),
    title: item?.title[render.language],
    state: receipt ? 'received' : 'kept',
    ...(receipt && { receiptNumber: receipt.receiptNumber }),
    receivedAt: receipt?.receivedAt ?? new Date(entry.createdAt).toISOString(),
  };
  return ports.renderSlip('case-receipt', data, { ...render, ...(item && { item }) });
}

function itemOf(ports: FlowPorts, taskCode: string): CatalogueItem | null {
  return ports.catalogue.list().find((each) => each.taskCode === taskCode) ?? null;
}
