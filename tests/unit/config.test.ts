import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { describeProblems, loadConfig, parseConfig } from '../../config/load.ts';

const kiosks = new URL('../../config/kiosks/', import.meta.url).pathname;

async function demo(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(`${kiosks}demo.json`, 'utf8'));
}

describe('configuration', () => {
  it.each(readdirSync(kiosks))('%s is sound', async (name) => {
    const loaded = await loadConfig(`${kiosks}${name}`);
    expect(loaded.ok ? [] : loaded.error).toEqual([]);
  });

  it('lists every problem at once, each with its path and a hint', async () => {
    const broken = { ...(await demo()), mode: 'prod', journeys: [], colour: 'red', server: { port: 'eighty' } };
    const parsed = parseConfig(broken);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error.map((each) => each.path).sort()).toEqual(['colour', 'journeys', 'mode', 'server.port']);
    for (const problem of parsed.error) expect(problem.hint).not.toBe('');
    expect(describeProblems('kiosk.json', parsed.error)).toContain('kiosk.json has 4 problems');
  });

  it('refuses a simulated device, the simulator panel and the embedded centre in production, and says why', async () => {
    const parsed = parseConfig({ ...(await demo()), mode: 'production' });
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    const all = parsed.error.map((each) => `${each.path}: ${each.problem}`).join('\n');
    expect(all).toMatch(
      /devices\.0\.address\.transport: a production terminal refuses to start with a simulated device/,
    );
    expect(all).toMatch(/^simulation: /m);
    expect(all).toMatch(/^centre\.embedded: /m);
  });

  it('refuses two devices of one name', async () => {
    const config = await demo();
    const devices = config.devices as unknown[];
    const parsed = parseConfig({ ...config, devices: [...devices, devices[0]] });
    expect(parsed.ok ? '' : parsed.error[0]?.problem).toBe('there is already a device called "idCardReader"');
  });

  it.each([
    ['a file that is not there', 'nowhere.json', /cannot be read/],
    ['a folder', '.', /cannot be read/],
  ])('says what is wrong with %s', async (_what, name, expected) => {
    const loaded = await loadConfig(`${kiosks}${name}`);
    expect(loaded.ok ? '' : loaded.error[0]?.problem).toMatch(expected);
  });
});
