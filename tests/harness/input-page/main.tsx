/** Shows one input at a time, as `?view=…&mode=…&lang=…&mm=…` asks, and writes what it gives into `window.given`. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../../runtime/server/protocol.ts';
import { CameraView } from '../../../ui/input/camera.tsx';
import { CodeScanner } from '../../../ui/input/code-scanner.tsx';
import type { KeyboardMode } from '../../../ui/input/editing.ts';
import { Keyboard } from '../../../ui/input/keyboard.tsx';
import { isSignature, SignaturePad } from '../../../ui/input/signature.tsx';
import { listenForWedge } from '../../../ui/input/wedge.ts';

declare global {
  interface Window {
    unmount(): void;
    given: { shots: string[]; none: string[]; codes: string[]; motions: number; done: number; refuse: boolean };
  }
}
window.given = { shots: [], none: [], codes: [], motions: 0, done: 0, refuse: false };

const asked = new URLSearchParams(location.search);
const language = (asked.get('lang') ?? 'zh-CN') as Language;
document.documentElement.style.setProperty('--mm', `${asked.get('mm') ?? '3.215'}px`);
document.documentElement.lang = language;
const text = asked.get('text');
if (text !== null) document.documentElement.dataset.text = text;

function Typing() {
  const [value, setValue] = useState(asked.get('value') ?? '');
  return (
    <>
      <textarea rows={1} aria-label="field" value={value} readOnly />
      <Keyboard
        mode={(asked.get('mode') ?? 'text') as KeyboardMode}
        value={value}
        maxLength={Number(asked.get('max') ?? 60)}
        language={language}
        onChange={setValue}
        onDone={() => {
          window.given.done++;
        }}
      />
      <button type="button">elsewhere</button>
    </>
  );
}

function Signing() {
  const [strokes, setStrokes] = useState<[number, number, number][][]>(
    JSON.parse(sessionStorage.getItem('strokes') ?? '[]') as [number, number, number][][],
  );
  return (
    <>
      <SignaturePad
        strokes={strokes}
        width={1000}
        height={400}
        language={language}
        onStrokes={(next) => {
          sessionStorage.setItem('strokes', JSON.stringify(next));
          setStrokes(next);
        }}
      />
      <p data-signed={isSignature(strokes)}>{strokes.length}</p>
    </>
  );
}

const views = {
  keyboard: () => <Typing />,
  signature: () => <Signing />,
  camera: () => (
    <CameraView
      label={asked.get('label') ?? ''}
      kind={asked.get('kind') === 'face' ? 'face' : 'document'}
      language={language}
      onShot={async (jpeg) => {
        if (window.given.refuse) throw new Error('refused');
        window.given.shots.push(btoa(String.fromCharCode(...new Uint8Array(await jpeg.arrayBuffer()))));
      }}
      onNoCamera={(cause) => {
        window.given.none.push(cause);
      }}
      onMotion={() => {
        window.given.motions++;
      }}
    />
  ),
  scanner: () => <CodeScanner label="" language={language} onCode={(code) => window.given.codes.push(code)} />,
  wedge: () => <p>wedge</p>,
};
const view = asked.get('view') ?? 'keyboard';
if (view === 'wedge') listenForWedge((code) => window.given.codes.push(code));
const root = document.querySelector('#app');
if (root !== null) {
  render(views[view as keyof typeof views](), root);
  window.unmount = () => render(null, root);
}
