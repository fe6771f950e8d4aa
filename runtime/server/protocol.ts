/**
 * The only file that the runtime and the UI both import. The runtime imports the schemas; the UI imports types alone,
 * so that no validator is shipped to the browser.
 *
 * Server → UI: one `screen` message shows everything there is to see. UI → server: an event names the `seq` of the
 * screen it was made on; an event for an older `seq` is answered `stale` and never applied.
 */
import { z } from 'zod';

export const languages = ['zh-CN', 'en'] as const;
export const textSizes = ['normal', 'large', 'largest'] as const;
export const slots = ['idCardReader', 'receiptPrinter', 'documentCamera', 'faceCamera', 'screen'] as const;
/** Icons of the UI's one family; flows and items name them. */
export const icons = [
  'ticket',
  'apply',
  'progress',
  'person',
  'shop',
  'home',
  'card',
  'phone',
  'clock',
  'paper',
  'window',
  'post',
  'locker',
  'heart',
  'question',
] as const;

const language = z.enum(languages);
const textSize = z.enum(textSizes);
const slot = z.enum(slots);
const icon = z.enum(icons);

/** A fact shown to the citizen; numbers arrive masked unless they are the citizen's to check. */
const row = z.object({ label: z.string(), value: z.string(), emphasis: z.boolean().optional() });

const option = z.object({
  id: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  badge: z.string().optional(),
  icon: icon.optional(),
  /** Not to be chosen now, and why. */
  unavailable: z.string().optional(),
});

/** One question of a form. Values typed so far come back in `draft.values`. */
const field = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(['text', 'name', 'address', 'digits', 'phone', 'idNumber', 'date', 'choice']),
  required: z.boolean(),
  value: z.string(),
  /** Where a prefilled value comes from, in words: "from your identity card". */
  source: z.string().optional(),
  hint: z.string().optional(),
  maxLength: z.number().int().optional(),
  options: z.array(option).optional(),
  /** What was wrong with the value sent last, in words. */
  error: z.string().optional(),
});

const shot = z.object({ id: z.string(), url: z.string() });

const step = z.object({ label: z.string(), state: z.enum(['done', 'now', 'next']) });

/**
 * Props of each screen by its name. Every text is already in the session's language. Buttons are drawn for the events
 * in `accepts`; each schema's comment names those its screen may be given.
 */
