/** What the rest of the runtime sees of the line to the centre. */
import type { Result } from '../../drivers/contract/result.ts';
import type { Sensitive } from '../../drivers/contract/sensitive.ts';
import type { CasePayload, ProgressCase, Queue, ReceiptClaims, Ticket } from '../centre/api.ts';

export type LineState = 'unknown' | 'up' | 'down';

/** `offline`: no contact; `refused`: the centre answered no, with its hint; `nonsense`: an answer outside the contract. */
export interface CentreError {
  readonly code: 'offline' | 'timeOut' | 'refused' | 'nonsense' | 'canceled';
  readonly cause: string;
  readonly hint: { readonly 'zh-CN': string; readonly en: string } | null;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

/** The case as the citizen confirmed it, before it is sealed. Lives in memory only. */
export interface ConfirmedCase {
  readonly caseId: string;
  readonly code: string;
  readonly flow: string;
  readonly payload: Sensitive<Omit<CasePayload, 'materials'>>;
  readonly materials: readonly {
    readonly id: string;
    readonly page: number;
    readonly contentType: string;
    readonly source: 'camera' | 'signature' | 'chip';
    readonly bytes: Sensitive<Uint8Array>;
  }[];
}

/** `journal`: the disk is full or failing; nothing was promised. `keys`: the centre's keys are not here. */
export interface SealError {
  readonly code: 'journal' | 'keys' | 'full';
  readonly cause: string;
}

export interface OutboxEntry {
  readonly caseId: string;
  readonly code: string;
  readonly taskCode: string;
  readonly state: 'sealed' | 'sending' | 'receipted' | 'parked';
  readonly attempts: number;
  readonly createdAt: number;
  readonly lastError: string | null;
  readonly receipt: ReceiptClaims | null;
}

export interface Uplink {
  line(): LineState;
  onLine(listener: (line: LineState) => void): () => void;
  /** Reserves id and code for a case: durable, so that a crash never gives the same code twice. */
  reserve(taskCode: string): Result<{ readonly caseId: string; readonly code: string }, SealError>;
  /** Seals and stores. When it returns ok the case survives anything and will be sent; the terminal can no longer read it. */
  seal(confirmed: ConfirmedCase): Promise<Result<void, SealError>>;
  /** Waits up to `timeoutMs` for the receipt of a sealed case. A time-out loses nothing: sending goes on. */
  awaitReceipt(caseId: string, options: RequestOptions): Promise<Result<ReceiptClaims, CentreError>>;
  outbox(): readonly OutboxEntry[];
  entry(caseId: string): OutboxEntry | null;
  queues(options: RequestOptions): Promise<Result<readonly Queue[], CentreError>>;
  takeTicket(
    request: {
      readonly queue: string;
      readonly holder: Sensitive<string>;
      readonly masked: string;
      readonly key: string;
    },
    options: RequestOptions,
  ): Promise<Result<Ticket, CentreError>>;
  progress(
    by: { readonly code: string } | { readonly holder: Sensitive<string> },
    options: RequestOptions,
  ): Promise<Result<readonly ProgressCase[], CentreError>>;
  evaluate(
    evaluation: {
      readonly code: string;
      readonly level: number;
      readonly reasons: readonly string[];
      readonly text?: string;
    },
    options: RequestOptions,
  ): Promise<Result<void, CentreError>>;
  close(): Promise<void>;
}
