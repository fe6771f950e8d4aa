import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type Queue, type Ticket, ticket, type ticketRequest } from './api.ts';
import { transaction } from './database.ts';
import { type Refusal, refusal } from './problems.ts';
import { type HallQueue, hallQueues, isOpen } from './queues.ts';
import { calendarDay } from './working-days.ts';

type TicketRequest = z.infer<typeof ticketRequest>;

/** A number that was given to a terminal: nothing personal. */
export interface TicketSummary {
  readonly number: string;
  readonly queue: string;
  readonly takenAt: number;
  readonly waiting: boolean;
}

export interface Tickets {
  queues(): readonly Queue[];
  /** Gives a number; the same holder's waiting number is given back. The same key gets the same answer for ever. */
  take(terminal: string, key: string, request: TicketRequest): Result<Ticket, Refusal>;
  /** Numbers taken at terminals, newest first. */
  list(): readonly TicketSummary[];
}

/** Walk-ins stop coming when this many wait. */
const fullHall = 12;
/** The model looks back no further than this, whatever the clock did meanwhile. */
const lookBackMs = 2 * 3_600_000;

/**
 * The hall as a model on the clock: a queue's windows call one number every `secondsEach`, and people walk in a little
 * slower than that. Nothing runs in the background; each look catches up.
 */
export function createTickets(
  database: DatabaseSync,
  parts: { readonly now: () => number; readonly random: () => number; readonly onChange: () => void },
): Tickets {
  const { now } = parts;
  const hall = createHall(database, parts.random);
  const byHolder = database.prepare(
    'SELECT queue, number, answer FROM tickets WHERE holder = ? AND day = ? AND served_at > ? ORDER BY taken_at DESC',
  );
  const answered = database.prepare(
    'SELECT request, answer FROM ticket_answers WHERE terminal = ? AND idempotency_key = ?',
  );
  const keep = database.prepare(
    'INSERT INTO ticket_answers (terminal, idempotency_key, request, answer) VALUES (?, ?, ?, ?)',
  );
  const setAnswer = database.prepare('UPDATE tickets SET answer = ? WHERE queue = ? AND day = ? AND number = ?');
  const taken = database.prepare(
    'SELECT queue, number, taken_at, served_at FROM tickets WHERE holder IS NOT NULL ORDER BY taken_at DESC, rowid DESC',
  );

  function giveBack(holder: string, at: number): Ticket | null {
    const row = byHolder.get(holder, calendarDay(at), at);
    if (!row) return null;
    const before = ticket.parse(JSON.parse(String(row.answer)));
    return { ...before, waitingBefore: hall.waiting(String(row.queue), at, Number(row.number)), existing: true };
  }

  function give(queue: HallQueue, request: TicketRequest, at: number): Ticket {
    const waitingBefore = hall.waiting(queue.id, at);
    const number = hall.append(queue, at, at, request.holder);
    const given: Ticket = {
      number: label(queue, number),
      queue: queue.id,
      title: queue.title,
      masked: request.masked,
      waitingBefore,
      window: queue.window,
      takenAt: new Date(at).toISOString(),
      existing: false,
      flowNumber: flowNumber(queue, at, number),
    };
    setAnswer.run(JSON.stringify(given), queue.id, calendarDay(at), number);
    return given;
  }

  return {
    queues() {
      const at = now();
      return transaction(database, () =>
        hallQueues.map((queue) => {
          const open = isOpen(queue, at);
          if (open) hall.catchUp(queue, at);
          const { id, title, detail } = queue;
          return { id, title, detail, waiting: open ? hall.waiting(id, at) : 0, open };
        }),
      );
    },
    take(terminal, key, request) {
      const asked = JSON.stringify(request);
      const before = answered.get(terminal, key);
      if (before)
        return before.request === asked
          ? ok(ticket.parse(JSON.parse(String(before.answer))))
          : err(refusal('key-reused', 'another ticket was asked for with this key'));
      const queue = hallQueues.find((each) => each.id === request.queue);
      if (!queue) return err(refusal('queue-unknown', 'no such queue'));
      const at = now();
      if (!isOpen(queue, at)) return err(refusal('queue-closed', 'outside its hours'));
      const given = transaction(database, () => {
        hall.catchUp(queue, at);
        const answer = giveBack(request.holder, at) ?? give(queue, request, at);
        keep.run(terminal, key, asked, JSON.stringify(answer));
        return answer;
      });
      parts.onChange();
      return ok(given);
    },
    list() {
      const at = now();
      return taken.all().flatMap((row) => {
        const queue = hallQueues.find((each) => each.id === row.queue);
        if (!queue) return [];
        const number = label(queue, Number(row.number));
        return [{ number, queue: queue.id, takenAt: Number(row.taken_at), waiting: Number(row.served_at) > at }];
      });
    },
  };
}

