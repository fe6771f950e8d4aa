import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EscposSimulator, SimulatedSlip } from '../../drivers/receipt-printer/escpos/simulator.ts';
import { tokenizeEscpos } from './escpos-tokenizer.ts';

const gb18030 = new TextDecoder('gb18030', { fatal: true });

/** What the bytes of a slip say, read without the driver: its text, and how many pieces of it are pictures. */
export function readSlip(slip: SimulatedSlip): { readonly text: string; readonly pictures: number } {
  const tokens = tokenizeEscpos(slip.bytes);
  const text = tokens.map((each) => {
    if (each.kind === 'text') return gb18030.decode(each.bytes);
    return each.kind === 'lineFeed' ? '\n' : '';
  });
  return { text: text.join(''), pictures: tokens.filter(({ kind }) => kind === 'picture').length };
}

/** Slips that a person would take for good, oldest first. */
export function wholeSlips(printer: EscposSimulator): SimulatedSlip[] {
  return printer.slips().filter(({ cut, voided }) => cut && !voided);
}

/** The code on the paper, as a scanner reads it. */
export async function scanSlip(printer: EscposSimulator, slip: SimulatedSlip): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'window24-slip-'));
  try {
    const file = join(folder, 'slip.png');
    await writeFile(file, await printer.renderSlip(slip.id));
    const { stdout } = await promisify(execFile)('zbarimg', ['-q', '--raw', file]);
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
