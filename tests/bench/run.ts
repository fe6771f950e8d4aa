/** `npm run bench [-- --json]`: figures as ratios against a named peer or limit of the same run, medians of several. */
import { parseArgs } from 'node:util';
import { measureCardRead } from './card-read.ts';
import { measureStart } from './start.ts';
import { measureFirstLoad } from './ui-size.ts';

/** One line of the table. `limit` null: a figure to look at, with no promise. */
interface Row {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly beside: string;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const card = await measureCardRead(9);
const start = await measureStart(5);
const page = await measureFirstLoad();
const rows: readonly Row[] = [
  {
    what: 'card read ÷ wire time of the same bytes',
    figure: card.ratio,
    unit: '×',
    limit: 1.1,
    beside: `${card.readMs.toFixed(1)} ms read, ${card.wireMs.toFixed(1)} ms wire at 115200 baud`,
  },
  {
    what: 'first load of the UI, JS + CSS',
    figure: page.kilobytes,
    unit: 'kB gzip',
    limit: 80,
    beside: page.files.join(', '),
  },
  {
    what: 'ready after exec',
    figure: start.terminal.readyMs / 1000,
    unit: 's',
    limit: 1.5,
    beside: `bare fastify ${(start.bare.readyMs / 1000).toFixed(2)} s`,
  },
  {
    what: 'resident memory, idle',
    figure: start.terminal.residentMb,
    unit: 'MB',
    limit: 160,
    beside: `bare fastify ${start.bare.residentMb.toFixed(0)} MB`,
  },
];

if (values.json) process.stdout.write(`${JSON.stringify({ node: process.version, rows }, null, 2)}\n`);
else
  for (const row of rows) {
    const verdict = row.limit === null ? '' : row.figure <= row.limit ? `≤ ${row.limit}` : `OVER ${row.limit}`;
    process.stdout.write(
      `${row.what.padEnd(42)} ${row.figure.toFixed(2).padStart(8)} ${row.unit.padEnd(8)} ${verdict.padEnd(10)} ${row.beside}\n`,
    );
  }
process.exitCode = rows.some((row) => row.limit !== null && row.figure > row.limit) ? 1 : 0;
