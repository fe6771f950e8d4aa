import type { Config } from '../../config/schema.ts';
import { err, ok } from '../../drivers/contract/result.ts';
import { faultOf } from '../flow/fault.ts';
import type { Flow } from '../flow/load.ts';
import type { FlowPorts } from '../flow/ports.ts';
import { events, type ServerMessage } from '../server/protocol.ts';
import { createIdleRule, type IdleRule } from './idle.ts';
import { createLifeCycle, type LifeCycle } from './life-cycle.ts';
import { whyNot } from './offer.ts';
import { type Front, preferences } from './phase.ts';
import { checkPicture, createPictureStore, type PictureStore } from './pictures.ts';
import { createProjection, type Shown } from './projection.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import type { Recovery } from './recovery.ts';
import type { Session } from './session.ts';

export interface SessionOptions {
  readonly config: Config;
  /** In the order in which they are offered. */
  readonly flows: readonly Flow[];
  readonly ports: FlowPorts;
  readonly recovery: Recovery;
  /** Random, so that a screen of an earlier process is never taken for one of this. */
  readonly firstSeq: number;
}

type Answer = 'applied' | 'notAccepted' | 'invalid';

/** What the parts of a session share. */
interface Core extends SessionOptions {
  readonly front: Front;
  readonly publisher: Publisher;
  readonly pictures: PictureStore;
  readonly idle: IdleRule;
  readonly lifeCycle: LifeCycle;
  readonly show: () => Shown;
  readonly emit: (message: ServerMessage) => void;
  /** Tells the client where something visible has changed, and lets the idle rule follow the screen. */
  readonly publish: () => void;
  readonly guarded: <T>(work: () => T) => T | null;
  readonly isClosed: () => boolean;
}

/** The session of whoever stands in front: one at a time, wiped when it ends. */
export function createSession(options: SessionOptions): Session {
  const { config, ports, recovery } = options;
  const { clock, log } = ports;
  const listeners = new Set<(message: ServerMessage) => void>();
  const front: Front = {
    phase: { kind: 'attract' },
    visit: 0,
    ...preferences,
    cardLeft: false,
    printingRecovered: false,
  };
  const project = createProjection(options);
  const show = () => project(front);
  const emit = (message: ServerMessage) => {
    for (const listener of [...listeners]) listener(message);
  };
  const publisher = createPublisher({ firstSeq: options.firstSeq, emit });
  const pictures = createPictureStore();
  let cancelReset = () => {};
  let closed = false;

  const idle = createIdleRule({
    clock,
    countdownMs: config.idle.countdownSeconds * 1000,
    extensions: config.idle.extensions,
    onCountdown: emit,
    onExpired: () => guarded(() => lifeCycle.end('left')),
  });

  /** Nothing that a client or a device does may take the terminal down: a fault ends this session, not the process. */
  function guarded<T>(work: () => T): T | null {
    if (closed) return null;
    try {
      return work();
    } catch (error) {
      log.error('session-broken', { error: faultOf(error) });
      lifeCycle.end('broken');
      return null;
    }
  }

  function publish(): void {
    const now = show();
    if (publisher.publish(now)) watch(now);
  }

  function watch({ shown, deadline }: Shown): void {
    const { normalSeconds, largeTypeSeconds } = config.idle;
    const ms = (front.textSize === 'normal' ? normalSeconds : largeTypeSeconds) * 1000;
    // While the machine works nobody is expected to touch it; the work has its own deadline.
    const waiting = shown.screen === 'wait' && deadline !== null;
    idle.watch(front.phase.kind === 'journey' && !waiting ? ms : null);
    cancelReset();
    const chosen = front.language !== preferences.language || front.textSize !== preferences.textSize;
    if (front.phase.kind === 'attract' && chosen) {
      cancelReset = clock.after(ms, () => guarded(lifeCycle.resetPreferences));
    }
  }

  const wipeDraft = publisher.wipeDraft;
  const lifeCycle = createLifeCycle({
    front,
    config,
    ports,
    recovery,
    pictures,
    idle,
    emit,
    publish,
    wipeDraft,
    guarded,
  });
  const isClosed = () => closed;
  const core = { ...options, front, publisher, pictures, idle, lifeCycle, show, emit, publish, guarded, isClosed };
  const stopFollowing = follow(core);
  publish();

  return {
    ...answering(core),
    picture: takingPictures(core),
    pictureOf: (id) => pictures.get(id),
    // Where showing fails the session has ended by then, and what follows can be shown.
    current: () => guarded(() => publisher.messageOf(show())) ?? publisher.messageOf(show()),
    countdown: () => idle.countdown(),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopFollowing();
      cancelReset();
      lifeCycle.close();
      listeners.clear();
    },
  };
}