export const screens = {
  /** START {flow} */
  attract: z.object({
    centre: z.string(),
    journeys: z.array(option),
    health: z.enum(['works', 'limited', 'out']),
    notices: z.array(z.string()),
    /** What survived a restart in the middle of somebody's submission: nothing personal. PRINT_SLIP, DISMISS */
    recovered: z.object({ title: z.string(), detail: z.string(), code: z.string() }).optional(),
  }),
  /** CHOSEN {id}, BACK */
  choose: z.object({ ask: z.string(), detail: z.string().optional(), options: z.array(option) }),
  /** What an item takes, before the journey starts. CONTINUE, PRINT_LIST, BACK */
  askList: z.object({
    ask: z.string(),
    title: z.string(),
    facts: z.array(row),
    bring: z.array(z.object({ title: z.string(), detail: z.string().optional(), required: z.boolean() })),
    basis: z.string(),
  }),
  /** NO_CARD, BACK. `state` follows the reader. */
  presentCard: z.object({
    ask: z.string(),
    slot,
    state: z.enum(['waiting', 'reading', 'lift', 'unavailable']),
    alternative: z.string().optional(),
    trouble: z.string().optional(),
  }),
  /** YES, NO, BACK */
  confirm: z.object({
    ask: z.string(),
    detail: z.string().optional(),
    rows: z.array(row),
    yes: z.string(),
    no: z.string().optional(),
  }),
  /** ENTERED {text}, NO_NUMBER, BACK */
  digits: z.object({
    ask: z.string(),
    hint: z.string().optional(),
    kind: z.enum(['phone', 'idNumber', 'caseCode']),
    maxLength: z.number().int(),
    /** What was typed before and led nowhere; the draft goes before it. */
    value: z.string().optional(),
    error: z.string().optional(),
  }),
  /** One question at a time, paged by the UI. ENTERED {values}, BACK */
  form: z.object({ ask: z.string(), fields: z.array(field) }),
  /** PICTURE_TAKEN (made by the runtime from an upload), NO_CAMERA, SKIP, BACK */
  capture: z.object({
    ask: z.string(),
    detail: z.string().optional(),
    camera: z.enum(['document', 'face']),
    /** Label, or part of it, of the camera to open. */
    label: z.string(),
    page: z.number().int(),
    pages: z.number().int().optional(),
    /** Shots of this page taken before, for comparing. */
    shots: z.array(shot),
    optional: z.boolean(),
  }),
  /** KEEP {id}, RETAKE, MORE_PAGES {id}, BACK */
  comparePictures: z.object({ ask: z.string(), shots: z.array(shot), page: z.number().int(), morePages: z.boolean() }),
  /** CONFIRMED, EDIT {section}, BACK */
  review: z.object({
    ask: z.string(),
    sections: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        rows: z.array(row),
        pictures: z.array(shot).optional(),
        editable: z.boolean(),
      }),
    ),
    declaration: z.string().optional(),
  }),
  /** SIGNED {width, height, strokes}, BACK */
  sign: z.object({ ask: z.string(), declaration: z.string() }),
  /** The machine works; no event but those in `accepts` (usually none, or LEAVE). */
  wait: z.object({ say: z.string(), detail: z.string().optional(), slot: slot.optional(), steps: z.array(step) }),
  /** Something the citizen must know. AGAIN, OTHER_WAY, CONTINUE, LEAVE; labels in `actions`. */
  tell: z.object({
    tone: z.enum(['information', 'success', 'trouble']),
    say: z.string(),
    because: z.string().optional(),
    kept: z.string().optional(),
    next: z.string().optional(),
    slot: slot.optional(),
    actions: z.array(z.object({ event: z.string(), label: z.string(), main: z.boolean() })),
    /** For the technician, small. */
    code: z.string().optional(),
  }),
  /** What the citizen leaves with. OK, PRINT_AGAIN */
  outcome: z.object({
    tone: z.enum(['success', 'information']),
    say: z.string(),
    detail: z.string().optional(),
    /** The one thing to remember, in large figures: a ticket number or the end of the case code. */
    headline: z.object({ label: z.string(), value: z.string() }),
    rows: z.array(row),
    qr: z.string().optional(),
    printed: z.enum(['yes', 'no', 'unknown']),
    printedSay: z.string(),
  }),
  /** Card, code typed, or code shown to the document camera or a keyboard-wedge scanner. NO_CARD, CODE {text}, BACK */
  findCase: z.object({
    ask: z.string(),
    slot,
    cardState: z.enum(['waiting', 'reading', 'lift', 'unavailable']),
    trouble: z.string().optional(),
    label: z.string(),
  }),
  /** OK, BACK, OTHER {id} */
  timeline: z.object({
    title: z.string(),
    code: z.string(),
    state: z.string(),
    events: z.array(z.object({ at: z.string(), title: z.string(), detail: z.string().optional(), done: z.boolean() })),
    nextActor: z.string(),
    daysLeft: z.string(),
    phone: z.string(),
  }),
  /** RATED {level, reasons?, text?}, SKIP */
  evaluate: z.object({ ask: z.string(), levels: z.array(option), reasons: z.array(option) }),
  /** Before the wipe: card, paper or person left behind. DONE */
  leaving: z.object({ say: z.string(), slot: slot.optional(), detail: z.string().optional() }),
  /** The terminal cannot serve at all. No events. */
  outOfService: z.object({ say: z.string(), because: z.string(), next: z.string() }),
} as const;

export type ScreenName = keyof typeof screens;
export type ScreenProps<N extends ScreenName> = z.infer<(typeof screens)[N]>;
export type Language = (typeof languages)[number];
export type TextSize = (typeof textSizes)[number];
export type SlotName = (typeof slots)[number];
export type IconName = (typeof icons)[number];

/** What stands around every screen. */
export const chrome = z.object({
  language,
  textSize,
  /** null on the attract screen. `step` is an index into `steps`. */
  journey: z.object({ title: z.string(), steps: z.array(z.string()), step: z.number().int() }).nullable(),
  /** Help on this very screen, as paragraphs. */
  help: z.array(z.string()),
  phone: z.string(),
  /** Things true of the whole terminal now, e.g. that the line is down. */
  notices: z.array(z.string()),
  /** Pixels per millimetre of this panel. */
  pixelsPerMm: z.number(),
});
export type Chrome = z.infer<typeof chrome>;

export type ScreenMessage = {
  [N in ScreenName]: {
    readonly type: 'screen';
    readonly seq: number;
    readonly screen: N;
    readonly props: ScreenProps<N>;
    /** Events that this screen may send now. LEAVE is among them wherever leaving is possible. */
    readonly accepts: readonly string[];
    /** Milliseconds until the machine goes on by itself, null where only the idle rule counts. */
    readonly deadline: number | null;
    readonly chrome: Chrome;
    /** What the UI last sent with `draft` for this screen: it holds nothing that a reload would lose. */
    readonly draft: unknown;
  };
}[ScreenName];

export type ServerMessage =
  | ScreenMessage
  | { readonly type: 'stale'; readonly seq: number }
  | { readonly type: 'refused'; readonly seq: number; readonly why: 'notAccepted' | 'invalid' }
  /** The visible end of the idle time; `remainingMs` null: the countdown is over or was called off. */
  | { readonly type: 'countdown'; readonly remainingMs: number | null; readonly extensionsLeft: number }
  /** Another browser window holds the session; this one may only show that. */
  | { readonly type: 'occupied' }
  /** A sound to lead the hand. */
  | { readonly type: 'tone'; readonly tone: 'success' | 'trouble' | 'reminder' };

