import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../runtime/catalogue/catalogue.ts';
import { technicalCode, wordsFor } from '../../runtime/flow/failures.ts';
import { loadFlow } from '../../runtime/flow/load.ts';
import { loadSlips, slipRenderer } from '../../runtime/flow/slip-library.ts';
import { type ServiceName, screenParams, services } from '../../runtime/flow/vocabulary.ts';
import { events, languages, screens } from '../../runtime/server/protocol.ts';
import { createStand, type Stand } from '../harness/flow-stand.ts';
import { FlowWalk, type Place } from '../harness/flow-walk.ts';

const shipped = new URL('../../flows', import.meta.url).pathname;
const fixtures = new URL('../fixtures/flows', import.meta.url).pathname;

function flowsIn(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((each) => existsSync(join(each, 'flow.json')));
}

const everyEvent = new Set([
  ...Object.keys(events),
  ...Object.values(screenParams).flatMap((each): readonly string[] => each.events),
  'LEAVE',
  'DONE',
  'DISMISS',
  'PRINT_SLIP',
  'xstate.init',
  'xstate.done.actor.0',
  '__proto__',
  'constructor',
  '*',
  '',
]);

/** Generated: every state that can be reached × every event there is. */
describe.each([...flowsIn(shipped), ...flowsIn(fixtures)])('state × event table of %s', (directory) => {
  let stand: Stand;
  let walk: FlowWalk;

  beforeAll(async () => {
    stand = createStand();
    const flow = await loadFlow(directory);
    if (!flow.ok) throw new Error(JSON.stringify(flow.error, null, 2));
    let { ports } = stand;
    if (directory.startsWith(shipped)) {
      const catalogue = await loadCatalogue(join(shipped, 'catalogue', 'items'));
      const slips = await loadSlips(join(shipped, 'slips'));
      if (!catalogue.ok || !slips.ok) throw new Error(JSON.stringify([catalogue, slips], null, 2));
      ports = { ...ports, catalogue: catalogue.value, renderSlip: slipRenderer(slips.value, () => stand.clock.now()) };
    }
    walk = new FlowWalk(flow.value, stand, ports);
    await walk.explore();
  });
  afterAll(() => stand.close());

  const lasting = (): Place[] => walk.places.filter((place) => walk.stateOf(place).meta !== undefined);

  it('reaches every state', () => {
    const reached = new Set(walk.places.map((place) => place.state));
    const all = Object.entries(walk.flow.definition.machine.states);
    const missing = all.filter(([name, state]) => !state.always && !reached.has(name)).map(([name]) => name);
    expect(missing).toEqual([]);
  });

  it('shows a screen of the protocol in every place and language', () => {
    for (const place of lasting()) {
      for (const language of languages) {
        const { screen, props } = walk.shown(place, language);
        const parsed = screens[screen].safeParse(props);
        expect(parsed.success, `${place.by} ${place.state}: ${parsed.error?.message}`).toBe(true);
        // A key or a placeholder that nobody filled would be read by a citizen.
        expect(JSON.stringify(props), `${place.by} ${place.state}`).not.toMatch(/\{\w+\}|undefined|\[object/);
      }
    }
  });

  it('answers every event: it is applied and leads to a state, or it is refused', () => {
    const states = walk.flow.definition.machine.states;
    const table: string[] = [];
    const looked: Record<string, number> = {};
    for (const place of lasting()) {
      const accepted = walk.accepts(place);
      for (const step of walk.eventSteps(place)) {
        expect(step.to, `${place.state} accepts ${step.event} and drops ${JSON.stringify(step.data)}`).not.toBeNull();
        expect(Object.keys(states)).toContain(step.to?.state);
        table.push(`${place.state} ${step.event} ${step.to?.state}`);
      }
      if ((looked[place.state] ?? 0) >= 5) continue;
      looked[place.state] = (looked[place.state] ?? 0) + 1;
      for (const event of everyEvent) {
        if (accepted.includes(event)) continue;
        const { to } = walk.step(place, event, {});
        const guarded = event === 'SKIP' || event === 'MORE_PAGES';
        if (!guarded) expect(to, `${place.state} does not offer ${event} and acts on it`).toBeNull();
      }
    }
    expect(table.length).toBeGreaterThan(0);
  });

  it('offers every event that it lists, somewhere', () => {
    const offered = new Set(
      lasting().flatMap((place) => walk.accepts(place).map((event) => `${place.state} ${event}`)),
    );
    const listed = Object.entries(walk.flow.definition.machine.states).flatMap(([name, state]) =>
      Object.keys(state.on ?? {}).map((event) => `${name} ${event}`),
    );
    expect(listed.filter((each) => !offered.has(each))).toEqual([]);
  });

  it('has a way on from every service, whatever becomes of it', async () => {
    const states = walk.flow.definition.machine.states;
    for (const place of lasting()) {
      for (const { event, to } of await walk.serviceSteps(place)) {
        expect(Object.keys(states), `${place.state} ${event}`).toContain(to?.state);
        expect(to?.state, `${place.state} ${event} hangs`).not.toBe(place.state);
      }
    }
  });

  it('calls no service with what it cannot work with', () => {
    expect(walk.broken).toEqual([]);
  });

  it('has a button for everything that a message offers', () => {
    for (const place of lasting()) {
      const { screen, props } = walk.shown(place, 'en');
      if (screen !== 'tell') continue;
      const accepted = walk.accepts(place);
      for (const { event } of props.actions) expect(accepted, `${place.state} ${event}`).toContain(event);
    }
  });
});

describe('sentences for failures', () => {
  const all = (Object.keys(services) as ServiceName[]).flatMap((service) =>
    [...services[service].failures, 'timeOut', 'internalError'].map((code) => ({ service, code, detail: code })),
  );
  it.each(all)('are there for $service $code', (failure) => {
    const { because } = wordsFor(failure);
    for (const language of languages) expect(because[language].length).toBeGreaterThan(3);
    expect(technicalCode(failure)).toBe(`${failure.service} ${failure.code}`);
  });
});
