/**
 * `npm test`: sees that what the tests need from Debian is there (installs it when root, else prints the line to run),
 * builds the UI, then runs all tests in one vitest process whose summary comes last.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** Debian package → a file that shows that it is installed. */
const debian: Readonly<Record<string, string>> = {
  chromium: '/usr/bin/chromium',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  'fonts-hanazono': '/usr/share/fonts/truetype/hanazono/HanaMinB.ttf',
  'zbar-tools': '/usr/bin/zbarimg',
};

function run(command: string, parameters: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const { status, error } = spawnSync(command, parameters, { cwd: root, stdio: 'inherit', env });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  return status ?? 1;
}

function installMissing(): boolean {
  const missing = Object.keys(debian).filter((name) => !existsSync(debian[name] ?? ''));
  if (missing.length === 0) return true;
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    process.stderr.write(
      `The tests need ${missing.join(', ')} from Debian. Run:\n\n  sudo apt-get update && sudo apt-get ${install.join(' ')}\n\n`,
    );
    return false;
  }
  process.stdout.write(`installing from Debian: ${missing.join(', ')}\n`);
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return run('apt-get', ['update', '-qq'], quiet) === 0 && run('apt-get', install, quiet) === 0;
}

if (!installMissing()) process.exit(1);
const bin = `${root}node_modules/.bin/`;
if (run(`${bin}vite`, ['build', '--logLevel', 'warn']) !== 0) process.exit(1);
process.exit(run(`${bin}vitest`, ['run', '--config', 'tests/vitest.config.ts', ...process.argv.slice(2)]));