interface Hall {
  /** Numbers of a queue that wait at this moment; with `before`, those called before that number. */
  waiting(queue: string, at: number, before?: number): number;
  /** Adds the people who came since the last look. */
  catchUp(queue: HallQueue, at: number): void;
  /** Adds one person and gives the number. */
  append(queue: HallQueue, day: number, at: number, holder: string | null): number;
}

function createHall(database: DatabaseSync, random: () => number): Hall {
  const count = database.prepare(
    'SELECT count(*) AS waiting FROM tickets WHERE queue = ? AND day = ? AND served_at > ? AND number < ?',
  );
  const dayRow = database.prepare(
    'SELECT last_number AS last, free_at AS free, next_arrival AS next FROM queue_days WHERE queue = ? AND day = ?',
  );
  const newDay = database.prepare(
    'INSERT INTO queue_days (queue, day, last_number, free_at, next_arrival) VALUES (?, ?, 0, ?, ?)',
  );
  const setNext = database.prepare('UPDATE queue_days SET next_arrival = ? WHERE queue = ? AND day = ?');
  const setLast = database.prepare('UPDATE queue_days SET last_number = ?, free_at = ? WHERE queue = ? AND day = ?');
  const insert = database.prepare(
    'INSERT INTO tickets (queue, day, number, holder, taken_at, served_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const read = (queue: HallQueue, day: string) => {
    const row = dayRow.get(queue.id, day);
    return row ? { last: Number(row.last), free: Number(row.free), next: Number(row.next) } : null;
  };
  const waiting = (queue: string, at: number, before = Number.MAX_SAFE_INTEGER) =>
    Number(count.get(queue, calendarDay(at), at, before)?.waiting);
  const gap = (queue: HallQueue) => Math.round(queue.secondsEach * 1000 * (0.8 + 0.8 * random()));

  function append(queue: HallQueue, dayAt: number, at: number, holder: string | null): number {
    const day = calendarDay(dayAt);
    const state = read(queue, day) ?? { last: 0, free: at };
    // A clock that was set back would leave the windows busy for ever.
    const busyUntil = state.free > dayAt + lookBackMs ? at : Math.max(at, state.free);
    const servedAt = busyUntil + queue.secondsEach * 1000;
    insert.run(queue.id, day, state.last + 1, holder, at, servedAt);
    setLast.run(state.last + 1, servedAt, queue.id, day);
    return state.last + 1;
  }

  return {
    waiting,
    append,
    catchUp(queue, at) {
      const day = calendarDay(at);
      if (!read(queue, day)) {
        newDay.run(queue.id, day, at, at + gap(queue));
        const early = 2 + Math.floor(random() * 6);
        for (let person = 0; person < early; person += 1) append(queue, at, at, null);
        return;
      }
      let next = Math.max(read(queue, day)?.next ?? at, at - lookBackMs);
      for (; next <= at; next += gap(queue)) if (waiting(queue.id, next) < fullHall) append(queue, at, next, null);
      setNext.run(next, queue.id, day);
    },
  };
}

/** A012: as printed and called out. */
function label(queue: HallQueue, number: number): string {
  return `${queue.prefix}${String(number).padStart(3, '0')}`;
}

/** Digits only, for a dense barcode: day, queue, number. */
function flowNumber(queue: HallQueue, at: number, number: number): string {
  const index = String(hallQueues.indexOf(queue) + 1).padStart(2, '0');
  return `${calendarDay(at).replaceAll('-', '')}${index}${String(number).padStart(4, '0')}`;
}
