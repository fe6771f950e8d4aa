import type { Config } from '../../config/schema.ts';
import { technical } from '../../drivers/contract/log.ts';
import { createFlowRun, type FlowEnd } from '../flow/engine.ts';
import type { Flow } from '../flow/load.ts';
import type { FlowPorts } from '../flow/ports.ts';
import type { ServerMessage } from '../server/protocol.ts';
import type { IdleRule } from './idle.ts';
import { type Reminder, remind, reminderMs, reminders } from './leaving.ts';
import { type Front, preferences } from './phase.ts';
import type { PictureStore } from './pictures.ts';
import type { Recovery } from './recovery.ts';

/** Moves the terminal from attract to a journey, through its end and the reminders, and back. */
export interface LifeCycle {
  start(flow: Flow): void;
  /** Does nothing where no journey runs. */
  end(how: FlowEnd): void;
  resetPreferences(): void;
  /** Stops whatever runs and wipes, without another word to anybody. */
  close(): void;
}

export function createLifeCycle(options: {
  readonly front: Front;
  readonly config: Config;
  readonly ports: FlowPorts;
  readonly recovery: Pick<Recovery, 'sessionEnded'>;
  readonly pictures: PictureStore;
  readonly idle: Pick<IdleRule, 'reset'>;
  readonly emit: (message: ServerMessage) => void;
  readonly publish: () => void;
  readonly wipeDraft: () => void;
  /** Runs what a timer or a device asks for; a fault in it ends the journey, not the process. */
  readonly guarded: (work: () => void) => void;
}): LifeCycle {
  const { front, config, ports, recovery, pictures, idle, emit, publish, guarded } = options;
  const { clock, log } = ports;
  const { id, centre, phone } = config.terminal;

  function start(flow: Flow): void {
    front.visit += 1;
    idle.reset();
    let ended: FlowEnd | null = null;
    const session = ports.uuid();
    const run = createFlowRun({
      flow,
      ports,
      session,
      language: () => front.language,
      pictures,
      terminal: { id, centre, phone },
      config,
      onEnd(how) {
        ended = how;
        guarded(() => end(how));
      },
      onTone: (tone) => emit({ type: 'tone', tone }),
    });
    front.phase = { kind: 'journey', session, flow, run };
    run.onChange(() => guarded(publish));
    log.info('session-started', { flow: technical(flow.id) });
    // A flow may be over before it showed anything.
    if (ended) end(ended);
    else publish();
  }

  /** Everything personal goes first; only then is the person reminded of what they left behind. */
  function end(how: FlowEnd): void {
    const { phase } = front;
    if (phase.kind !== 'journey') return;
    log.info('session-ended', { flow: technical(phase.flow.id), how: technical(how) });
    phase.run.stop();
    wipe();
    recovery.sessionEnded(phase.session);
    leave(reminders(ports, how === 'broken'));
  }

  function wipe(): void {
    pictures.wipe();
    options.wipeDraft();
    idle.reset();
  }

  function leave([reminder, ...rest]: readonly Reminder[]): void {
    front.visit += 1;
    if (!reminder) {
      front.phase = { kind: 'attract' };
      front.cardLeft = ports.idCardReader?.status().media === 'present';
      resetPreferences();
      return;
    }
    const stop = new AbortController();
    front.phase = { kind: 'leaving', reminder, until: clock.monotonic() + reminderMs, done: () => stop.abort() };
    publish();
    const onTone = () => emit({ type: 'tone', tone: 'reminder' });
    void remind(reminder, { clock, signal: stop.signal, onTone }).then(() => guarded(() => leave(rest)));
  }

  function resetPreferences(): void {
    Object.assign(front, preferences);
    publish();
  }

  return {
    start,
    end,
    resetPreferences,
    close() {
      if (front.phase.kind === 'journey') front.phase.run.stop();
      if (front.phase.kind === 'leaving') front.phase.done();
      front.phase = { kind: 'attract' };
      wipe();
    },
  };
}
