import type { Config } from '../../config/schema.ts';
import { technical } from '../../drivers/contract/log.ts';
import { err, ok } from '../../drivers/contract/result.ts';
import type { LocalText } from '../catalogue/item.ts';
import { createFlowRun, type FlowEnd, type FlowRun, type FlowScreen } from '../flow/engine.ts';
import { faultOf } from '../flow/fault.ts';
import type { Flow } from '../flow/load.ts';
import type { FlowPorts } from '../flow/ports.ts';
import type { Projected } from '../flow/screens/view.ts';
import {
  type Chrome,
  events,
  type Language,
  type ScreenMessage,
  type ServerMessage,
  type TextSize,
} from '../server/protocol.ts';
import { createIdleRule } from './idle.ts';
import { type Reminder, remind, reminderMs, reminders } from './leaving.ts';
import { journeyOf, noticesDuring, offerOf, outOfService, whyNot } from './offer.ts';
import { checkPicture, createPictureStore } from './pictures.ts';
import type { Session } from './session.ts';

/** What became of a submission or slip that a stop of the machine cut off; nothing personal. */
export interface Recovery {
  pending(): { readonly title: LocalText; readonly detail: LocalText; readonly code: string } | null;
  dismiss(): void;
  printSlip(): Promise<void>;
  /** This session came to its end: nothing of it is to be told after a restart. */
  sessionEnded(session: string): void;
  /** Calls back when `pending` has changed by itself. */
  onChange(listener: () => void): () => void;
}

export interface SessionOptions {
  readonly config: Config;
  /** In the order in which they are offered. */
  readonly flows: readonly Flow[];
  readonly ports: FlowPorts;
  readonly recovery: Recovery;
  /** Random, so that a screen of an earlier process is never taken for one of this. */
  readonly firstSeq: number;
}

const draftLimit = 256 * 1024;
const defaults = { language: 'zh-CN', textSize: 'normal' } as const;

/** What stands on the screen between journeys, or the flow that runs. */
type Phase =
  | { readonly kind: 'attract' }
  | { readonly kind: 'journey'; readonly session: string; readonly flow: Flow; readonly run: FlowRun }
  | { readonly kind: 'leaving'; readonly reminder: Reminder; readonly until: number; readonly done: () => void };

interface Shown extends Pick<FlowScreen, 'shown' | 'accepts' | 'deadline' | 'position'> {
  readonly chrome: Chrome;
}

