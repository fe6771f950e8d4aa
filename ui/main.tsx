/** The citizen's screen. */
import { render } from 'preact';
import { reportActivity } from './connection.ts';
import { ensureFont } from './fonts.ts';
import { prefetch } from './lazy.ts';
import { goBack } from './shell/bar.tsx';
import { Shell } from './shell/shell.tsx';
import { start } from './state.ts';

const root = document.querySelector('#app');
if (root === null) throw new Error('index.html has no #app');

for (const kind of ['contextmenu', 'dragstart', 'gesturestart']) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
document.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { passive: false });
// Nothing scrolls, and a finger that slid must not cost the touch after it: Chromium would take that for the end of a swipe.
document.addEventListener('touchmove', (event) => event.cancelable && event.preventDefault(), { passive: false });
document.addEventListener('pointerdown', () => reportActivity('touch'), { passive: true });
document.addEventListener('pointermove', () => reportActivity('touch'), { passive: true });
document.addEventListener('keydown', (event) => {
  reportActivity('key');
  if (event.key === 'Escape') goBack();
});

start();
render(<Shell />, root);
prefetch();
void ensureFont();
