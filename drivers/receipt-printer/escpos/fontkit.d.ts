// fontkit ships no types: the part of it in use here.
declare module 'fontkit' {
  export interface Glyph {
    readonly advanceWidth: number;
    readonly path: { toSVG(): string };
  }

  export interface Font {
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
  }

  /** `postscriptName` picks one font of a collection. */
  export function create(file: Uint8Array, postscriptName?: string): Font;
}
