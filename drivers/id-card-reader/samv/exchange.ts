import type { Clock } from '../../contract/clock.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { Transport } from '../../contract/transport.ts';
import {
  type CommandName,
  createFrameParser,
  decodeReply,
  encodeCommand,
  type GarbledCause,
  type Reply,
  sw,
} from './codec.ts';

export const exchangeLimits = {
  /** First byte of a reply to the commands that do not touch the card, or only feel for it. */
  shortReplyMs: 1000,
  /** First byte of a reply that the card itself has to give. */
  cardReplyMs: 3000,
  /** Silence inside a frame after which the rest will not come. */
  interByteMs: 500,
  /** A line that never falls silent is noise. */
  longestReplyMs: 6000,
  attempts: 3,
} as const;

/** Why an exchange has no reply. */
export type ExchangeError =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'lost'; readonly cause: string }
  | { readonly kind: 'silent'; readonly cause: string }
  | { readonly kind: 'garbled'; readonly cause: string };

/** One command and its reply at a time, over a line that may lose or damage bytes. */
export interface Exchange {
  /** Sends a command and returns its reply, whatever its status byte. Repeats within a fixed bound. */
  request(name: CommandName, signal: AbortSignal): Promise<Result<Reply, ExchangeError>>;
}

const slow: ReadonlySet<CommandName> = new Set(['select', 'read', 'readNewest', 'readWithFingerprints', 'reset']);

/** Successful replies differ in shape, so that the late reply to one command is never taken for another's. */
const successBytes: Readonly<Record<CommandName, (length: number) => boolean>> = {
  reset: (length) => length === 0,
  status: (length) => length === 0,
  moduleId: (length) => length === 16,
  find: (length) => length === 4,
  select: (length) => length === 8,
  read: (length) => length >= 1024,
  readWithFingerprints: (length) => length >= 1024,
  readNewest: (length) => length === 70,
};

/** What the module says of itself and of the command, not of the card. */
const moduleFailures: ReadonlySet<number> = new Set([
  sw.wrongChecksum,
  sw.wrongLength,
  sw.unknownCommand,
  sw.notAuthorised,
  sw.unrecognised,
  sw.selfTestFailed,
  sw.moduleWithoutKey,
]);

function answers(name: CommandName, reply: Reply): boolean {
  const success = name === 'find' ? sw.found : sw.success;
  if (reply.sw3 === success) return successBytes[name](reply.data.length);
  if (reply.sw3 === sw.absent) return name === 'readNewest';
  // The status request settles the line: the late failure of a card command must not pass for its answer.
  if (name === 'status' && !moduleFailures.has(reply.sw3)) return false;
  return reply.sw3 !== sw.success && reply.sw3 !== sw.found && reply.data.length === 0;
}

export function createExchange(transport: Transport, clock: Clock): Exchange {
  const parser = createFrameParser(3);
  /** Set while a reply may still be on its way to nobody. */
  let unsettled = false;

  /** Sends once and waits once. */
  function attempt(name: CommandName, signal: AbortSignal): Promise<Result<Reply, ExchangeError>> {
    return new Promise((resolve) => {
      let garbled: GarbledCause | null = null;
      let cancelTimer = () => {};
      const started = clock.monotonic();

      function settle(result: Result<Reply, ExchangeError>): void {
        cancelTimer();
        stopData();
        stopLost();
        signal.removeEventListener('abort', onAbort);
        unsettled = !result.ok;
        resolve(result);
      }
      function fail(): void {
        if (garbled) settle(err({ kind: 'garbled', cause: `${garbled} in the reply to ${name}` }));
        else settle(err({ kind: 'silent', cause: `no reply to ${name}` }));
      }
      function waitFor(ms: number): void {
        cancelTimer();
        const left = started + exchangeLimits.longestReplyMs - clock.monotonic();
        cancelTimer = clock.after(Math.max(0, Math.min(ms, left)), onSilence);
      }
      function hear(events: ReturnType<typeof parser.push>): boolean {
        for (const event of events) {
          if (event.kind === 'garbled') garbled = event.cause;
          else {
            const reply = decodeReply(event.body);
            if (!answers(name, reply)) continue;
            settle(ok(reply));
            return true;
          }
        }
        return false;
      }
      function onSilence(): void {
        if (parser.pending && hear(parser.silence())) return;
        fail();
      }
      const onAbort = () => settle(err({ kind: 'aborted' }));
      const stopData = transport.onData((bytes) => {
        if (hear(parser.push(bytes))) return;
        // A whole frame with a wrong checksum was the reply; anything else may be noise in front of it.
        if (garbled === 'checksum' && !parser.pending) fail();
        else if (parser.pending || garbled) waitFor(exchangeLimits.interByteMs);
      });
      const stopLost = transport.onLost((error) => settle(err({ kind: 'lost', cause: error.cause })));
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      parser.reset();
      waitFor(slow.has(name) ? exchangeLimits.cardReplyMs : exchangeLimits.shortReplyMs);
      void transport.write(encodeCommand(name)).then((written) => {
        if (!written.ok) settle(err({ kind: 'lost', cause: written.error.cause }));
      });
    });
  }

  /**
   * The module answers in order. Once it has answered a status request, no older reply can come any more.
   */
  async function settleLine(signal: AbortSignal): Promise<Result<void, ExchangeError>> {
    const answered = await attempt('status', signal);
    return answered.ok ? ok(undefined) : answered;
  }

  return {
    async request(name, signal) {
      let failure: ExchangeError | null = null;
      for (let tries = 0; tries < exchangeLimits.attempts; tries++) {
        const settled = unsettled && name !== 'status' ? await settleLine(signal) : ok(undefined);
        const result: Result<Reply, ExchangeError> = settled.ok ? await attempt(name, signal) : settled;
        if (result.ok && !isCommandDamaged(result.value)) return result;
        if (!result.ok && (result.error.kind === 'aborted' || result.error.kind === 'lost')) return result;
        // Twice silent, and the status request among them: there is nobody.
        if (!result.ok && result.error.kind === 'silent' && failure?.kind === 'silent') return result;
        failure = result.ok ? { kind: 'garbled', cause: `${name} did not reach the module intact` } : result.error;
      }
      return err(failure ?? { kind: 'aborted' });
    },
  };
}

/** The module saw a wrong checksum or length: the command was damaged on its way there. */
function isCommandDamaged(reply: Reply): boolean {
  return reply.sw3 === sw.wrongChecksum || reply.sw3 === sw.wrongLength;
}
