import { expect } from 'vitest';
import { Person } from '../../runtime/rehearsal/person.ts';
import type { Persona } from '../../runtime/rehearsal/persona.ts';
import { answer } from '../../runtime/rehearsal/walk.ts';
import type { Language, ScreenMessage, ScreenName } from '../../runtime/server/protocol.ts';
import { cardOf, type World } from './terminal-stage.ts';
import { unwrap } from './uplink-bench.ts';

const patienceMs = 20_000;
const mostScreens = 90;

export type Named<N extends ScreenName> = Extract<ScreenMessage, { screen: N }>;
export const is =
  <N extends ScreenName>(name: N, also: (screen: Named<N>) => boolean = () => true) =>
  (screen: ScreenMessage): screen is Named<N> =>
    screen.screen === name && also(screen as Named<N>);

/** Somebody at the terminal of this world, who answers every screen in the ordinary way unless a test steps in. */
export class Citizen {
  person: Person;
  readonly persona: Persona;
  /** The case code they were told, null as long as nothing was promised. */
  told: string | null = null;
  readonly #world: World;
  readonly #journey: string;
  #seq = -1;
  readonly #waiting = new Set<(screen: ScreenMessage) => void>();

  private constructor(world: World, person: Person, persona: Persona, journey: string) {
    this.#world = world;
    this.person = person;
    this.persona = persona;
    this.#journey = journey;
    person.onScreen = (screen) => this.#look(screen);
  }

  #look(screen: ScreenMessage): void {
    if (screen.screen === 'outcome') this.told ??= screen.props.qr ?? screen.props.headline.value;
    for (const look of [...this.#waiting]) look(screen);
  }

  static async walkUp(world: World, persona: Persona = world.somebody(), journey = 'apply'): Promise<Citizen> {
    const person = unwrap(await Person.walkUp(world.stage().terminal().url));
    const citizen = new Citizen(world, person, persona, journey);
    await citizen.sees(() => true);
    return citizen;
  }

  /**
   * The line is mended, and somebody asks for the progress of their cases: the terminal looks at once, and need not
   * wait for its next look at the line.
   */
  static async findsLineUp(world: World): Promise<void> {
    world.stage().bench.line.setMode('up');
    const passer = await Citizen.walkUp(world, world.somebody(), 'progress');
    await passer.walksTo(is('findCase'));
    passer.placeCard();
    await passer.sees((screen) => screen.screen === 'tell' || screen.screen === 'timeline');
    passer.say('LEAVE');
    await passer.walksTo(is('attract'));
    await passer.person.leave();
  }

  screen(): ScreenMessage {
    const screen = this.person.screen();
    if (!screen) throw new Error('nothing on the screen');
    return screen;
  }

  say(event: string, data?: unknown): void {
    const { seq } = this.screen();
    this.person.send({ type: 'event', seq, event, ...(data !== undefined && { data }) });
  }

  placeCard(): void {
    this.#world.reader().placeCard(cardOf(this.persona));
  }

  /** Waits for a screen, answering none. */
  async sees<S extends ScreenMessage>(
    met: ((screen: ScreenMessage) => screen is S) | ((screen: ScreenMessage) => boolean),
  ): Promise<S> {
    const now = this.person.screen();
    if (now && met(now)) return now as S;
    return new Promise((resolve, reject) => {
      const look = (screen: ScreenMessage) => {
        if (!met(screen)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(screen as S);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`still on ${JSON.stringify(this.person.screen())?.slice(0, 600)}`));
      }, patienceMs);
      this.#waiting.add(look);
    });
  }

  /** Answers screen after screen in the ordinary way until one is as asked for; that one is left alone. */
  async walksTo<S extends ScreenMessage>(
    met: ((screen: ScreenMessage) => screen is S) | ((screen: ScreenMessage) => boolean),
  ): Promise<S> {
    const hands = { placeCard: () => this.placeCard(), liftCard: () => this.#world.reader().liftCard() };
    const seen: string[] = [];
    while (seen.length < mostScreens) {
      const next = await this.person.nextQuestion(this.#seq, patienceMs);
      if (!next.ok) throw new Error(`${next.error.cause} after ${seen.join(' ')}`);
      const { screen } = next.value;
      this.#seq = screen.seq;
      seen.push(screen.screen);
      if (met(screen)) {
        // The next walk begins here.
        this.#seq -= 1;
        return screen as S;
      }
      const done = await answer(this.person, screen, this.persona, this.#journey, hands);
      // A notice that came up meanwhile makes a picture stale: the new screen is answered again.
      if (!done.ok && this.screen().seq === screen.seq) throw new Error(done.error.cause);
    }
    throw new Error(`no end: ${seen.join(' ')}`);
  }

  /** Walks the journey to its end and goes away; returns the code they were told. The machine is the same as before. */
  async goesHome(): Promise<string> {
    await this.walksTo((screen) => screen.screen !== 'attract');
    await this.walksTo(is('attract'));
    await this.person.leave();
    this.#world.sameProcess();
    return this.told ?? '';
  }

  /** Loads the page again, as a browser that crashed would: what stood on the screen stands there again. */
  async reloads(): Promise<ScreenMessage> {
    this.person.onScreen = () => {};
    this.person = unwrap(await Person.walkUp(this.#world.stage().terminal().url));
    this.person.onScreen = (screen) => this.#look(screen);
    const first = this.person.screen();
    if (first) this.#look(first);
    return this.sees(() => true);
  }

  /** Reads the screen in both languages: every sentence is one, and in its own language. */
  async readsBoth(): Promise<Readonly<Record<Language, string>>> {
    const chinese = sentencesOf(this.screen());
    expectSentences(chinese, 'zh-CN');
    this.person.send({ type: 'preference', language: 'en' });
    const english = sentencesOf(await this.sees((screen) => screen.chrome.language === 'en'));
    expectSentences(english, 'en');
    this.person.send({ type: 'preference', language: 'zh-CN' });
    await this.sees((screen) => screen.chrome.language === 'zh-CN');
    return { 'zh-CN': chinese.join(' '), en: english.join(' ') };
  }
}

/** What the machine says on a screen, by itself: no values of the citizen, no names of places, no technician's code. */
export function sentencesOf({ props, accepts, chrome }: ScreenMessage): string[] {
  const all: Readonly<Record<string, unknown>> = props;
  const said = ['say', 'ask', 'because', 'kept', 'next', 'detail', 'trouble', 'alternative', 'printedSay', 'error'].map(
    (name) => all[name],
  );
  const actions = Array.isArray(all.actions) ? all.actions.map(({ label }: { label: string }) => label) : [];
  const notices = Array.isArray(all.notices) ? all.notices : [];
  expect(accepts).toBeInstanceOf(Array);
  return [...said, ...actions, ...notices, ...chrome.notices, ...chrome.help].filter(
    (each): each is string => typeof each === 'string',
  );
}

const han = /\p{Script=Han}/u;
/** A text key, a placeholder, a camel-case code, or what JavaScript writes where nothing is. */
const raw = /^\w+(\.\w+)+$|[{}]|\b[a-z]+[A-Z]\w*|undefined|null|NaN|\[object/;

function expectSentences(sentences: readonly string[], language: Language): void {
  expect(sentences.length).toBeGreaterThan(0);
  for (const each of sentences) {
    expect(each.trim()).not.toBe('');
    expect(each).not.toMatch(raw);
    if (language === 'en') expect(each).not.toMatch(han);
    else expect(each).toMatch(han);
  }
}
