import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { ScreenMessage, ScreenProps } from '../server/protocol.ts';
import type { Person, PersonTrouble } from './person.ts';
import { type Persona, valueFor } from './persona.ts';

/** What the person does with their hands. */
export interface Hands {
  placeCard(persona: Persona): void;
  liftCard(): void;
}

/** How one visit ended for the person. */
export interface Visit {
  /** Code or ticket number they were told, null when they left with nothing. */
  readonly told: string | null;
  readonly completed: boolean;
  /** Time they stood waiting for the machine, in all, milliseconds. */
  readonly machineWaitMs: number;
}

/** What one visit has seen so far; kept outside so that it survives a terminal that is killed. */
export interface VisitNotes {
  told: string | null;
  machineWaitMs: number;
}

const patienceMs = 60_000;
const mostScreens = 120;

/** Walks one journey from the attract screen back to it. */
export async function walk(
  person: Person,
  persona: Persona,
  journey: string,
  hands: Hands,
  notes: VisitNotes,
): Promise<Result<Visit, PersonTrouble>> {
  let seq = -1;
  let acted: number | null = null;
  let started = false;
  for (let screens = 0; screens < mostScreens; screens += 1) {
    const next = await person.nextQuestion(seq, patienceMs);
    if (!next.ok) return next;
    const { screen, at } = next.value;
    if (acted !== null) notes.machineWaitMs += Math.max(0, at - acted);
    seq = screen.seq;
    if (screen.screen === 'attract') {
      const { recovered } = screen.props;
      notes.told ??= recovered?.code ?? null;
      if (recovered) person.send({ type: 'event', seq, event: 'DISMISS' });
      // Whoever has a code in hand does not file the same case again.
      if (started || notes.told !== null)
        return ok({ told: notes.told, completed: notes.told !== null, machineWaitMs: notes.machineWaitMs });
      started = true;
    }
    if (screen.screen === 'outcome') notes.told ??= toldBy(screen.props, journey);
    if (screen.screen === 'timeline') notes.told ??= screen.props.code;
    acted = performance.now();
    const done = await answer(person, screen, persona, journey, hands);
    if (!done.ok) return done;
  }
  return err({ code: 'tooLong', cause: `more than ${mostScreens} screens` });
}

/** A ticket is known by its number, a case by its whole code. */
function toldBy(props: ScreenProps<'outcome'>, journey: string): string {
  return journey === 'apply' ? (props.qr ?? props.headline.value) : props.headline.value;
}

/** What the persona does about one screen, by default. */
export async function answer(
  person: Person,
  message: ScreenMessage,
  persona: Persona,
  journey: string,
  hands: Hands,
): Promise<Result<void, PersonTrouble>> {
  const { seq } = message;
  const say = (event: string, data?: unknown): Result<void, PersonTrouble> => {
    person.send(data === undefined ? { type: 'event', seq, event } : { type: 'event', seq, event, data });
    return ok(undefined);
  };
  switch (message.screen) {
    case 'attract':
      return say('START', { flow: journey });
    case 'choose': {
      const open = message.props.options.filter((each) => !each.unavailable);
      return say('CHOSEN', { id: open[persona.choice % open.length]?.id ?? '' });
    }
    case 'askList':
      return say('CONTINUE');
    case 'presentCard':
    case 'findCase':
      hands.placeCard(persona);
      return ok(undefined);
    case 'confirm':
      return say('YES');
    case 'digits':
      return say('ENTERED', { text: message.props.kind === 'phone' ? persona.phone : persona.number });
    case 'form':
      return say('ENTERED', {
        values: Object.fromEntries(message.props.fields.map((each) => [each.name, valueFor(persona, each)])),
      });
    case 'capture':
      return person.show(seq, persona.picture);
    case 'comparePictures':
      return say('KEEP', { id: message.props.shots.at(-1)?.id ?? '' });
    case 'review':
      return say('CONFIRMED');
    case 'sign':
      return say('SIGNED', { width: 1000, height: 400, strokes: signature() });
    case 'tell':
      return say(message.props.actions.find((each) => each.main)?.event ?? message.props.actions[0]?.event ?? 'LEAVE');
    case 'outcome':
    case 'timeline':
      return say('OK');
    case 'evaluate':
      return say('RATED', { level: 5 });
    case 'leaving':
      hands.liftCard();
      return ok(undefined);
    case 'wait':
      return ok(undefined);
    case 'outOfService':
      return err({ code: 'refused', cause: `out of service: ${message.props.because}` });
  }
}

function signature(): [number, number, number][][] {
  const points = Array.from({ length: 40 }, (_, n): [number, number, number] => [
    100 + n * 20,
    200 + Math.round(80 * Math.sin(n / 3)),
    n * 16,
  ]);
  return [points];
}
