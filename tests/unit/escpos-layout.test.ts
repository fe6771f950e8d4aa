import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlipDocument } from '../../drivers/contract/receipt-printer.ts';
import { type Bitmap, withoutRealTimeCommands } from '../../drivers/receipt-printer/escpos/bitmap.ts';
import { concat } from '../../drivers/receipt-printer/escpos/commands.ts';
import { createFontBook } from '../../drivers/receipt-printer/escpos/fonts.ts';
import { type Cell, drawLine } from '../../drivers/receipt-printer/escpos/glyphs.ts';
import { createJob, mostPictureBytes } from '../../drivers/receipt-printer/escpos/job.ts';
import { layoutSlip } from '../../drivers/receipt-printer/escpos/layout.ts';
import { columnsOf, encodeRom, inRom, type Rom } from '../../drivers/receipt-printer/escpos/rom.ts';
import { wrap, wrapEvenly } from '../../drivers/receipt-printer/escpos/wrap.ts';
import { type EscposToken, tokenizeEscpos } from '../harness/escpos-tokenizer.ts';

const gb18030 = new TextDecoder('gb18030', { fatal: true });

/** Every byte the worst: pairs that a printer would take for real-time commands. */
async function hostilePicture(_cells: readonly Cell[], columns: number): Promise<Bitmap> {
  const width = columns * 12;
  const data = new Uint8Array(Math.ceil(width / 8) * 24);
  for (const [i] of data.entries()) data[i] = [0x10, 0x04, 0x10, 0x14, 0x10, 0x05][i % 6] ?? 0;
  return { width, height: 24, data };
}

async function bytesOf(slip: SlipDocument, paper: 58 | 80, rom: Rom, draw = hostilePicture): Promise<Uint8Array> {
  const pieces = await layoutSlip(slip, { paper, rom, mostPictureBytes, drawLine: draw });
  if (!pieces.ok) throw new Error(pieces.error);
  const job = createJob(pieces.value);
  return concat([...job.segments, job.cut]);
}

interface Seen {
  readonly lines: readonly string[];
  /** Widest line in half-width columns, sizes counted. */
  readonly widest: number;
  readonly pictures: readonly Extract<EscposToken, { kind: 'picture' }>[];
}

function read(bytes: Uint8Array): Seen {
  const lines: string[] = [];
  const pictures: Seen['pictures'][number][] = [];
  let widest = 0;
  let size = 1;
  for (const token of tokenizeEscpos(bytes)) {
    if (token.kind === 'command' && token.name === 'GS !') size = ((token.parameters[0] ?? 0) >> 4) + 1;
    if (token.kind === 'picture' && token.data.some((byte) => byte !== 0)) pictures.push(token);
    if (token.kind !== 'text') continue;
    const line = gb18030.decode(token.bytes);
    lines.push(line);
    const columns = [...line].reduce((sum, char) => sum + (char < '\x7f' ? 1 : 2), 0);
    widest = Math.max(widest, columns * size);
  }
  return { lines, widest, pictures };
}

const ordinary = fc.constantFrom(...'政务服务中心一窗受理居住证办件编号，。（）：·—“”123ABCxyz 09-/%'.split(''));
const rare = fc.constantFrom('𠮷', '\u{30ede}', '㐂', '𪚥', '\u{2b740}', '한', '😀', '\u{e000}', 'ཀ', '\u{2ebf0}');
const hostile = fc.constantFrom(
  '\x1b',
  '\x1d',
  '\x10',
  '\x04',
  '\0',
  '\r',
  '\t',
  '\x7f',
  '\u0085',
  '\ud842',
  '\u202e',
  '\u0301',
);
const anyText = fc
  .array(fc.oneof({ weight: 12, arbitrary: ordinary }, rare, hostile, fc.string({ unit: 'binary', maxLength: 1 })), {
    maxLength: 60,
  })
  .map((chars) => chars.join(''));
const element = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text: anyText,
    size: fc.constantFrom(1 as const, 2 as const),
    align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const),
    bold: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('row' as const), label: anyText, value: anyText }),
  fc.record({ kind: fc.constant('rule' as const) }),
  fc.record({ kind: fc.constant('feed' as const), lines: fc.integer({ min: -3, max: 400 }) }),
  fc.record({
    kind: fc.constant('qr' as const),
    data: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    caption: anyText,
  }),
);

