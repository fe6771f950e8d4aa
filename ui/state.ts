/**
 * What the UI knows: the last screen, the countdown and the draft. Nothing here is worth more than the runtime's copy:
 * the draft goes up as it is made, so that a reload loses nothing.
 */
import { computed, signal } from '@preact/signals';
import type { Language, ScreenMessage, ServerMessage, TextSize } from '../runtime/server/protocol.ts';
import { connect, post } from './connection.ts';
import { dress } from './dress.ts';
import { playTone } from './tones.ts';

const draftDelayMs = 150;
/** A wait shorter than this is not shown: the screen before it stays, and takes no input. */
const waitShownAfterMs = 300;
/** An accepted event that changed nothing must not leave dead buttons. */
const answerPatienceMs = 1500;

/** Whoever stood there has read it by then; it means nothing to the next. */
const startedOverMs = 60_000;

type Draft = Readonly<Record<string, unknown>>;

/** The newest screen, and the one in view: they differ for the first moment of a wait. */
const newest = signal<ScreenMessage | null>(null);
export const shown = signal<ScreenMessage | null>(null);
export const countdown = signal<{ readonly endsAt: number; readonly extensionsLeft: number } | null>(null);
export const draft = signal<Draft>({});
/** True on the attract screen that a visit fell back to while the line was lost: the runtime was started anew. */
export const startedOver = signal(false);
/** True between an event and its answer. */
export const sending = signal(false);
/** Input counts only on the newest screen. */
export const live = computed(() => newest.value === shown.value && !sending.value);

let draftTimer: ReturnType<typeof setTimeout> | undefined;
let waitTimer: ReturnType<typeof setTimeout> | undefined;
let startedOverTimer: ReturnType<typeof setTimeout> | undefined;
let answerTimer: ReturnType<typeof setTimeout> | undefined;

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function answered(): void {
  clearTimeout(answerTimer);
  sending.value = false;
}

function takeScreen(message: ScreenMessage): void {
  // A screen that changed by itself (a card came near) must not swallow the last keystroke, still on its way up.
  const typing = draftTimer !== undefined && shown.value?.screen === message.screen;
  if (!typing) {
    clearTimeout(draftTimer);
    draftTimer = undefined;
  }
  newest.value = message;
  answered();
  clearTimeout(waitTimer);
  const show = () => {
    if (!typing) draft.value = isDraft(message.draft) ? message.draft : {};
    dress(message.chrome);
    shown.value = message;
  };
  if (message.screen === 'wait' && shown.value !== null && shown.value.screen !== 'wait') {
    waitTimer = setTimeout(show, waitShownAfterMs);
  } else {
    show();
  }
}

/** A runtime that was started anew knows nothing of the visit; whoever stands there is told in their own language. */
function noteRestart(message: ScreenMessage, remade: boolean, before: ScreenMessage | null): void {
  const attract = message.screen === 'attract';
  const cutOff = attract && remade && before !== null && before.screen !== 'attract';
  if (cutOff) prefer({ language: before.chrome.language, textSize: before.chrome.textSize });
  clearTimeout(startedOverTimer);
  startedOver.value = attract && (startedOver.value || cutOff);
  if (startedOver.value) startedOverTimer = setTimeout(() => (startedOver.value = false), startedOverMs);
}

function take(message: ServerMessage, remade: boolean): void {
  switch (message.type) {
    case 'screen': {
      const before = shown.value;
      takeScreen(message);
      noteRestart(message, remade, before);
      return;
    }
    case 'countdown':
      countdown.value =
        message.remainingMs === null
          ? null
          : { endsAt: performance.now() + message.remainingMs, extensionsLeft: message.extensionsLeft };
      return;
    case 'tone':
      playTone(message.tone);
      return;
    default:
      answered();
  }
}

/** Opens the line to the runtime and follows what it says. */
export function start(): void {
  connect(take);
}

function flushDraft(): void {
  if (draftTimer === undefined) return;
  clearTimeout(draftTimer);
  draftTimer = undefined;
  const message = shown.value;
  if (message !== null) post({ type: 'draft', seq: message.seq, data: draft.value });
}

/** Remembers what was half done on this screen; it comes back after a reload. */
export function keep(patch: Draft): void {
  draft.value = { ...draft.value, ...patch };
  clearTimeout(draftTimer);
  draftTimer = setTimeout(flushDraft, draftDelayMs);
}

export function draftText(name: string, otherwise = ''): string {
  const value = draft.value[name];
  return typeof value === 'string' ? value : otherwise;
}

export function draftNumber(name: string, otherwise = 0): number {
  const value = draft.value[name];
  return typeof value === 'number' ? value : otherwise;
}

/** An object of texts, such as the answers of a form. */
export function draftTexts(name: string): Readonly<Record<string, string>> {
  const value = draft.value[name];
  if (!isDraft(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function draftList(name: string): readonly unknown[] {
  const value = draft.value[name];
  return Array.isArray(value) ? value : [];
}

/** Number of the screen in view. */
export function seqShown(): number {
  return shown.value?.seq ?? 0;
}

export function accepts(event: string): boolean {
  return shown.value?.accepts.includes(event) ?? false;
}

/** Sends an event of the screen in view. Ignored while an answer is awaited, so that a double tap is one tap. */
export function send(event: string, data?: unknown): void {
  const message = shown.value;
  if (message === null || !live.value) return;
  flushDraft();
  if (!post({ type: 'event', seq: message.seq, event, data })) return;
  sending.value = true;
  answerTimer = setTimeout(answered, answerPatienceMs);
}

export function prefer(preference: { language?: Language; textSize?: TextSize }): void {
  flushDraft();
  post({ type: 'preference', ...preference });
}

export function moreTime(): void {
  post({ type: 'moreTime' });
}
