import { parseArgs } from 'node:util';
import { makeCitizenRecord } from '../../drivers/id-card-reader/samv/samples.ts';
import type { ScreenMessage } from '../server/protocol.ts';
import { countCentre, countEffects, type Told } from './account.ts';
import { Person } from './person.ts';
import { makePersona, marksOf, type Persona } from './persona.ts';
import { samplePicture } from './picture.ts';
import { describeReport, isClean, percentile, type RehearsalReport } from './report.ts';
import { type Found, searchClearText } from './search.ts';
import { type Stage, setStage } from './stage.ts';
import { type Hands, type VisitNotes, walk } from './walk.ts';

const journeys = ['queue-ticket', 'apply', 'progress'] as const;
type Journey = (typeof journeys)[number];

/** When to pull the plug: at the n-th screen of the visit, so many milliseconds after it came up. */
interface Cut {
  readonly screen: number;
  readonly delayMs: number;
}

/** `window24 rehearse JOURNEY [--runs N] [--kill N] [--json]`; exit code 0 when everything promised was kept. */
export async function runRehearse(parameters: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '10' },
      kill: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  const journey = journeys.find((each) => each === positionals[0]);
  const runs = Number(values.runs);
  const kills = Number(values.kill);
  if (!journey || !Number.isInteger(runs) || runs < 1 || !Number.isInteger(kills) || kills < 0) {
    process.stderr.write(`usage: window24 rehearse ${journeys.join('|')} [--runs N] [--kill N] [--json]\n`);
    return 2;
  }
  const progress = (line: string) => void (process.stderr.isTTY && process.stderr.write(`\r${line.padEnd(70)}`));
  const report = await rehearse({ journey, runs, kills, progress });
  process.stderr.write(process.stderr.isTTY ? '\r'.padEnd(72) : '');
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report));
  return isClean(report) ? 0 : 1;
}

/** Walks `runs` visits, killing the terminal once in each of the first `kills` of them, and adds everything up. */
export async function rehearse(options: {
  readonly journey: Journey;
  readonly runs: number;
  readonly kills: number;
  readonly progress?: (line: string) => void;
}): Promise<RehearsalReport> {
  const set = await setStage({ paced: true });
  if (!set.ok) throw new Error(set.error);
  const stage = set.value;
  try {
    return await rehearseOn(stage, options);
  } finally {
    await stage.close();
  }
}

async function rehearseOn(stage: Stage, options: Parameters<typeof rehearse>[0]): Promise<RehearsalReport> {
  const { journey, runs, kills } = options;
  const jpeg = await samplePicture();
  const visits = new Visits(stage);
  const learner = makePersona(runs + 1, jpeg);
  if (journey === 'progress') await visits.visit(learner, 'apply', null);
  const screens = kills > 0 ? (await visits.visit(learner, journey, null)).screens : 0;
  const told: Told[] = [];
  const waits: number[] = [];
  const personas: Persona[] = [learner];
  for (let run = 0; run < runs; run += 1) {
    const persona = journey === 'progress' ? learner : makePersona(run, jpeg);
    personas.push(persona);
    const visit = await visits.visit(persona, journey, run < kills ? cutOf(run, kills, screens) : null);
    if (visit.told !== null) told.push({ persona, code: visit.told });
    if (visit.completed) waits.push(visit.machineWaitMs);
    options.progress?.(`${journey}: ${run + 1} of ${runs}, ${visits.killed} kills`);
  }
  const centre = await countCentre(stage, journey, told, learner);
  await stage.terminal().stop();
  const effects = countEffects(stage);
  const last = await searchClearText(stage.stateDirectory, [...new Set(personas.flatMap(marksOf))]);
  const found = [...visits.found, ...last.found];
  return {
    journey,
    runs,
    completed: waits.length,
    machineWaitMs: { p50: percentile(waits, 50), p95: percentile(waits, 95) },
    effects,
    centre,
    killed: visits.killed,
    killedAt: visits.killedAt,
    clearTextFound: found.length,
    filesSearched: visits.filesSearched + last.files,
    troubles: [...visits.troubles, ...found.map((each) => `clear text (${each.encoding}) in ${each.file}`)].slice(
      0,
      50,
    ),
  };
}

