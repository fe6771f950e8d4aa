/** Language, text size and scale of the panel, put on the page before anything is laid out on it. */
import type { Chrome } from '../runtime/server/protocol.ts';

export function dress({ language, textSize, pixelsPerMm }: Chrome): void {
  const root = document.documentElement;
  root.lang = language;
  root.dataset.text = textSize;
  root.style.setProperty('--mm', `${pixelsPerMm}px`);
}