describe('a slip on the wire', () => {
  it('parses to the last byte, keeps the width and hides no real-time command, whatever its text', async () => {
    const slips = fc.record({ title: anyText, elements: fc.array(element, { maxLength: 6 }) });
    const options = fc.tuple(
      fc.constantFrom(58 as const, 80 as const),
      fc.constantFrom<Rom>('gbk', 'gb18030', 'ascii'),
    );
    await fc.assert(
      fc.asyncProperty(slips, options, async (slip, [paper, rom]) => {
        const bytes = await bytesOf(slip, paper, rom);
        const seen = read(bytes);
        expect(seen.widest).toBeLessThanOrEqual(paper === 58 ? 32 : 48);
        for (const { widthBytes, mode } of seen.pictures) {
          expect(widthBytes * (mode === 3 ? 2 : 1)).toBeLessThanOrEqual(paper === 58 ? 48 : 72);
        }
        for (let i = 0; i < bytes.length; i += 1) {
          if (bytes[i] === 0x10) expect([0x04, 0x05, 0x14]).not.toContain(bytes[i + 1]);
        }
      }),
    );
  });

  it('carries ordinary text in the encoding of the ROM, complete and in order', async () => {
    const text = fc.array(ordinary, { minLength: 1, maxLength: 120 }).map((chars) => chars.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom<Rom>('gbk', 'gb18030'), async (words, rom) => {
        const bytes = await bytesOf({ title: '', elements: [{ kind: 'text', text: words }] }, 80, rom);
        const seen = read(bytes);
        expect(seen.lines.join('').replace(/ /g, '')).toBe(words.replace(/ /g, ''));
        expect(seen.pictures).toEqual([]);
      }),
    );
  });

  it('prints as a picture the line with a rare character, and only that line', async () => {
    const slip: SlipDocument = {
      title: '回执',
      elements: [
        { kind: 'row', label: '事项', value: '居住证首次申领' },
        { kind: 'row', label: '姓名', value: '𠮷买提·吐尔逊' },
        { kind: 'text', text: '请妥善保管。' },
      ],
    };
    const seen = read(await bytesOf(slip, 80, 'gbk'));
    expect(seen.lines).toEqual(['回执', `事项${' '.repeat(30)}居住证首次申领`, '请妥善保管。']);
    expect(seen.pictures).toHaveLength(1);
    expect(seen.pictures[0]).toMatchObject({ mode: 0, widthBytes: 72, rows: 24 });
  });

  it('puts a value that does not fit beside its label on the next lines, to the right', async () => {
    const value = '清河区建设路街道人民东路一百二十八号院十六号楼三单元一千二百零一室';
    const seen = read(await bytesOf({ title: '', elements: [{ kind: 'row', label: '地址', value }] }, 58, 'gbk'));
    expect(seen.lines[0]).toBe('地址');
    expect(
      seen.lines
        .slice(1)
        .map((line) => line.trimStart())
        .join(''),
    ).toBe(value);
    for (const line of seen.lines.slice(1)) expect(encodeRom(line, 'gbk')).toHaveLength(32);
  });

  it('refuses a code too long to read instead of printing another', async () => {
    const layout = { paper: 58 as const, rom: 'gbk' as const, mostPictureBytes, drawLine: hostilePicture };
    const slip = (data: string): SlipDocument => ({ title: '', elements: [{ kind: 'qr', data }] });
    expect((await layoutSlip(slip('长'.repeat(72)), layout)).ok).toBe(false);
    expect((await layoutSlip(slip('x'.repeat(213)), layout)).ok).toBe(true);
    expect((await layoutSlip(slip(''), layout)).ok).toBe(false);
  });

  it('leaves the printer inside a command after each segment, and outside after the cut', async () => {
    const elements = Array.from({ length: 60 }, () => ({ kind: 'text' as const, text: '请妥善保管本回执' }));
    const pieces = await layoutSlip(
      { title: '回执', elements },
      { paper: 80, rom: 'gbk', mostPictureBytes, drawLine: hostilePicture },
    );
    const job = createJob(pieces.ok ? pieces.value : []);
    expect(job.segments.length).toBeGreaterThan(1);
    for (let count = 1; count <= job.segments.length; count += 1) {
      const sent = concat(job.segments.slice(0, count));
      expect(() => tokenizeEscpos(sent)).toThrow('the stream ends');
      // What a later process asks disappears in the open picture.
      expect(() => tokenizeEscpos(concat([sent, Uint8Array.of(0x1d, 0x72, 1)]))).toThrow('the stream ends');
    }
    const tokens = tokenizeEscpos(concat([...job.segments, job.cut]));
    expect(tokens.filter(({ kind }) => kind === 'cut')).toHaveLength(1);
    expect(tokens.at(-1)).toMatchObject({ kind: 'command', name: 'GS r' });
    expect(tokens.at(-2)?.kind).toBe('cut');
  });
});