/** Spreads the cuts over all screens of the journey and, at each, over the time that follows it. */
function cutOf(run: number, kills: number, screens: number): Cut {
  const goldenRatio = 0.618_033_988_75;
  return { screen: 1 + Math.floor((run * screens) / kills), delayMs: Math.floor(((run * goldenRatio) % 1) * 160) };
}

class Visits {
  readonly #stage: Stage;
  readonly troubles: string[] = [];
  readonly found: Found[] = [];
  filesSearched = 0;
  readonly killedAt: Record<string, number> = {};
  killed = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** One citizen's visit, however often the terminal dies under their hands. */
  async visit(
    persona: Persona,
    journey: Journey,
    cut: Cut | null,
  ): Promise<VisitNotes & { readonly completed: boolean; readonly screens: number }> {
    const notes: VisitNotes = { told: null, machineWaitMs: 0 };
    let screens = 0;
    let pending = cut;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const person = await Person.walkUp(this.#stage.terminal().url);
      if (!person.ok) {
        this.troubles.push(`run ${persona.run}: ${person.error.cause}`);
        break;
      }
      person.value.onScreen = (screen) => {
        screens += 1;
        if (pending && screens === pending.screen) {
          this.#cut(screen, pending.delayMs);
          pending = null;
        }
      };
      const walked = await walk(person.value, persona, journey, this.#hands(), notes);
      await person.value.leave();
      if (walked.ok) {
        // A shorter way through the journey than the one learnt: pull the plug behind the person's back.
        if (pending) this.#cut(person.value.screen(), 0);
        if (this.#dying) await this.#riseAfterLeaving(persona);
        return { ...notes, completed: walked.value.completed, screens };
      }
      if (this.#dying) await this.#rise(persona);
      else {
        this.troubles.push(`run ${persona.run}: ${walked.error.code}: ${walked.error.cause}`);
        break;
      }
    }
    return { ...notes, completed: false, screens };
  }

  #dying: Promise<void> | null = null;

  #cut(screen: ScreenMessage | null, delayMs: number): void {
    this.#dying = new Promise((resolve) => setTimeout(resolve, delayMs)).then(async () => {
      this.killed += 1;
      const at = this.#stage.terminal();
      const name = screen?.screen ?? 'none';
      this.killedAt[name] = (this.killedAt[name] ?? 0) + 1;
      await at.kill();
    });
  }

  async #rise(persona: Persona): Promise<void> {
    await this.#dying;
    this.#dying = null;
    // What a thief would find who took the disk at this moment.
    const search = await searchClearText(this.#stage.stateDirectory, marksOf(persona));
    this.found.push(...search.found);
    this.filesSearched += search.files;
    this.#stage.bench.reader?.liftCard();
    const started = await this.#stage.start();
    if (!started.ok) this.troubles.push(`after a kill: ${started.error}`);
  }

  /** The terminal died behind the back of somebody who had left: the notice it shows then is for nobody else. */
  async #riseAfterLeaving(persona: Persona): Promise<void> {
    await this.#rise(persona);
    const passer = await Person.walkUp(this.#stage.terminal().url);
    if (!passer.ok) return;
    const screen = await passer.value.nextQuestion(-1, 5000);
    if (screen.ok) passer.value.send({ type: 'event', seq: screen.value.screen.seq, event: 'DISMISS' });
    await passer.value.leave();
  }

  #hands(): Hands {
    const reader = this.#stage.bench.reader;
    return {
      placeCard: (persona) =>
        reader?.placeCard({
          id: 'rehearsal',
          title: { 'zh-CN': '排练', en: 'Rehearsal' },
          text: makeCitizenRecord({
            name: persona.name,
            number: persona.number,
            birth: persona.birth,
            address: persona.address,
          }),
        }),
      liftCard: () => reader?.liftCard(),
    };
  }
}