/** Shows what devices, the line and the recovery have to tell; a card moved is a sign of life. */
function follow({ ports, recovery, front, idle, publish, guarded }: Core): () => void {
  let media = ports.idCardReader?.status().media;
  const unsubscribe = [
    ports.idCardReader?.onStatus((status) =>
      guarded(() => {
        if (status.media !== media) idle.activity();
        media = status.media;
        if (media !== 'present') front.cardLeft = false;
        publish();
      }),
    ),
    ports.receiptPrinter?.onStatus(() => guarded(publish)),
    ports.uplink.onLine(() => guarded(publish)),
    recovery.onChange(() => guarded(publish)),
  ];
  return () => {
    for (const stop of unsubscribe) stop?.();
  };
}

/** What the person in front does, other than pictures. */
function answering(core: Core): Pick<Session, 'event' | 'draft' | 'activity' | 'moreTime' | 'preference'> {
  const { front, publisher, idle, show, emit, publish, guarded, recovery } = core;

  function apply(event: string, data: unknown): Answer {
    const { phase } = front;
    if (phase.kind === 'journey') return phase.run.dispatch(event, data);
    if (!show().accepts.includes(event)) return 'notAccepted';
    if (phase.kind === 'leaving') phase.done();
    else if (event === 'START') return startNamed(data);
    else if (event === 'DISMISS') recovery.dismiss();
    else printRecovered();
    publish();
    return 'applied';
  }

  function startNamed(data: unknown): Answer {
    const parsed = events.START.safeParse(data);
    const flow = parsed.success ? core.flows.find((each) => each.id === parsed.data.flow) : undefined;
    if (!flow) return 'invalid';
    if (whyNot(flow, core.ports)) return 'notAccepted';
    core.lifeCycle.start(flow);
    return 'applied';
  }

  function printRecovered(): void {
    front.printingRecovered = true;
    const finished = () => {
      front.printingRecovered = false;
      guarded(publish);
    };
    recovery.printSlip(front.language).then(finished, finished);
  }

  return {
    event(message) {
      guarded(() => {
        if (message.seq !== publisher.seq()) return emit({ type: 'stale', seq: message.seq });
        idle.activity();
        const answer = apply(message.event, message.data);
        if (answer !== 'applied') emit({ type: 'refused', seq: message.seq, why: answer });
        // The same wrong value once more changes nothing to be seen; the touch is answered all the same.
        else if (message.seq === publisher.seq()) emit({ type: 'refused', seq: message.seq, why: 'invalid' });
      });
    },
    draft(at, data) {
      guarded(() => {
        if (at !== publisher.seq() || front.phase.kind !== 'journey') return;
        publisher.keepDraft(data);
        idle.activity();
      });
    },
    activity: () => void guarded(() => idle.activity()),
    moreTime: () => void guarded(() => idle.moreTime()),
    preference(message) {
      guarded(() => {
        idle.activity();
        front.language = message.language ?? front.language;
        front.textSize = message.textSize ?? front.textSize;
        publish();
      });
    },
  };
}

/** Pictures are checked one at a time; one that the screen has moved away from meanwhile is refused. */
function takingPictures({ front, publisher, pictures, ports, idle, guarded, isClosed }: Core): Session['picture'] {
  let checking = false;
  return async (at, bytes) => {
    const run = front.phase.kind === 'journey' ? front.phase.run : null;
    const position = publisher.position();
    if (isClosed() || at !== publisher.seq()) return err({ code: 'stale', cause: 'made on another screen' });
    if (checking || !run?.current().accepts.includes('PICTURE_TAKEN')) {
      return err({ code: 'notAccepted', cause: 'this screen takes no pictures' });
    }
    idle.activity();
    checking = true;
    const checked = await checkPicture(bytes).finally(() => {
      checking = false;
    });
    if (!checked.ok) return checked;
    // A notice may have come up in between; only another place in the flow makes the picture stale.
    if (isClosed() || position !== publisher.position())
      return err({ code: 'stale', cause: 'the screen has changed in between' });
    const picture = pictures.add(ports.uuid(), bytes);
    if (!picture) return err({ code: 'full', cause: 'the session holds as many pictures as it can' });
    if (guarded(() => run.pictureTaken(picture.id)) === 'applied') return ok({ id: picture.id });
    pictures.drop(picture.id);
    return err({ code: 'notAccepted', cause: 'this screen takes no pictures' });
  };
}
