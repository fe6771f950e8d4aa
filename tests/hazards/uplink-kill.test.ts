import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { caseEnvelope } from '../../runtime/centre/api.ts';
import { createLedger } from '../../runtime/effects/ledger.ts';
import { openJournal } from '../../runtime/journal/journal.ts';
import { type StubCentre, startStubCentre } from '../harness/stub-centre.ts';
import { filesBelow, temporaryDirectory, unwrap } from '../harness/uplink-bench.ts';

const script = new URL('../harness/uplink-child.ts', import.meta.url).pathname;

let directory: ReturnType<typeof temporaryDirectory>;
let centre: StubCentre;
beforeEach(async () => {
  directory = temporaryDirectory();
  centre = await startStubCentre();
  centre.writeKeys(join(directory.path, 'centre-keys.json'));
});
afterEach(async () => {
  await centre.stop();
  directory.remove();
});

/** What the terminal said over all its lives. */
interface Said {
  readonly word: string;
  readonly caseId: string;
  readonly rest: string;
}

async function live(said: Said[], count: number, onWord: (child: ChildProcess, word: string) => void = () => {}) {
  const child = spawn(process.execPath, [script, directory.path, centre.url, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [word = '', caseId = '', rest = ''] = line.split(' ');
    said.push({ word, caseId, rest });
    onWord(child, word);
  });
  centre.onRequest = (seen) => onWord(child, seen.path.includes('/blobs/') ? 'request-blob' : `request-${seen.method}`);
  const [[code, signal]] = await Promise.all([exit, once(lines, 'close')]);
  centre.onRequest = () => {};
  return { code, signal };
}

/** After which word, and how many milliseconds later, the terminal is killed. */
const moments: readonly [word: string, laterMs: number][] = [
  ['started', 0],
  ['reserved', 0],
  ...[0, 2, 5, 9, 14].map((ms) => ['sealing', ms] as [string, number]),
  ['promised', 0],
  ['promised', 4],
  ['request-blob', 0],
  ['request-blob', 3],
  ['request-PUT', 0],
  ['request-PUT', 2],
  ['receipted', 2],
];

describe('a terminal killed with -9 at any moment', () => {
  it('loses nothing that it promised, doubles nothing, and settles every effect', { timeout: 90_000 }, async () => {
    const said: Said[] = [];
    let killed = 0;
    for (const [at, laterMs] of moments) {
      let struck = false;
      const { signal } = await live(said, 2, (child, word) => {
        if (word !== at || struck) return;
        struck = true;
        if (laterMs === 0) child.kill('SIGKILL');
        else setTimeout(() => child.kill('SIGKILL'), laterMs);
      });
      if (signal === 'SIGKILL') killed += 1;
    }
    expect(killed).toBeGreaterThan(moments.length / 2);
    expect(await live(said, 0)).toEqual({ code: 0, signal: null });

    const idsOf = (word: string) => new Set(said.filter((each) => each.word === word).map((each) => each.caseId));
    for (const caseId of idsOf('promised')) expect(centre.commits.get(caseId), caseId).toHaveLength(1);
    for (const caseId of centre.commits.keys()) expect(idsOf('sealing').has(caseId), caseId).toBe(true);
    const bodies = [...centre.commits.values()].flat();
    const codes = bodies.map((body) => caseEnvelope.parse(JSON.parse(body.toString())).code);
    expect(new Set(codes).size).toBe(centre.commits.size);
    const reserved = said.filter((each) => each.word === 'reserved').map((each) => each.rest);
    expect(new Set(reserved).size).toBe(reserved.length);

    const path = join(directory.path, 'journal.db');
    const journal = unwrap(openJournal({ path, clock: systemClock, log: silentLog }));
    expect(journal.audit.verify().ok).toBe(true);
    const effects = createLedger({ journal, clock: systemClock, newId: () => '' }).list({ limit: 1_000 });
    expect(effects.length).toBeGreaterThan(0);
    for (const { state, details } of effects) {
      const caseId = 'caseId' in details ? details.caseId : '';
      expect(state).toBe(centre.commits.has(caseId) ? 'confirmed' : 'failed');
    }
    journal.close();
    expect(filesBelow(directory.path).filter((file) => file.path.includes('outbox'))).toEqual([]);
    for (const file of filesBelow(directory.path)) {
      for (const text of ['欧阳测试', '37011219900307123X']) expect(file.bytes.includes(text), file.path).toBe(false);
    }
  });
});

describe('a disk that takes no more', () => {
  it('promises nothing, leaves nothing behind, and sends what was promised before', async () => {
    // The kernel's own limit on file size: writing a sealed page fails half-way with EFBIG, as a full disk does with ENOSPC.
    const said: string[] = [];
    const run = async (count: number, pageBytes: number, limitKiB: string) => {
      const command = `ulimit -f ${limitKiB}; exec "$0" "$@"`;
      const args = [script, directory.path, centre.url, String(count), String(pageBytes)];
      const child = spawn('bash', ['-c', command, process.execPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
    };
    await run(1, 900_000, '1024');
    expect(said.find((line) => line.startsWith('refused'))).toMatch(/journal$/);
    expect(said.some((line) => line.startsWith('promised'))).toBe(false);
    expect(filesBelow(directory.path).filter((file) => file.path.includes('outbox'))).toEqual([]);
    await run(1, 900_000, 'unlimited');
    expect(said.at(-1)).toBe('drained');
    expect(centre.commits.size).toBe(1);
  });
});
