import { err, ok, type Result } from '../../contract/result.ts';

/** Commands as CMD, PARA (GA/T 467 command set; the reference table is in this folder's README). */
export const commands = {
  reset: [0x10, 0xff],
  status: [0x11, 0xff],
  moduleId: [0x12, 0xff],
  find: [0x20, 0x01],
  select: [0x20, 0x02],
  read: [0x30, 0x01],
  readNewest: [0x30, 0x03],
  readWithFingerprints: [0x30, 0x10],
} as const;
export type CommandName = keyof typeof commands;

/** SW3, the only status byte that decides; SW1 and SW2 relay the card's own. */
export const sw = {
  wrongChecksum: 0x10,
  wrongLength: 0x11,
  unknownCommand: 0x21,
  notAuthorised: 0x23,
  unrecognised: 0x24,
  cardRefusedModule: 0x31,
  moduleRefusedCard: 0x32,
  verificationFailed: 0x33,
  notFoundYet: 0x34,
  fingerprintFailed: 0x37,
  informationLength: 0x3f,
  unknownCardType: 0x40,
  readFailed: 0x41,
  randomFailed: 0x47,
  selfTestFailed: 0x60,
  loginFailed: 0x61,
  moduleWithoutKey: 0x66,
  noCard: 0x80,
  selectFailed: 0x81,
  success: 0x90,
  absent: 0x91,
  found: 0x9f,
} as const;

const meanings = new Map<number, string>(Object.entries(sw).map(([name, code]) => [code, name]));

/** A status byte in the technician's words, e.g. "SW3 41 readFailed". */
export function describeStatus(sw3: number): string {
  const code = sw3.toString(16).toUpperCase().padStart(2, '0');
  return `SW3 ${code} ${meanings.get(sw3) ?? 'unknown'}`;
}

const preamble = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
/** Without its first byte: a UART that has just woken up may lose that. */
const sync = preamble.subarray(1);
const lengthBytes = 2;
/** The longest reply known has 0x090A; more is a damaged length. */
const longest = 4096;

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** A whole frame around `body` (everything between LEN and CHK). */
function encodeFrame(body: Uint8Array): Uint8Array {
  const length = body.length + 1;
  const frame = new Uint8Array(preamble.length + lengthBytes + length);
  frame.set(preamble);
  frame.set([length >> 8, length & 0xff], preamble.length);
  frame.set(body, preamble.length + lengthBytes);
  frame[frame.length - 1] = checksum(frame.subarray(preamble.length, -1));
  return frame;
}

export function encodeCommand(name: CommandName): Uint8Array {
  return encodeFrame(Uint8Array.from(commands[name]));
}

/** A reply of the module; what a simulator sends. */
export function encodeReply(sw3: number, data: Uint8Array = new Uint8Array(), sw12 = 0): Uint8Array {
  return encodeFrame(Uint8Array.of(sw12 >> 8, sw12 & 0xff, sw3, ...data));
}

export interface Reply {
  readonly sw3: number;
  readonly data: Uint8Array;
}

export type GarbledCause = 'checksum' | 'length' | 'truncated';

export type ParserEvent =
  /** Everything between LEN and CHK, of a frame whose CHK is right. */
  { readonly kind: 'frame'; readonly body: Uint8Array } | { readonly kind: 'garbled'; readonly cause: GarbledCause };

/** Takes bytes as they come and finds frames among them. */
export interface FrameParser {
  push(bytes: Uint8Array): ParserEvent[];
  /** A frame has begun and is not complete. */
  readonly pending: boolean;
  /** The line has been silent for too long: the frame that began is given up, what follows its preamble is kept. */
  silence(): ParserEvent[];
  reset(): void;
}

/**
 * @param shortestBody bytes between LEN and CHK: 2 for commands (CMD PARA), 3 for replies (SW1 SW2 SW3)
 */