/** The session of whoever stands in front: one at a time, wiped when it ends. */
export function createSession(options: SessionOptions): Session {
  const { config, flows, ports, recovery } = options;
  const { clock, log } = ports;
  const listeners = new Set<(message: ServerMessage) => void>();
  const pictures = createPictureStore();
  const pixelsPerMm = Math.hypot(config.panel.width, config.panel.height) / (config.panel.diagonalInches * 25.4);
  const terminal = { id: config.terminal.id, centre: config.terminal.centre, phone: config.terminal.phone };
  let language: Language = defaults.language;
  let textSize: TextSize = defaults.textSize;
  let phase: Phase = { kind: 'attract' };
  /** Positions of the attract and leaving screens; those of flows count within their run. */
  let visit = 0;
  let seq = options.firstSeq;
  let last = { key: '', position: '', tone: '' };
  let draft: unknown = null;
  let printingRecovered = false;
  let checkingPicture = false;
  let cardLeft = false;
  let cancelReset = () => {};
  let closed = false;

  const emit = (message: ServerMessage) => {
    for (const listener of [...listeners]) listener(message);
  };
  const idle = createIdleRule({
    clock,
    countdownMs: config.idle.countdownSeconds * 1000,
    extensions: config.idle.extensions,
    onCountdown: emit,
    onExpired: () => guarded(() => end('left')),
  });

  /** Nothing that a client or a device does may take the terminal down: a fault ends this session, not the process. */
  function guarded<T>(work: () => T): T | null {
    if (closed) return null;
    try {
      return work();
    } catch (error) {
      log.error('session-broken', { error: faultOf(error) });
      if (phase.kind === 'journey') end('broken');
      return null;
    }
  }

  function chrome(screen: FlowScreen | null): Chrome {
    const flow = phase.kind === 'journey' ? phase.flow : null;
    const journey = flow && journeyOf(flow, screen?.step ?? 0, language);
    const help = [...(screen?.help ?? [])];
    // The attract screen has its own.
    const notices = phase.kind === 'attract' ? [] : noticesDuring(ports, language);
    return { language, textSize, journey, help, phone: terminal.phone, notices, pixelsPerMm };
  }

  function attract(): { shown: Projected; accepts: string[] } {
    if (flows.length === 0) return { shown: outOfService(language), accepts: [] };
    const pending = recovery.pending();
    const recovered = pending && {
      title: pending.title[language],
      detail: pending.detail[language],
      code: pending.code,
    };
    const forRecovered = printingRecovered ? ['DISMISS'] : ['PRINT_SLIP', 'DISMISS'];
    const props = {
      centre: terminal.centre[language],
      ...offerOf(flows, ports, language, cardLeft),
      ...(recovered && { recovered }),
    };
    return { shown: { screen: 'attract', props }, accepts: ['START', ...(recovered ? forRecovered : [])] };
  }

  function show(): Shown {
    if (phase.kind === 'journey') {
      const screen = phase.run.current();
      return { ...screen, chrome: chrome(screen) };
    }
    if (phase.kind === 'attract') return { ...attract(), deadline: null, position: visit, chrome: chrome(null) };
    const { say, detail, slot } = phase.reminder;
    const props = { say: say[language], ...(detail && { detail: detail[language] }), ...(slot && { slot }) };
    const deadline = Math.max(0, phase.until - clock.monotonic());
    const shown: Projected = { screen: 'leaving', props };
    return { shown, accepts: ['DONE'], deadline, position: visit, chrome: chrome(null) };
  }

  function messageOf({ shown, accepts, deadline, chrome }: Shown): ScreenMessage {
    return { type: 'screen', seq, ...shown, accepts, deadline, chrome, draft };
  }

  /** Tells the client where something visible has changed, and lets the idle rule follow the screen. */
  function publish(): void {
    const now = show();
    const position = `${visit}.${phase.kind}.${now.position}`;
    const key = JSON.stringify([position, now.shown, now.accepts, now.chrome]);
    if (key === last.key) return;
    const moved = position !== last.position;
    if (moved) draft = null;
    last = { ...last, key, position };
    seq += 1;
    emit(messageOf(now));
    if (moved) sound(now.shown);
    watch(now);
  }

  function sound({ screen, props }: Projected): void {
    if (screen === 'outcome' && props.tone === 'success') emit({ type: 'tone', tone: 'success' });
    if (screen === 'tell' && props.tone !== 'information') emit({ type: 'tone', tone: props.tone });
  }

  function watch({ shown, deadline }: Shown): void {
    const { normalSeconds, largeTypeSeconds } = config.idle;
    const ms = (textSize === 'normal' ? normalSeconds : largeTypeSeconds) * 1000;
    // While the machine works nobody is expected to touch it; the work has its own deadline.
    const waiting = shown.screen === 'wait' && deadline !== null;
    idle.watch(phase.kind === 'journey' && !waiting ? ms : null);
    cancelReset();
    if (phase.kind === 'attract' && (language !== defaults.language || textSize !== defaults.textSize)) {
      cancelReset = clock.after(ms, () => guarded(resetPreferences));
    }
  }

  function resetPreferences(): void {
    language = defaults.language;
    textSize = defaults.textSize;
    publish();
  }

  function start(flow: Flow): void {
    visit += 1;
    idle.reset();
    let ended: FlowEnd | null = null;
    const session = ports.uuid();
    const run = createFlowRun({
      flow,
      ports,
      session,
      language: () => language,
      pictures,
      terminal,
      config,
      onEnd(how) {
        ended = how;
        guarded(() => end(how));
      },
      onTone: (tone) => emit({ type: 'tone', tone }),
    });
    phase = { kind: 'journey', session, flow, run };
    run.onChange(() => guarded(publish));
    log.info('session-started', { flow: technical(flow.id) });
    // A flow may be over before it showed anything.
    if (ended) end(ended);
    else publish();
  }

  /** Everything personal goes first; only then is the person reminded of what they left behind. */
  function end(how: FlowEnd): void {
    if (phase.kind !== 'journey') return;
    log.info('session-ended', { flow: technical(phase.flow.id), how: technical(how) });
    phase.run.stop();
    wipe();
    recovery.sessionEnded(phase.session);
    leave(reminders(ports, how === 'broken'));
  }

  function wipe(): void {
    pictures.wipe();
    draft = null;
    idle.reset();
  }

  function leave([reminder, ...rest]: readonly Reminder[]): void {
    visit += 1;
    if (!reminder) {
      phase = { kind: 'attract' };
      cardLeft = ports.idCardReader?.status().media === 'present';
      resetPreferences();
      return;
    }
    const stop = new AbortController();
    phase = { kind: 'leaving', reminder, until: clock.monotonic() + reminderMs, done: () => stop.abort() };
    publish();
    const onTone = () => emit({ type: 'tone', tone: 'reminder' });
    void remind(reminder, { clock, signal: stop.signal, onTone }).then(() => guarded(() => leave(rest)));
  }

  function apply(event: string, data: unknown): 'applied' | 'notAccepted' | 'invalid' {
    if (phase.kind === 'journey') return phase.run.dispatch(event, data);
    if (!show().accepts.includes(event)) return 'notAccepted';
    if (phase.kind === 'leaving') phase.done();
    else if (event === 'START') return startNamed(data);
    else if (event === 'DISMISS') recovery.dismiss();
    else printRecovered();
    publish();
    return 'applied';
  }

  function startNamed(data: unknown): 'applied' | 'notAccepted' | 'invalid' {
    const parsed = events.START.safeParse(data);
    const flow = parsed.success ? flows.find((each) => each.id === parsed.data.flow) : undefined;
    if (!flow) return 'invalid';
    if (whyNot(flow, ports)) return 'notAccepted';
    start(flow);
    return 'applied';
  }

  function printRecovered(): void {
    printingRecovered = true;
    const finished = () => {
      printingRecovered = false;
      guarded(publish);
    };
    recovery.printSlip().then(finished, finished);
  }

  let cardMedia = ports.idCardReader?.status().media;
  const unsubscribe = [
    ports.idCardReader?.onStatus(({ media }) =>
      guarded(() => {
        if (media !== cardMedia) idle.activity();
        cardMedia = media;
        if (media !== 'present') cardLeft = false;
        publish();
      }),
    ),
    ports.receiptPrinter?.onStatus(() => guarded(publish)),
    ports.uplink.onLine(() => guarded(publish)),
    recovery.onChange(() => guarded(publish)),
  ];
  publish();

  return {
    // Where showing fails the session has ended by then, and what follows can be shown.
    current: () => guarded(() => messageOf(show())) ?? messageOf(show()),
    countdown: () => idle.countdown(),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    event(message) {
      guarded(() => {
        if (message.seq !== seq) return emit({ type: 'stale', seq: message.seq });
        idle.activity();
        const answer = apply(message.event, message.data);
        if (answer !== 'applied') emit({ type: 'refused', seq: message.seq, why: answer });
        // The same wrong value once more changes nothing to be seen; the touch is answered all the same.
        else if (message.seq === seq) emit({ type: 'refused', seq, why: 'invalid' });
      });
    },
    draft(at, data) {
      guarded(() => {
        if (at !== seq || phase.kind !== 'journey') return;
        if (sizeOf(data) <= draftLimit) draft = data ?? null;
        idle.activity();
      });
    },
    activity: () => void guarded(() => idle.activity()),
    moreTime: () => void guarded(() => idle.moreTime()),
    preference(message) {
      guarded(() => {
        idle.activity();
        language = message.language ?? language;
        textSize = message.textSize ?? textSize;
        publish();
      });
    },
    async picture(at, bytes) {
      const run = phase.kind === 'journey' ? phase.run : null;
      const { position } = last;
      if (closed || at !== seq) return err({ code: 'stale', cause: 'made on another screen' });
      if (checkingPicture || !run?.current().accepts.includes('PICTURE_TAKEN')) {
        return err({ code: 'notAccepted', cause: 'this screen takes no pictures' });
      }
      idle.activity();
      checkingPicture = true;
      const checked = await checkPicture(bytes);
      checkingPicture = false;
      if (!checked.ok) return checked;
      // A notice may have come up in between; only another place in the flow makes the picture stale.
      if (closed || position !== last.position)
        return err({ code: 'stale', cause: 'the screen has changed in between' });
      const picture = pictures.add(ports.uuid(), bytes);
      if (!picture) return err({ code: 'full', cause: 'the session holds as many pictures as it can' });
      if (guarded(() => run.pictureTaken(picture.id)) === 'applied') return ok({ id: picture.id });
      pictures.drop(picture.id);
      return err({ code: 'notAccepted', cause: 'this screen takes no pictures' });
    },
    pictureOf: (id) => pictures.get(id),
    async close() {
      closed = true;
      for (const stop of unsubscribe) stop?.();
      cancelReset();
      if (phase.kind === 'journey') phase.run.stop();
      if (phase.kind === 'leaving') phase.done();
      phase = { kind: 'attract' };
      wipe();
      listeners.clear();
    },
  };
}

/** Length as JSON; what nests too deeply to be written has no size that fits. */
function sizeOf(data: unknown): number {
  try {
    return JSON.stringify(data ?? null).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
