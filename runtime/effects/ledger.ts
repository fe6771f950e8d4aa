import type { Clock } from '../../drivers/contract/clock.ts';
import { type LogFields, technical } from '../../drivers/contract/log.ts';
import { assert, type Result } from '../../drivers/contract/result.ts';
import type { Journal, JournalError } from '../journal/journal.ts';
import type { EffectDetails, EffectKind, EffectLedger, EffectOutcome, EffectRecord, EffectState } from './effect.ts';

type Settled = 'confirmed' | 'failed' | 'inDoubt';

/** Thrown by `note`: an effect whose facts cannot be kept must not happen. */
class NoteNotKept extends Error {
  override readonly name = 'NoteNotKept';
}

const columns = 'id, kind, state, session, flow, details, cause, created_at, updated_at';

/** The effect ledger over the journal. `newId` gives an id that was never given before, also not before a crash. */
export function createLedger(options: {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly newId: () => string;
}): EffectLedger {
  const { journal, newId } = options;
  const now = () => Math.trunc(options.clock.now());
  const { database } = journal;
  const insert = database.prepare(`INSERT INTO effect (${columns}) VALUES (?, ?, 'planned', ?, ?, ?, NULL, ?, ?)`);
  const update = database.prepare('UPDATE effect SET state = ?, cause = ?, updated_at = ? WHERE id = ?');
  const annotate = database.prepare('UPDATE effect SET details = ?, updated_at = ? WHERE id = ?');
  const stateOf = database.prepare('SELECT state, kind FROM effect WHERE id = ?');
  const left = database.prepare(`SELECT ${columns} FROM effect WHERE state IN ('planned', 'started') ORDER BY seq`);

  /** Being acted by this process: its own business until it ends. */
  const acting = new Set<string>();
  /** Known outcomes that the journal refused so far. A crash forgets them, and the reconcilers ask the world instead. */
  const owed = new Map<string, { readonly state: Settled; readonly cause: string | null }>();

  /** Moves the effect on, with the audit row of the step. */
  function write(id: string, kind: EffectKind, state: EffectState, cause: string | null): Result<void, JournalError> {
    return journal.transaction(() => {
      update.run(state, cause, now(), id);
      journal.audit.append('effect', auditBody(id, kind, state, cause));
    });
  }

  function close(id: string, kind: EffectKind, state: Settled, cause: string | null): void {
    if (write(id, kind, state, cause).ok) owed.delete(id);
    else owed.set(id, { state, cause });
  }

  function payDebts(): void {
    for (const [id, { state, cause }] of owed) close(id, kindOf(id), state, cause);
  }

  function kindOf(id: string): EffectKind {
    const row = stateOf.get(id);
    assert(row !== undefined, 'the effect is known');
    return String(row.kind) as EffectKind;
  }

  return {
    async perform<K extends EffectKind, T>(
      kind: K,
      context: { readonly session: string; readonly flow: string; readonly details: EffectDetails[K] },
      act: (effect: {
        readonly id: string;
        note(details: Partial<EffectDetails[K]>): void;
      }) => Promise<EffectOutcome<T>>,
    ): Promise<EffectOutcome<T>> {
      const id = newId();
      const { session, flow, details } = context;
      const planned = journal.transaction(() => {
        insert.run(id, kind, session, flow, JSON.stringify(details), now(), now());
        journal.audit.append('effect', auditBody(id, kind, 'planned', null));
      });
      if (!planned.ok) return unavailable(planned.error.cause);
      acting.add(id);
      try {
        const started = write(id, kind, 'started', null);
        if (!started.ok) return finish(unavailable(started.error.cause));
        let known: EffectDetails[K] = details;
        const note = (more: Partial<EffectDetails[K]>) => {
          assert(acting.has(id), 'an effect takes notes only while it is acted');
          known = { ...known, ...more };
          const noted = journal.transaction(() => annotate.run(JSON.stringify(known), now(), id));
          if (!noted.ok) throw new NoteNotKept(noted.error.cause);
        };
        return finish(await act({ id, note }));
      } catch (error) {
        if (error instanceof NoteNotKept) return finish(unavailable(error.message));
        return finish(thrown(error));
      } finally {
        acting.delete(id);
      }

      function finish(outcome: EffectOutcome<T>): EffectOutcome<T> {
        close(id, kind, outcome.state, outcome.state === 'confirmed' ? null : outcome.cause);
        return outcome;
      }
    },

    unfinished() {
      payDebts();
      return left
        .all()
        .map(toRecord)
        .filter((effect) => !acting.has(effect.id) && !owed.has(effect.id));
    },

    settle(id, state, cause) {
      assert(!acting.has(id), 'an effect that is being acted settles itself');
      const row = stateOf.get(id);
      assert(row !== undefined, 'only a known effect can be settled');
      assert(row.state !== 'confirmed' && row.state !== 'failed', 'a settled effect stays settled');
      close(id, kindOf(id), state, cause);
    },

    list({ states, limit = 100 } = {}) {
      payDebts();
      const filter = states ? `WHERE state IN (${states.map(() => '?').join(', ')})` : '';
      return database
        .prepare(`SELECT ${columns} FROM effect ${filter} ORDER BY seq DESC LIMIT ?`)
        .all(...(states ?? []), limit)
        .map(toRecord);
    },
  };
}

function unavailable(cause: string): EffectOutcome<never> {
  return { state: 'failed', code: 'journalUnavailable', detail: 'journalUnavailable', cause };
}

/** A throw says nothing about how far the act came. Its message is left out: it could quote what was printed or sent. */
function thrown(error: unknown): EffectOutcome<never> {
  const name = error instanceof Error ? error.name : typeof error;
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  return { state: 'inDoubt', code: 'inDoubt', detail: 'internalError', cause: `acting threw ${name}${code}` };
}

function auditBody(id: string, kind: EffectKind, state: EffectState, cause: string | null): LogFields {
  return {
    id: technical(id),
    effect: technical(kind),
    state: technical(state),
    ...(cause === null ? {} : { cause: technical(cause) }),
  };
}

/** Rows are written by this file only, so their columns are what it wrote. */
function toRecord(row: Record<string, unknown>): EffectRecord {
  return {
    id: String(row.id),
    kind: String(row.kind) as EffectKind,
    state: String(row.state) as EffectState,
    session: String(row.session),
    flow: String(row.flow),
    details: JSON.parse(String(row.details)) as EffectDetails[EffectKind],
    cause: row.cause === null ? null : String(row.cause),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