export function createFrameParser(shortestBody: 2 | 3): FrameParser {
  let buffer: Uint8Array = new Uint8Array();

  /** The next event, or null when more bytes are needed. A damaged frame costs its preamble only: resync is inside. */
  function next(): ParserEvent | null {
    buffer = buffer.subarray(findSync(buffer));
    const start = sync.length + lengthBytes;
    if (buffer.length < start) return null;
    const length = ((buffer[sync.length] ?? 0) << 8) | (buffer[sync.length + 1] ?? 0);
    if (length <= shortestBody || length > longest) return giveUp('length');
    if (buffer.length < start + length) return null;
    const checked = buffer.subarray(sync.length, start + length);
    if (checksum(checked) !== 0) return giveUp('checksum');
    const body = buffer.slice(start, start + length - 1);
    buffer = buffer.slice(start + length);
    return { kind: 'frame', body };
  }

  function giveUp(cause: GarbledCause): ParserEvent {
    buffer = buffer.subarray(sync.length);
    return { kind: 'garbled', cause };
  }

  function drain(): ParserEvent[] {
    const events: ParserEvent[] = [];
    for (let event = next(); event; event = next()) events.push(event);
    return events;
  }

  return {
    push(bytes) {
      const joined = new Uint8Array(buffer.length + bytes.length);
      joined.set(buffer);
      joined.set(bytes, buffer.length);
      buffer = joined;
      return drain();
    },
    get pending() {
      return buffer.length > 0;
    },
    silence() {
      const events: ParserEvent[] = [];
      while (buffer.length >= sync.length) events.push(giveUp('truncated'), ...drain());
      buffer = new Uint8Array();
      return events;
    },
    reset() {
      buffer = new Uint8Array();
    },
  };
}

/** Where the sync bytes, or the beginning of them at the very end, are; all before is noise. */
function findSync(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    const candidate = bytes.subarray(at, at + sync.length);
    if (candidate.every((byte, place) => byte === sync[place])) return at;
  }
  return bytes.length;
}

/** Takes the body of a reply frame apart. */
export function decodeReply(body: Uint8Array): Reply {
  return { sw3: body[2] ?? 0, data: body.subarray(3) };
}

/** The command that a frame's body names; null for one that this module does not know. */
export function decodeCommand(body: Uint8Array): CommandName | null {
  if (body.length !== 2) return null;
  const names = Object.keys(commands) as CommandName[];
  return names.find((name) => commands[name][0] === body[0] && commands[name][1] === body[1]) ?? null;
}

export const textBytes = 256;
export const portraitBytes = 1024;
/** Newest address: 35 characters of UTF-16. */
export const newestAddressBytes = 70;

/** A card's content as read replies carry it. */
export interface CardContent {
  readonly text: Uint8Array;
  readonly portrait: Uint8Array;
}

/**
 * Splits the data of a read reply by the lengths in its header. Fingerprints are not taken: nothing here needs them.
 * @param withFingerprints whether the reply answers `readWithFingerprints` (three lengths) or `read` (two)
 */
export function splitContent(data: Uint8Array, withFingerprints: boolean): Result<CardContent, string> {
  const header = withFingerprints ? 6 : 4;
  const lengths = Array.from({ length: header / 2 }, (_, at) => ((data[2 * at] ?? 0) << 8) | (data[2 * at + 1] ?? 0));
  const [text = 0, portrait = 0, fingerprints = 0] = lengths;
  if (text !== textBytes || portrait !== portraitBytes || ![0, 512, 1024].includes(fingerprints))
    return err(`lengths ${lengths.join('+')} in the header of the content`);
  if (data.length !== header + text + portrait + fingerprints)
    return err(`${data.length} bytes of content, the header says ${header}+${lengths.join('+')}`);
  return ok({
    text: data.slice(header, header + text),
    portrait: data.slice(header + text, header + text + portrait),
  });
}

/** The data of a read reply, as a module sends it. `fingerprints` null: the answer to `read`. */
export function joinContent(content: CardContent, fingerprints: Uint8Array | null): Uint8Array {
  const parts = [content.text, content.portrait, ...(fingerprints ? [fingerprints] : [])];
  return Uint8Array.from([
    ...parts.flatMap((part) => [part.length >> 8, part.length & 0xff]),
    ...parts.flatMap((part) => [...part]),
  ]);
}

/** The module's serial number as printed on it, e.g. 05.01-20101129-0001228293-0296863149. */
export function formatModuleId(data: Uint8Array): string | null {
  if (data.length !== 16) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const two = (offset: number) => String(view.getUint16(offset, true)).padStart(2, '0');
  const ten = (offset: number) => String(view.getUint32(offset, true)).padStart(10, '0');
  return `${two(0)}.${two(2)}-${view.getUint32(4, true)}-${ten(8)}-${ten(12)}`;
}
