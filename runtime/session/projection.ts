import type { Config } from '../../config/schema.ts';
import type { FlowScreen } from '../flow/engine.ts';
import type { Flow } from '../flow/load.ts';
import type { FlowPorts } from '../flow/ports.ts';
import type { Projected } from '../flow/screens/view.ts';
import type { Chrome } from '../server/protocol.ts';
import { journeyOf, noticesDuring, offerOf, outOfService } from './offer.ts';
import type { Front, Phase } from './phase.ts';
import type { Recovery } from './recovery.ts';

/** A screen with its frame; `position` names its place: another place is another screen, even where it looks the same. */
export interface Shown extends Pick<FlowScreen, 'shown' | 'accepts' | 'deadline'> {
  readonly position: string;
  readonly chrome: Chrome;
}

/** What the terminal shows in a given situation. Reads, and changes nothing. */
export function createProjection(options: {
  readonly config: Config;
  readonly flows: readonly Flow[];
  readonly ports: FlowPorts;
  readonly recovery: Pick<Recovery, 'pending'>;
}): (front: Front) => Shown {
  const { config, flows, ports, recovery } = options;
  const pixelsPerMm = Math.hypot(config.panel.width, config.panel.height) / (config.panel.diagonalInches * 25.4);

  function chrome({ phase, language, textSize }: Front, screen: FlowScreen | null): Chrome {
    const journey = phase.kind === 'journey' ? journeyOf(phase.flow, screen?.step ?? 0, language) : null;
    const help = [...(screen?.help ?? [])];
    // The attract screen has its own.
    const notices = phase.kind === 'attract' ? [] : noticesDuring(ports, language);
    return { language, textSize, journey, help, phone: config.terminal.phone, notices, pixelsPerMm };
  }

  function attract({ language, cardLeft, printingRecovered }: Front): Pick<Shown, 'shown' | 'accepts'> {
    if (flows.length === 0) return { shown: outOfService(language), accepts: [] };
    const pending = recovery.pending();
    const recovered = pending && {
      title: pending.title[language],
      detail: pending.detail[language],
      code: pending.code,
    };
    const forRecovered = printingRecovered ? ['DISMISS'] : ['PRINT_SLIP', 'DISMISS'];
    const props = {
      centre: config.terminal.centre[language],
      ...offerOf(flows, ports, language, cardLeft),
      ...(recovered && { recovered }),
    };
    return { shown: { screen: 'attract', props }, accepts: ['START', ...(recovered ? forRecovered : [])] };
  }

  function leaving(phase: Phase & { kind: 'leaving' }, { language }: Front): Pick<Shown, 'shown' | 'accepts'> {
    const { say, detail, slot } = phase.reminder;
    const props = { say: say[language], ...(detail && { detail: detail[language] }), ...(slot && { slot }) };
    const shown: Projected = { screen: 'leaving', props };
    return { shown, accepts: ['DONE'] };
  }

  return (front) => {
    const { phase, visit } = front;
    const at = (position: number) => `${visit}.${phase.kind}.${position}`;
    if (phase.kind === 'journey') {
      const screen = phase.run.current();
      return { ...screen, position: at(screen.position), chrome: chrome(front, screen) };
    }
    const frame = { position: at(visit), chrome: chrome(front, null) };
    if (phase.kind === 'attract') return { ...attract(front), deadline: null, ...frame };
    const deadline = Math.max(0, phase.until - ports.clock.monotonic());
    return { ...leaving(phase, front), deadline, ...frame };
  };
}
