import type { CardHolder, CardReading } from '../../contract/id-card-reader.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { Sensitive } from '../../contract/sensitive.ts';
import type { Transport } from '../../contract/transport.ts';
import { type CommandName, formatModuleId, type Reply, splitContent, sw } from './codec.ts';
import type { Exchange } from './exchange.ts';
import { exchangeError, isCardStatus, type ReaderError, readerError, recordError, statusError } from './failures.ts';
import { decodeNewestAddress, decodeRecord } from './record.ts';

/** `fresh`: found and not read yet; `read`: still lying there after a successful read. */
export type Presence = 'fresh' | 'read' | 'absent';

export interface ModuleReading extends CardReading {
  readonly warnings: readonly string[];
}

type Answer<T> = Promise<Result<T, ReaderError>>;

/** The security module at the other end of an open port, step by step. */
export interface SecurityModule {
  readonly transport: Transport;
  readonly id: string;
  selfTest(signal: AbortSignal): Answer<void>;
  /** Feels for a card without relying on anything remembered. */
  presence(signal: AbortSignal): Answer<Presence>;
  /** One "find": `fresh` or not; says nothing of a card that was read already. */
  find(signal: AbortSignal): Answer<boolean>;
  /** Reads a card that was found, or one that was read before and still lies there. */
  readCard(presence: 'fresh' | 'read', signal: AbortSignal): Answer<ModuleReading>;
}

/** Looks at what is behind the port: self-test, then the module's number. */
export async function openModule(
  transport: Transport,
  exchange: Exchange,
  how: { reset: boolean; signal: AbortSignal },
): Answer<SecurityModule> {
  for (const step of how.reset ? (['reset', 'status'] as const) : (['status'] as const)) {
    const reply = await expectSuccess(exchange, step, how.signal);
    if (!reply.ok) return reply;
  }
  const answer = await expectSuccess(exchange, 'moduleId', how.signal);
  if (!answer.ok) return answer;
  const id = formatModuleId(answer.value.data);
  if (id === null) return err(readerError('hardwareError', 'readerFault', 'number of the module not readable'));
  return ok(new SamvModule(transport, exchange, id));
}

async function request(exchange: Exchange, name: CommandName, signal: AbortSignal): Answer<Reply> {
  const reply = await exchange.request(name, signal);
  return reply.ok ? reply : err(exchangeError(reply.error));
}

async function expectSuccess(exchange: Exchange, name: CommandName, signal: AbortSignal): Answer<Reply> {
  const reply = await request(exchange, name, signal);
  if (!reply.ok || reply.value.sw3 === sw.success) return reply;
  return err(statusError(reply.value.sw3, name));
}

class SamvModule implements SecurityModule {
  readonly transport: Transport;
  readonly id: string;
  readonly #exchange: Exchange;
  /**
   * Text and portrait are read without the fingerprints: nobody here needs them, and they double the time on the
   * line. A module that does not know the command is asked for everything, and the fingerprints are dropped.
   */
  #readCommand: 'read' | 'readWithFingerprints' = 'read';

  constructor(transport: Transport, exchange: Exchange, id: string) {
    this.transport = transport;
    this.#exchange = exchange;
    this.id = id;
  }

  async selfTest(signal: AbortSignal): Answer<void> {
    const reply = await expectSuccess(this.#exchange, 'status', signal);
    return reply.ok ? ok(undefined) : reply;
  }

  async find(signal: AbortSignal): Answer<boolean> {
    const reply = await request(this.#exchange, 'find', signal);
    if (!reply.ok) return reply;
    const { sw3 } = reply.value;
    if (sw3 === sw.found) return ok(true);
    return isCardStatus(sw3) ? ok(false) : err(statusError(sw3, 'find'));
  }

  async presence(signal: AbortSignal): Answer<Presence> {
    const found = await this.find(signal);
    if (!found.ok) return found;
    if (found.value) return ok('fresh');
    // "Find" fails for no card and for one that was read and not lifted. Only a card in the field has an answer to
    // the question for its newest address, be it that there is none.
    const newest = await request(this.#exchange, 'readNewest', signal);
    if (!newest.ok) return newest;
    const { sw3 } = newest.value;
    if (sw3 === sw.success || sw3 === sw.absent) return ok('read');
    return isCardStatus(sw3) || sw3 === sw.unknownCommand ? ok('absent') : err(statusError(sw3, 'readNewest'));
  }

  async readCard(presence: 'fresh' | 'read', signal: AbortSignal): Answer<ModuleReading> {
    const first = await this.#readOnce(presence, signal);
    if (first.ok || !isCardFailure(first.error)) return first;
    const now = await this.presence(signal);
    if (!now.ok) return now;
    if (now.value === 'absent') return err(readerError('userError', 'cardRemoved', first.error.cause));
    // Still there: one more try, this time from the beginning where the module lets us.
    if (first.error.code === 'unsupportedData') return first;
    return this.#readOnce(now.value, signal);
  }

  async #readOnce(presence: 'fresh' | 'read', signal: AbortSignal): Answer<ModuleReading> {
    if (presence === 'fresh') {
      const selected = await expectSuccess(this.#exchange, 'select', signal);
      if (!selected.ok) return selected;
    }
    const content = await this.#readContent(signal);
    if (!content.ok) return content;
    const decoded = decodeRecord(content.value.text);
    if (!decoded.ok) return err(recordError(decoded.error));
    const newest = await this.#readNewest(signal);
    if (!newest.ok) return newest;
    const holder: CardHolder = {
      ...decoded.value.holder,
      ...(newest.value === null ? {} : { newestAddress: newest.value }),
    };
    return ok({
      holder: new Sensitive(holder),
      portrait: new Sensitive(content.value.portrait),
      warnings: decoded.value.warnings,
    });
  }

  async #readContent(signal: AbortSignal) {
    let reply = await request(this.#exchange, this.#readCommand, signal);
    if (reply.ok && reply.value.sw3 === sw.unknownCommand && this.#readCommand === 'read') {
      this.#readCommand = 'readWithFingerprints';
      reply = await request(this.#exchange, this.#readCommand, signal);
    }
    if (!reply.ok) return reply;
    if (reply.value.sw3 !== sw.success) return err(statusError(reply.value.sw3, this.#readCommand));
    const content = splitContent(reply.value.data, this.#readCommand === 'readWithFingerprints');
    return content.ok ? content : err(readerError('hardwareError', 'readerFault', content.error));
  }

  async #readNewest(signal: AbortSignal): Answer<string | null> {
    const reply = await request(this.#exchange, 'readNewest', signal);
    if (!reply.ok) return reply;
    const { sw3, data } = reply.value;
    // Old modules do not know the command: nothing is known of a newer address then.
    if (sw3 === sw.absent || sw3 === sw.unknownCommand) return ok(null);
    if (sw3 !== sw.success) return err(statusError(sw3, 'readNewest'));
    const address = decodeNewestAddress(data);
    return address.ok ? address : err(recordError(address.error));
  }
}

function isCardFailure(error: ReaderError): boolean {
  return error.detail === 'cardUnreadable';
}
