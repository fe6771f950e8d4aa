import { parseArgs } from 'node:util';

const usage = `window24: runtime of a 24-hour self-service terminal

  window24 start [--config FILE]              start the terminal; in development also its simulators and a centre
  window24 rehearse JOURNEY [--runs N] [--kill N] [--json]
                                              walk a journey through the real runtime and simulated devices
  window24 flow check DIR [--json]            prove a flow, or a folder of flows, sound
  window24 flow draw DIR                      write the statechart and page of each flow
  window24 config check FILE                  list every problem of a configuration

JOURNEY is queue-ticket, apply or progress. FILE is config/kiosks/demo.json unless told.
`;

type Command = (parameters: readonly string[]) => Promise<number>;

/** Each command loads only what it needs. */
const commands: Readonly<Record<string, Command>> = {
  start: async (parameters) => (await import('./start.ts')).runStart(parameters),
  rehearse: async (parameters) => (await import('./rehearsal/rehearse.ts')).runRehearse(parameters),
  flow: async ([verb, ...rest]) => {
    if (verb === 'check') return print(await (await import('./flow/check/command.ts')).runFlowCheck(rest));
    if (verb === 'draw') return print(await (await import('./flow/draw/command.ts')).runFlowDraw(rest));
    return fail(usage);
  },
  config: async ([verb, file]) => {
    if (verb !== 'check' || !file) return fail(usage);
    const { describeProblems, loadConfig } = await import('../config/load.ts');
    const config = await loadConfig(file);
    if (config.ok) return print({ exitCode: 0, output: `${file} is sound.\n` });
    return fail(describeProblems(file, config.error));
  },
};

function print(result: { readonly exitCode: number; readonly output: string }): number {
  process.stdout.write(result.output);
  return result.exitCode;
}

function fail(text: string): number {
  process.stderr.write(text);
  return 2;
}

const { positionals } = parseArgs({ strict: false, allowPositionals: true });
const name = positionals[0] ?? '';
const command = commands[name];
const parameters = process.argv.slice(process.argv.indexOf(name) + 1);
process.exitCode = command && name ? await command(parameters) : fail(usage);
