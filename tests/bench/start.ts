import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { setStage } from '../../runtime/rehearsal/stage.ts';

interface Figures {
  readonly readyMs: number;
  readonly residentMb: number;
}

/** Medians over `runs` starts: the terminal with its devices, and a fastify server that does nothing. */
export async function measureStart(runs: number): Promise<{ readonly terminal: Figures; readonly bare: Figures }> {
  const terminal: Figures[] = [];
  const bare: Figures[] = [];
  const stage = await setStage({ paced: true });
  if (!stage.ok) throw new Error(stage.error);
  for (let run = 0; run < runs; run += 1) {
    if (run > 0) await stage.value.start();
    const { readyMs, pid } = stage.value.terminal();
    await sleep(3000);
    terminal.push({ readyMs, residentMb: await residentMb(pid) });
    await stage.value.kill();
    bare.push(await startBare());
  }
  await stage.value.close();
  return { terminal: medians(terminal), bare: medians(bare) };
}

async function startBare(): Promise<Figures> {
  const started = performance.now();
  const child = fork(new URL('bare-fastify.ts', import.meta.url));
  await once(child, 'message');
  const readyMs = performance.now() - started;
  await sleep(1000);
  const figures = { readyMs, residentMb: await residentMb(child.pid ?? 0) };
  child.kill('SIGKILL');
  await once(child, 'exit');
  return figures;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1000;
}

function medians(all: readonly Figures[]): Figures {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { readyMs: middle(all.map((each) => each.readyMs)), residentMb: middle(all.map((each) => each.residentMb)) };
}
