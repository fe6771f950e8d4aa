import { type Clock, systemClock } from '../../contract/clock.ts';
import { assert } from '../../contract/result.ts';
import type { Simulator } from '../../contract/simulator.ts';
import { openPty, type PtyMaster } from '../../transport/pty.ts';
import {
  type CommandName,
  createFrameParser,
  decodeCommand,
  encodeReply,
  joinContent,
  type ParserEvent,
  sw,
} from './codec.ts';
import { typeField } from './record.ts';
import { makeNewestAddress, pattern, type SampleCard, samplePortrait } from './samples.ts';

/** What the simulated module can do wrong. */
export const samvFaults = [
  'garble', // one bit of every reply is flipped
  'wrongChecksum',
  'wrongLength',
  'truncate', // the end of every reply is missing
  'noise', // bytes between the frames, a false preamble among them
  'stall', // no replies
  'slow',
  'samError', // self-test fails: 60 to everything
  'unauthorised', // no key: 66 to all card commands
  'cardError', // 41 to reading
  'unknownLayout', // a type letter that nobody knows
  'oddModule', // knows neither 30 01 nor 30 03
] as const;
export type SamvFault = (typeof samvFaults)[number];

export interface SamvSimulator extends Simulator {
  /** The card that lies on the reader. */
  readonly card: SampleCard | null;
  /** Lays a card down; one that lies there is lifted first. */
  placeCard(card: SampleCard): void;
  liftCard(): void;
  /** Hears each command that arrives whole, before it is answered. */
  onCommand(listener: (name: CommandName) => void): () => void;
}

const slowMs = 400;
const noiseBytes = Uint8Array.of(0x00, 0x55, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x00, 0xaa, 0x96);
/** A published example of a module number: 05.01-20101129-0001228293-0296863149. */
const moduleNumber = Buffer.from('0500010009B8320105BE1200ADC5B111', 'hex');
const cardCommands: ReadonlySet<CommandName> = new Set([
  'find',
  'select',
  'read',
  'readNewest',
  'readWithFingerprints',
]);

/**
 * A reader with a security module on a pseudo-terminal. Keeps state as the real one: a card is found, selected, read,
 * and after a successful read is found again only when it was lifted in between.
 */
export async function startSamvSimulator(options: {
  name: string;
  link: string;
  baudRate: number;
  paced: boolean;
  clock?: Clock;
}): Promise<SamvSimulator> {
  const pty = await openPty(options);
  return new SimulatedModule(options.name, pty, options.clock ?? systemClock);
}

type CardState = 'unseen' | 'found' | 'selected' | 'read';

class SimulatedModule implements SamvSimulator {
  readonly model = 'id-card-reader/samv';
  readonly faults = samvFaults;
  readonly name: string;
  readonly #pty: PtyMaster;
  readonly #clock: Clock;
  readonly #parser = createFrameParser(2);
  readonly #active = new Set<SamvFault>();
  readonly #changeListeners = new Set<() => void>();
  readonly #commandListeners = new Set<(name: CommandName) => void>();
  readonly #replies: { readonly bytes: Uint8Array; readonly due: number }[] = [];
  #cancelDelay: (() => void) | null = null;
  #card: SampleCard | null = null;
  #state: CardState = 'unseen';

