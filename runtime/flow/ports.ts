import type { Clock } from '../../drivers/contract/clock.ts';
import type { IdCardReader } from '../../drivers/contract/id-card-reader.ts';
import type { Log } from '../../drivers/contract/log.ts';
import type { ReceiptPrinter, SlipDocument } from '../../drivers/contract/receipt-printer.ts';
import type { Result } from '../../drivers/contract/result.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Item, LocalText } from '../catalogue/item.ts';
import type { EffectLedger } from '../effects/effect.ts';
import type { Language } from '../server/protocol.ts';
import type { Uplink } from '../uplink/uplink.ts';
import type { Flow } from './load.ts';
import type { ServiceInput } from './vocabulary.ts';

/** Fills a slip template; `data` has its texts in `language` already. */
export type RenderSlip = (
  template: SlipTemplate,
  data: Readonly<Record<string, unknown>>,
  options: {
    readonly language: Language;
    readonly item?: Item;
    readonly scenario?: Readonly<Record<string, string>>;
    readonly repeat: boolean;
    readonly terminal: TerminalIdentity;
  },
) => SlipDocument;
export type SlipTemplate = ServiceInput<'effect.printSlip'>['template'];

/** Everything of the world that a flow's services reach. One for the life of the runtime. */
export interface FlowPorts {
  readonly idCardReader: IdCardReader | null;
  readonly receiptPrinter: ReceiptPrinter | null;
  readonly uplink: Uplink;
  readonly ledger: EffectLedger;
  readonly catalogue: Catalogue;
  readonly renderSlip: RenderSlip;
  readonly clock: Clock;
  readonly log: Log;
  /** A fresh random identifier; chance is injected so that tests own it. */
  readonly uuid: () => string;
}

/** How a service ends when it does not succeed; `cause` is for the technician and never personal. */
export interface ServiceError {
  readonly code: string;
  readonly detail: string;
  readonly hint?: LocalText;
  readonly cause: string;
}

/** What one call of a service has besides its input. */
export interface ServiceCall {
  readonly ports: FlowPorts;
  readonly scope: RunScope;
  /** Aborts when the citizen goes elsewhere or the time is up. Effects do not listen to it. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** What the runtime keeps of pictures while a session lasts. */
export interface FlowPictures {
  bytesOf(id: string): Uint8Array | null;
  /** Wipes every picture that is not among `ids`. */
  keepOnly(ids: ReadonlySet<string>): void;
}

/** Names of the terminal as they stand on slips and screens. */
export interface TerminalIdentity {
  readonly id: string;
  readonly centre: Readonly<Record<Language, string>>;
  readonly phone: string;
}

/** One run of a flow: what its services know besides their input. Wiped with the session. */
export interface RunScope {
  readonly session: string;
  readonly flow: Flow;
  readonly terminal: TerminalIdentity;
  readonly language: () => Language;
  readonly pictures: FlowPictures;
  /** The chip's portrait and whose it is; lives no longer than the run. */
  chip: { readonly number: string; readonly portrait: Uint8Array } | null;
  /** Idempotency keys of centre requests made in this run, by what was asked. */
  readonly keys: Map<string, string>;
  /** What this run has submitted or tried to, so that pressing "again" never makes a second case. */
  submission: Submission | null;
}

export interface Submission {
  /** Of everything the citizen confirmed: another confirmation is another case. null: it could not be sealed. */
  readonly fingerprint: string | null;
  readonly taskCode: string;
  readonly caseId: string;
  readonly code: string;
  /** Settles when the case is sealed (wall time of that) or sealing has failed. */
  readonly sealed: Promise<Result<number, ServiceError>>;
}
