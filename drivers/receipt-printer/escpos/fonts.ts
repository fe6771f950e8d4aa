import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Font } from 'fontkit';

/** The outline of one character in font units, y upwards. */
export interface Outline {
  /** SVG path data. */
  readonly path: string;
  readonly advance: number;
  readonly unitsPerEm: number;
  /** Of the whole font, for the base line: `descent` is negative. */
  readonly ascent: number;
  readonly descent: number;
  /** Width of a line to draw around the path so that it prints as dark as the others; font units. */
  readonly stroke: number;
}

/** Finds outlines; keeps the fonts it opened until it is let go. */
export interface FontBook {
  /** null: no font on this machine has the character. */
  outline(char: string): Promise<Outline | null>;
}

interface FontFile {
  readonly path: string;
  readonly postscriptName?: string;
  /** Font units per thousand that its strokes lack. */
  readonly thickening: number;
}

/** Places of Debian's fonts-noto-cjk and fonts-hanazono: the latter goes on into Ext B and beyond. */
const systemFonts: readonly FontFile[] = [
  {
    path: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    postscriptName: 'NotoSansCJKsc-Regular',
    thickening: 0,
  },
  { path: '/usr/share/fonts/truetype/hanazono/HanaMinA.ttf', thickening: 15 },
  { path: '/usr/share/fonts/truetype/hanazono/HanaMinB.ttf', thickening: 15 },
];

const bundled = '@fontsource-variable/noto-sans-sc';

interface Subset {
  readonly name: string;
  readonly ranges: readonly (readonly [number, number])[];
}

async function readSubsets(): Promise<readonly Subset[]> {
  const text = await readFile(fileURLToPath(import.meta.resolve(`${bundled}/unicode.json`)), 'utf8');
  return Object.entries(JSON.parse(text) as Record<string, string>).map(([name, list]) => ({
    name: name.replace(/[[\]]/g, ''),
    ranges: list.split(',').map((range) => {
      const [from = '', to = from] = range.replace('U+', '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    }),
  }));
}

/** The bundled font comes in subsets, in its thinnest weight (fontkit cannot vary WOFF2): thickened by half a dot. */
function bundledFile({ name }: Subset): FontFile {
  return {
    path: fileURLToPath(import.meta.resolve(`${bundled}/files/noto-sans-sc-${name}-wght-normal.woff2`)),
    thickening: 36,
  };
}

/** Opens fonts only when a character needs them. Drop the book when the text is drawn: fonts are large. */
export function createFontBook(): FontBook {
  const open = new Map<string, Promise<Font | null>>();
  let subsets: Promise<readonly Subset[]> | null = null;

  function load(file: FontFile): Promise<Font | null> {
    const known = open.get(file.path) ?? openFont(file);
    open.set(file.path, known);
    return known;
  }

  async function candidates(codePoint: number): Promise<readonly FontFile[]> {
    subsets ??= readSubsets();
    const holding = (await subsets).filter(({ ranges }) =>
      ranges.some(([from, to]) => codePoint >= from && codePoint <= to),
    );
    return [...holding.map(bundledFile), ...systemFonts];
  }

  return {
    async outline(char) {
      const codePoint = char.codePointAt(0) ?? 0;
      for (const file of await candidates(codePoint)) {
        const font = await load(file);
        if (font?.hasGlyphForCodePoint(codePoint)) return outlineOf(font, codePoint, file);
      }
      return null;
    },
  };
}

async function openFont(file: FontFile): Promise<Font | null> {
  try {
    const bytes = await readFile(file.path);
    const { create } = await import('fontkit');
    return create(bytes, file.postscriptName);
  } catch {
    // Not installed, or not a font: the next one in line is asked.
    return null;
  }
}

/** Characters of more contours than this have no room for thicker strokes in 24 dots. */
const roomyContours = 10;

function outlineOf(font: Font, codePoint: number, file: FontFile): Outline {
  const glyph = font.glyphForCodePoint(codePoint);
  const path = glyph.path.toSVG();
  const contours = path.split('M').length - 1;
  return {
    path,
    advance: glyph.advanceWidth,
    unitsPerEm: font.unitsPerEm,
    ascent: font.ascent,
    descent: font.descent,
    stroke: (file.thickening * font.unitsPerEm * Math.min(1, roomyContours / contours)) / 1000,
  };
}
