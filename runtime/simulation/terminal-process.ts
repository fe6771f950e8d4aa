import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';

const entry = new URL('../main.ts', import.meta.url);
/** As runtime/window24 has it: a small young generation saves a tenth of the memory, and a terminal makes little rubbish. */
const nodeOptions = ['--max-semi-space-size=4', '--disable-warning=ExperimentalWarning'];

/** The terminal's runtime in a process of its own, so that it may be killed while the simulated world goes on. */
export interface TerminalProcess {
  readonly url: string;
  /** Milliseconds from exec until the terminal said that it is ready. */
  readonly readyMs: number;
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
  /** Asks it to end, and kills it when it has not after five seconds. */
  stop(): Promise<void>;
}

interface Ready {
  readonly type: 'ready';
  readonly url: string;
}

/** Starts a terminal and waits until it serves. Its log goes to `terminal.log` in the state directory. */
export async function spawnTerminal(config: Config, timeoutMs = 20_000): Promise<Result<TerminalProcess, string>> {
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 });
  const file = join(config.stateDirectory, 'config.json');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const started = performance.now();
  const child = fork(entry, ['--config', file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: nodeOptions,
  });
  const logFile = join(config.stateDirectory, 'terminal.log');
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  // `close`, not `exit`: by then all it said has been read.
  const exited = once(child, 'close').then(() => new Promise<void>((resolve) => log.end(resolve)));
  const ready = await firstReady(child, timeoutMs);
  if (!ready.ok) {
    child.kill('SIGKILL');
    await exited;
    return err(`${ready.error}; its last words:\n${await lastWords(logFile)}`);
  }
  return ok({
    url: ready.value.url,
    readyMs: performance.now() - started,
    pid: child.pid ?? 0,
    exited,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(late);
    },
  });
}

async function lastWords(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}

function firstReady(child: ChildProcess, timeoutMs: number): Promise<Result<Ready, string>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(err(`the terminal was not ready after ${timeoutMs} ms`)), timeoutMs);
    const settle = (result: Result<Ready, string>) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.once('exit', (code, signal) => settle(err(`the terminal ended at once (${signal ?? `exit ${code}`})`)));
    child.once('error', (error) => settle(err(error.message)));
    child.on('message', (message: unknown) => {
      if (isReady(message)) settle(ok(message));
    });
  });
}

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