const seq = z.number().int().nonnegative();
/** Event data is bounded here and checked against the accepting screen's schema in `events`. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), seq, event: z.string().max(40), data: z.unknown().optional() }),
  z.object({ type: z.literal('draft'), seq, data: z.unknown() }),
  z.object({ type: z.literal('activity'), kind: z.enum(['touch', 'key', 'camera']) }),
  z.object({ type: z.literal('moreTime') }),
  z.object({ type: z.literal('preference'), language: language.optional(), textSize: textSize.optional() }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

const stroke = z.array(z.tuple([z.number(), z.number(), z.number()])).max(4000);

/** Data that events carry; an event that is not listed carries none. */
export const events = {
  START: z.object({ flow: z.string().max(64) }),
  CHOSEN: z.object({ id: z.string().max(200) }),
  ENTERED: z.union([
    z.object({ text: z.string().max(400) }),
    z.object({ values: z.record(z.string().max(64), z.string().max(400)) }),
  ]),
  CODE: z.object({ text: z.string().max(400) }),
  KEEP: z.object({ id: z.string().max(64) }),
  MORE_PAGES: z.object({ id: z.string().max(64) }),
  EDIT: z.object({ section: z.string().max(64) }),
  OTHER: z.object({ id: z.string().max(200) }),
  /** Points are [x, y, milliseconds since the first]; x and y in units of `width` and `height`. */
  SIGNED: z.object({
    width: z.number().positive(),
    height: z.number().positive(),
    strokes: z.array(stroke).min(1).max(200),
  }),
  RATED: z.object({
    level: z.number().int().min(1).max(5),
    reasons: z.array(z.string().max(64)).max(20).optional(),
    text: z.string().max(400).optional(),
  }),
} as const;

/** HTTP beside the socket. Pictures go up as image/jpeg with the screen's seq and come back only to the same session. */
export const paths = {
  socket: '/ui/socket',
  /** POST, header `x-window24-seq`; 200 {id}; 409 stale or not accepted, 413, 415, 422, 507 full with problem+json. */
  pictures: '/ui/pictures',
} as const;
export const seqHeader = 'x-window24-seq';
/** Largest picture taken up, bytes. */
export const pictureLimit = 8 * 1024 * 1024;
/**
 * Close codes of the socket. `newToken`: the page is older than the runtime; the handshake has renewed its cookie, so
 * connecting again succeeds (and loading the page again does too).
 */
export const closeCodes = { occupied: 4001, badMessage: 4002, newToken: 4003 } as const;

// The simulator panel and its page, development only.

export const lineModes = ['up', 'slow', 'cut', 'stall', 'nonsense'] as const;
export type LineMode = (typeof lineModes)[number];

export interface PanelText {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface PanelDevice {
  readonly name: 'idCardReader' | 'receiptPrinter';
  readonly model: string;
  /** Path of its pseudo-terminal. */
  readonly path: string;
  readonly plugged: boolean;
  readonly faults: readonly { readonly name: string; readonly on: boolean }[];
}

export interface PanelCard {
  readonly id: string;
  readonly title: PanelText;
}

/** A slip that came out of the simulated printer. `n` counts from 1; its picture is at /api/slips/<n>.png. */
export interface PanelSlip {
  readonly n: number;
  readonly at: number;
  /** Bytes that printed it; grows while it still hangs in the printer. */
  readonly bytes: number;
  readonly cut: boolean;
  readonly voided: boolean;
}

/** A case as the centre received it: nothing personal. */
export interface PanelCase {
  readonly code: string;
  readonly state: string;
  readonly receivedAt: number;
  readonly commits: number;
  /** The staff page of the centre. */
  readonly url: string;
}

/** Everything the panel shows; sent whole after each change. */
export interface PanelState {
  readonly terminal: { readonly id: string; readonly url: string | null; readonly registered: boolean };
  readonly devices: readonly PanelDevice[];
  readonly cards: readonly PanelCard[];
  /** Card that lies on the reader. */
  readonly card: string | null;
  readonly line: LineMode;
  /** Newest first. */
  readonly slips: readonly PanelSlip[];
  /** Newest first. */
  readonly cases: readonly PanelCase[];
  readonly tickets: readonly { readonly number: string; readonly at: number; readonly waiting: boolean }[];
  readonly centre: string;
}

/** POST /api/act with one of these. */
export type PanelAct =
  | { readonly act: 'placeCard'; readonly card: string }
  | { readonly act: 'liftCard' }
  | { readonly act: 'feed' }
  | { readonly act: 'newRoll' }
  | { readonly act: 'plug'; readonly device: PanelDevice['name']; readonly plugged: boolean }
  | { readonly act: 'fault'; readonly device: PanelDevice['name']; readonly fault: string; readonly on: boolean }
  | { readonly act: 'line'; readonly mode: LineMode };
