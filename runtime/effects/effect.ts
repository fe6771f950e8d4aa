/** A physical or legal effect, as the ledger knows it. Nothing in it is personal. */
export const effectKinds = ['printSlip', 'submitCase'] as const;
export type EffectKind = (typeof effectKinds)[number];

export const effectStates = ['planned', 'started', 'confirmed', 'failed', 'inDoubt'] as const;
export type EffectState = (typeof effectStates)[number];

export interface PrintSlipDetails {
  readonly template: string;
  /** Code printed on the slip: case code or ticket number; null where the slip carries none. */
  readonly code: string | null;
  /** Cut counter before the slip; null when the printer keeps none or did not say. */
  readonly cutsBefore: number | null;
  /** Earlier effect that this print repeats (补打), if any. */
  readonly repeats: string | null;
}

export interface SubmitCaseDetails {
  readonly caseId: string;
  readonly code: string;
  readonly taskCode: string;
}

export interface EffectDetails {
  printSlip: PrintSlipDetails;
  submitCase: SubmitCaseDetails;
}

export interface EffectRecord<K extends EffectKind = EffectKind> {
  readonly id: string;
  readonly kind: K;
  readonly state: EffectState;
  /** Id of the session, random, wiped with it everywhere else. */
  readonly session: string;
  readonly flow: string;
  readonly details: EffectDetails[K];
  /** Why it failed or is in doubt, in the technician's words; null otherwise. */
  readonly cause: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What acting came to. `inDoubt`: it may or may not have happened. */
export type EffectOutcome<T> =
  | { readonly state: 'confirmed'; readonly value: T }
  | { readonly state: 'failed'; readonly code: string; readonly detail: string; readonly cause: string }
  | { readonly state: 'inDoubt'; readonly code: string; readonly detail: string; readonly cause: string };

export interface EffectLedger {
  /**
   * Appends `planned` durably, then `started`, acts, appends the outcome. Where the journal cannot be written (disk
   * full) nothing is acted and the outcome is failed/`journalUnavailable`. `act` may add details learnt just before
   * the point of no return through `note`, which is durable when it returns; where it cannot be written, `note` throws
   * and the effect has failed, so let that error pass. Any other throw of `act` leaves the effect in doubt.
   */
  perform<K extends EffectKind, T>(
    kind: K,
    context: { readonly session: string; readonly flow: string; readonly details: EffectDetails[K] },
    act: (effect: { readonly id: string; note(details: Partial<EffectDetails[K]>): void }) => Promise<EffectOutcome<T>>,
  ): Promise<EffectOutcome<T>>;
  /** Effects that a crash left as planned or started, oldest first; those being acted just now are not among them. */
  unfinished(): readonly EffectRecord[];
  /** Records what became of an unfinished effect, or what a person found out about one in doubt. */
  settle(id: string, state: 'confirmed' | 'failed' | 'inDoubt', cause: string | null): void;
  /** Newest first. */
  list(options?: { readonly states?: readonly EffectState[]; readonly limit?: number }): readonly EffectRecord[];
}

/** `unreachable`: the device or service that knows did not answer; the effect stays unfinished until it does. */
export interface Reconciliation {
  readonly state: 'confirmed' | 'failed' | 'inDoubt' | 'unreachable';
  readonly cause: string | null;
}

/** Asks the world what became of an effect that a crash cut off. Keeps its own deadline. */
export type Reconciler<K extends EffectKind> = (effect: EffectRecord<K>) => Promise<Reconciliation>;
