/** The terminal's image has Noto Sans CJK; where it is missing, the bundled web font is loaded instead. */
export async function ensureFont(): Promise<void> {
  const probe = new FontFace('probe', 'local("Noto Sans CJK SC"), local("NotoSansCJKsc-Regular")');
  try {
    await probe.load();
  } catch {
    await import('@fontsource-variable/noto-sans-sc');
  }
}