describe('the ROM', () => {
  it.each(['gbk', 'gb18030'] as const)('%s: ICU reads every character as the one that was meant', (rom) => {
    let count = 0;
    for (let codePoint = 0x20; codePoint < 0x30000; codePoint += 1) {
      const char = String.fromCodePoint(codePoint);
      if ((codePoint >= 0xd800 && codePoint <= 0xdfff) || !inRom(char, rom)) continue;
      count += 1;
      expect(gb18030.decode(encodeRom(char, rom))).toBe(char);
    }
    // GBK has 21,003 hanzi and some 880 signs; printers agree on all but the last 80 hanzi.
    expect(count).toBeGreaterThan(21_500);
  });

  it('leaves user-defined areas, single bytes above ASCII and rare characters to pictures', () => {
    for (const char of ['\u{e000}', '€', '𠮷', '\u{30ede}', '\ufffd', '\u{f8ff}'])
      expect(inRom(char, 'gbk')).toBe(false);
    expect(inRom('㐀', 'gbk')).toBe(false);
    expect(inRom('㐀', 'gb18030')).toBe(true);
    expect(inRom('中', 'ascii')).toBe(false);
  });
});

describe('line breaking', () => {
  it('keeps numbers whole and punctuation away from the start of a line', () => {
    expect(wrap('可拨打 12345 查询，预计十五个工作日', 14, 'gbk')).toEqual([
      '可拨打 12345',
      '查询，预计十五',
      '个工作日',
    ]);
    expect(wrap('一二三四，五', 8, 'gbk')).toEqual(['一二三', '四，五']);
    expect(wrap('一二三（四）', 8, 'gbk')).toEqual(['一二三', '（四）']);
  });

  it('breaks a word only where no line could hold it', () => {
    expect(wrap('ab 1234567890', 6, 'gbk')).toEqual(['ab 123', '456789', '0']);
    expect(wrap('', 6, 'gbk')).toEqual(['']);
  });

  it('leaves no character alone on a centred line', () => {
    expect(wrapEvenly('清河区政务服务中心', 16, 'gbk')).toEqual(['清河区政务', '服务中心']);
    expect(wrapEvenly('办件受理回执', 16, 'gbk')).toEqual(['办件受理回执']);
  });

  it('counts full, half and no width', () => {
    expect(['A', '中', '·', '𠮷', '\u0301', '😀'].map((char) => columnsOf(char, 'gbk'))).toEqual([1, 2, 2, 2, 0, 2]);
  });
});

describe('pictures of characters', () => {
  const ink = (picture: Bitmap) =>
    picture.data.reduce((sum, byte) => sum + (byte.toString(2).match(/1/g)?.length ?? 0), 0);
  const draw = (text: string) => drawLine([{ text, column: 0, columns: 2 }], 2, createFontBook());

  it('draw what a font on this machine has, and a frame with the code point for what none has', async () => {
    expect(ink(await draw('中'))).toBeGreaterThan(30);
    const unassigned = await draw('\u{2fffe}');
    const other = await draw('\u{3fffd}');
    expect(ink(unassigned)).toBeGreaterThan(80);
    expect(unassigned.data).not.toEqual(other.data);
    expect(ink(await draw('\u3000'))).toBe(0);
  });

  it('give a lone dot a neighbour where it would spell a real-time command', () => {
    expect([...withoutRealTimeCommands(Uint8Array.of(0x10, 0x04, 0x10, 0x06, 0x10, 0x14, 0x10))]).toEqual([
      0x18, 0x04, 0x10, 0x06, 0x18, 0x14, 0x10,
    ]);
  });
});
