import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { type Centre, startCentre } from '../../runtime/centre/centre.ts';
import { loadTerminalKey } from '../../runtime/uplink/keys.ts';
import {
  confirmedCase,
  startTerminal,
  type Terminal,
  taskCode,
  temporaryDirectory,
  until,
  unwrap,
} from '../harness/uplink-bench.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let centre: Centre;
let terminal: Terminal;
const patience = { timeoutMs: 10_000 };

beforeEach(async () => {
  directory = temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  mkdirSync(at('items'));
  // A Monday, ten o'clock in China: queues are open.
  const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 23, 2) };
  const options = { host: '127.0.0.1', port: 0, itemsDirectory: at('items'), clock, log: silentLog };
  centre = await startCentre({ ...options, directory: at('centre') });
  mkdirSync(at('terminal'));
  copyFileSync(centre.keysFile, join(at('terminal'), 'centre-keys.json'));
  terminal = await startTerminal({ stateDirectory: at('terminal'), centreUrl: centre.url });
});
afterEach(async () => {
  await terminal.close();
  await centre.close();
  directory.remove();
});

async function enrol(): Promise<void> {
  const { publicJwk } = unwrap(await loadTerminalKey(join(directory.path, 'terminal')));
  await centre.registerTerminal('test-terminal', publicJwk);
}

it('a case of an enrolled terminal is received by the real centre, opens there, and is found again', async () => {
  await enrol();
  const { uplink } = terminal;
  const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)), { pages: 2 });
  unwrap(await uplink.seal(confirmed));
  const receipt = unwrap(await uplink.awaitReceipt(confirmed.caseId, patience));
  expect(receipt.code).toBe(confirmed.code);
  const opened = await centre.openCase(confirmed.caseId);
  expect(opened?.payload.holder.name).toBe('欧阳测试');
  for (const [n, material] of confirmed.materials.entries()) {
    expect(Buffer.compare(opened?.materials[n]?.bytes ?? Buffer.alloc(0), material.bytes.reveal())).toBe(0);
  }
  const byHolder = unwrap(await uplink.progress({ holder: new Sensitive('37011219900307123x') }, patience));
  expect(byHolder.map((each) => each.code)).toEqual([confirmed.code]);
  const evaluation = { code: confirmed.code, level: 5, reasons: [] };
  unwrap(await uplink.evaluate(evaluation, patience));
  expect(await uplink.evaluate(evaluation, patience)).toMatchObject({ ok: false, error: { code: 'refused' } });
});

it('queues and tickets work, and the same key gives the same number', async () => {
  await enrol();
  const { uplink } = terminal;
  const queues = unwrap(await uplink.queues(patience));
  const queue = queues.find((each) => each.open)?.id ?? 'none is open';
  const holder = new Sensitive('13800001111');
  const request = { queue, holder, masked: '138****1111', key: 'key-of-this-number' };
  const first = unwrap(await uplink.takeTicket(request, patience));
  expect(unwrap(await uplink.takeTicket(request, patience))).toEqual(first);
});

it('a case of a terminal that is not enrolled yet waits, and goes once it is', async () => {
  const { uplink } = terminal;
  const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)));
  unwrap(await uplink.seal(confirmed));
  await until(() => (uplink.entry(confirmed.caseId)?.attempts ?? 0) > 3);
  expect(centre.cases()).toEqual([]);
  expect(uplink.entry(confirmed.caseId)?.lastError).toContain('401');
  await enrol();
  await until(() => uplink.entry(confirmed.caseId)?.state === 'receipted');
  expect(centre.cases()).toHaveLength(1);
});
