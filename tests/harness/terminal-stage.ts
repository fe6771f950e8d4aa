import sharp from 'sharp';
import { afterAll, beforeAll, expect } from 'vitest';
import { assert } from '../../drivers/contract/result.ts';
import { makeCitizenRecord, type SampleCard } from '../../drivers/id-card-reader/samv/samples.ts';
import type { SamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import type { EscposSimulator } from '../../drivers/receipt-printer/escpos/simulator.ts';
import { makePersona, type Persona } from '../../runtime/rehearsal/persona.ts';
import { type Stage, setStage } from '../../runtime/rehearsal/stage.ts';
import { unwrap } from './uplink-bench.ts';

/** One whole terminal for all tests of a file: the real process, simulated devices, a real centre. */
export interface World {
  readonly stage: () => Stage;
  readonly reader: () => SamvSimulator;
  readonly printer: () => EscposSimulator;
  /** Somebody who was not here before. */
  readonly somebody: (special?: Partial<Persona>) => Persona;
  /** The promise is kept: this case is at the centre, and it is the only one of this person. */
  readonly arrivesOnce: (persona: Persona, code: string) => Promise<CaseAtCentre>;
  /** Cases of this person at the centre. */
  readonly casesOf: (persona: Persona) => Promise<CaseAtCentre[]>;
  readonly sameProcess: () => void;
  /** The power fails and comes back: nothing is remembered of devices that failed before. */
  readonly freshProcess: () => Promise<void>;
}

export type CaseAtCentre = NonNullable<Awaited<ReturnType<Stage['bench']['centre']['openCase']>>>;

const arrivalMs = 15_000;

/** Sets one stage for the file. Patience is short, so that what waits for its end does not hold up the tests. */
export function worldOfThisFile(): World {
  let stage: Stage | null = null;
  let picture: Uint8Array = new Uint8Array();
  let pid = 0;
  let visitors = 0;
  const there = () => {
    assert(stage !== null, 'the stage is set');
    return stage;
  };
  beforeAll(async () => {
    picture = await smallPicture();
    const patience = { cardPatience: 12, centrePatience: 3, submitPatience: 3, printPatience: 20 };
    stage = unwrap(await setStage({ paced: false, change: (config) => ({ ...config, patience }) }));
    pid = stage.terminal().pid;
  });
  afterAll(() => stage?.close());

  async function casesOf(persona: Persona): Promise<CaseAtCentre[]> {
    const { centre } = there().bench;
    const all = await Promise.all(centre.cases().map(({ caseId }) => centre.openCase(caseId)));
    return all.filter((each) => each !== null).filter(({ payload }) => payload.holder.number === persona.number);
  }

  return {
    stage: there,
    reader: () => present(there().bench.reader),
    printer: () => present(there().bench.printer),
    somebody: (special = {}) => ({ ...makePersona(visitors++, picture), ...special }),
    casesOf,
    async arrivesOnce(persona, code) {
      const isThere = () =>
        there()
          .bench.centre.cases()
          .some((each) => each.code === code);
      await expect.poll(isThere, { timeout: arrivalMs, message: `the case ${code} arrives` }).toBe(true);
      const cases = await casesOf(persona);
      expect(cases.map(({ payload }) => payload.code)).toEqual([code]);
      return present(cases[0] ?? null);
    },
    async freshProcess() {
      await there().kill();
      unwrap(await there().start());
      pid = there().terminal().pid;
    },
    sameProcess() {
      expect(there().terminal().pid).toBe(pid);
      // Signal 0 only asks whether the process lives.
      expect(process.kill(pid, 0)).toBe(true);
    },
  };
}

function present<T>(value: T | null): T {
  assert(value !== null, 'it is there');
  return value;
}

/** Enough to be taken for a page, and quick over a slow line. */
function smallPicture(): Promise<Uint8Array> {
  return sharp({ create: { width: 640, height: 480, channels: 3, background: '#eee' } })
    .jpeg()
    .toBuffer();
}

export function cardOf({ name, number, birth, address }: Persona): SampleCard {
  const text = makeCitizenRecord({ name, number, birth, address });
  return { id: 'visitor', title: { 'zh-CN': '来人', en: 'Visitor' }, text };
}