  constructor(name: string, pty: PtyMaster, clock: Clock) {
    this.name = name;
    this.#pty = pty;
    this.#clock = clock;
    pty.onData((bytes) => {
      for (const event of this.#parser.push(bytes)) this.#hear(event);
    });
  }

  get path(): string {
    return this.#pty.link;
  }

  get plugged(): boolean {
    return this.#pty.plugged;
  }

  get card(): SampleCard | null {
    return this.#card;
  }

  placeCard(card: SampleCard): void {
    this.#card = card;
    this.#state = 'unseen';
    this.#changed();
  }

  liftCard(): void {
    this.#card = null;
    this.#state = 'unseen';
    this.#changed();
  }

  unplug(): void {
    this.#pty.unplug();
    this.#parser.reset();
    this.#dropReplies();
    this.#state = 'unseen';
    this.#changed();
  }

  replug(): void {
    this.#pty.replug();
    this.#changed();
  }

  setFault(fault: string, on: boolean): void {
    const known = samvFaults.find((each) => each === fault);
    assert(known !== undefined, `the simulator knows the fault ${fault}`);
    if (on) this.#active.add(known);
    else this.#active.delete(known);
    this.#changed();
  }

  activeFaults(): readonly SamvFault[] {
    return [...this.#active];
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onCommand(listener: (name: CommandName) => void): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#dropReplies();
    await this.#pty.close();
  }

  #hear(event: ParserEvent): void {
    const name = event.kind === 'frame' ? decodeCommand(event.body) : null;
    if (name) for (const listener of [...this.#commandListeners]) listener(name);
    if (event.kind === 'garbled')
      this.#send(encodeReply(event.cause === 'checksum' ? sw.wrongChecksum : sw.wrongLength));
    else this.#send(name ? this.#answer(name) : encodeReply(sw.unknownCommand));
  }

  #answer(name: CommandName): Uint8Array {
    const on = (fault: SamvFault) => this.#active.has(fault);
    if (on('samError')) return encodeReply(sw.selfTestFailed);
    if (on('unauthorised') && cardCommands.has(name)) return encodeReply(sw.moduleWithoutKey);
    if (on('oddModule') && (name === 'read' || name === 'readNewest')) return encodeReply(sw.unknownCommand);
    switch (name) {
      case 'reset':
        this.#state = 'unseen';
        return encodeReply(sw.success);
      case 'status':
        return encodeReply(sw.success);
      case 'moduleId':
        return encodeReply(sw.success, moduleNumber);
      case 'find':
        return this.#find();
      case 'select':
        if (this.#state !== 'found') return encodeReply(sw.selectFailed);
        this.#state = 'selected';
        return encodeReply(sw.success, new Uint8Array(8));
      case 'read':
      case 'readWithFingerprints':
        return this.#read(name);
      case 'readNewest':
        return this.#readNewest();
    }
  }

  #find(): Uint8Array {
    if (!this.#card || this.#state === 'read') return encodeReply(sw.noCard);
    this.#state = 'found';
    return encodeReply(sw.found, new Uint8Array(4));
  }

  /** A card that can be read now; null where the module would not get through to one. */
  #readable(): SampleCard | null {
    return this.#state === 'selected' || this.#state === 'read' ? this.#card : null;
  }

  #read(name: 'read' | 'readWithFingerprints'): Uint8Array {
    const card = this.#readable();
    // The card's own status comes along in SW1 and SW2, and means nothing to the host.
    if (!card || this.#active.has('cardError')) return encodeReply(sw.readFailed, undefined, 0x6a82);
    this.#state = 'read';
    const text = Uint8Array.from(card.text);
    if (this.#active.has('unknownLayout')) text[typeField[0]] = 'Q'.charCodeAt(0);
    const fingerprints = name === 'read' ? null : pattern(card.fingerprintBytes ?? 0);
    return encodeReply(sw.success, joinContent({ text, portrait: samplePortrait }, fingerprints));
  }

  #readNewest(): Uint8Array {
    const card = this.#readable();
    if (!card) return encodeReply(sw.readFailed);
    if (card.newestAddress === undefined) return encodeReply(sw.absent);
    return encodeReply(sw.success, makeNewestAddress(card.newestAddress));
  }

  #send(reply: Uint8Array): void {
    if (this.#active.has('stall')) return;
    const bytes = this.#spoil(reply);
    const due = this.#clock.monotonic() + (this.#active.has('slow') ? slowMs : 0);
    this.#replies.push({ bytes, due });
    if (!this.#cancelDelay) this.#deliver();
  }

  /** Replies leave in order: what comes after a slow one waits for it. */
  #deliver(): void {
    this.#cancelDelay = null;
    for (let head = this.#replies[0]; head; head = this.#replies[0]) {
      const left = head.due - this.#clock.monotonic();
      if (left > 0) {
        this.#cancelDelay = this.#clock.after(Math.ceil(left), () => this.#deliver());
        return;
      }
      this.#replies.shift();
      this.#pty.write(head.bytes);
    }
  }

  #spoil(reply: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(reply);
    const flip = (at: number, bits: number) => bytes.set([(bytes[at] ?? 0) ^ bits], at);
    if (this.#active.has('garble')) flip(Math.floor((bytes.length + 9) / 2), 0x10);
    if (this.#active.has('wrongChecksum')) flip(bytes.length - 1, 0xff);
    if (this.#active.has('wrongLength')) bytes.set([0xff, 0xff], 5);
    if (this.#active.has('truncate')) return bytes.subarray(0, -4);
    if (this.#active.has('noise')) return Uint8Array.from([...noiseBytes, ...bytes, ...noiseBytes]);
    return bytes;
  }

  #dropReplies(): void {
    this.#cancelDelay?.();
    this.#cancelDelay = null;
    this.#replies.length = 0;
  }

  #changed(): void {
    for (const listener of [...this.#changeListeners]) listener();
  }
}
