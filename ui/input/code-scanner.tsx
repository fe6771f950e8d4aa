/** The document camera as a reader of QR codes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../runtime/server/protocol.ts';
import { type CameraState, useCamera } from './camera-link.ts';
import { inputWords } from './words.ts';
import './camera.css';

export interface CodeScannerProps {
  readonly label: string;
  readonly language: Language;
  /** Each code once, until another one or none has been seen. */
  onCode(text: string): void;
}

const lookEveryMs = 200;
/** The whole view made smaller, then the middle as sharp as it is: a slip's code is small on a large sheet camera. */
const longestSide = 960;
const readShownMs = 2000;
/** A code out of sight for this many looks may be read again. */
const looksToForget = 15;

export function CodeScanner({ label, language, onCode }: CodeScannerProps) {
  const words = inputWords(language);
  const { state, video } = useCamera({ label, kind: 'document' });
  const [read, setRead] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (element !== null) element.srcObject = state.is === 'live' ? state.stream : null;
  }, [state, video]);
  useEffect(() => {
    if (!read) return;
    const timer = setTimeout(() => setRead(false), readShownMs);
    return () => clearTimeout(timer);
  }, [read]);
  useCodes(state, video, (text) => {
    setRead(true);
    onCode(text);
  });
  const word = state.is === 'out' ? words[state.trouble] : state.is === 'opening' ? words.opening : words.codeHint;
  return (
    <div class="camera" data-kind="code" data-state={state.is}>
      <div class="camera-picture">
        <video ref={video} autoplay playsInline muted />
        {state.is === 'live' ? (
          <svg
            class="camera-guide"
            viewBox="0 0 133 100"
            data-steady={read ? '' : undefined}
            aria-hidden="true"
            focusable="false"
          >
            <path d="M46 32H38V40M87 32H95V40M46 68H38V60M87 68H95V60" />
          </svg>
        ) : null}
      </div>
      <p class="camera-word" role="status" data-tone={state.is === 'out' ? 'trouble' : read ? 'good' : 'calm'}>
        {read && state.is === 'live' ? words.codeRead : word}
      </p>
    </div>
  );
}

function useCodes(
  state: CameraState,
  video: { readonly current: HTMLVideoElement | null },
  onCode: (text: string) => void,
): void {
  const latest = useRef(onCode);
  latest.current = onCode;
  useEffect(() => {
    if (state.is !== 'live') return;
    const worker = new Worker(new URL('./code-worker.ts', import.meta.url), { type: 'module' });
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    let waiting = false;
    let looks = 0;
    let seen = { text: '', look: 0 };
    worker.addEventListener('message', ({ data }: MessageEvent<string | null>) => {
      waiting = false;
      if (data === null) return;
      const known = seen.text === data && looks - seen.look < looksToForget;
      seen = { text: data, look: looks };
      if (!known) latest.current(data);
    });
    const timer = setInterval(() => {
      const element = video.current;
      if (waiting || context === null || element === null || element.videoWidth === 0) return;
      looks++;
      const area = areaOf(element.videoWidth, element.videoHeight, looks % 2 === 0);
      canvas.width = area.toWidth;
      canvas.height = area.toHeight;
      context.drawImage(element, area.x, area.y, area.width, area.height, 0, 0, area.toWidth, area.toHeight);
      const { data, width, height } = context.getImageData(0, 0, area.toWidth, area.toHeight);
      waiting = true;
      worker.postMessage({ data, width, height }, [data.buffer]);
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
      worker.terminate();
    };
  }, [state, video]);
}

/** What part of the picture to look at, and the size to look at it in. */
function areaOf(width: number, height: number, middle: boolean) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  if (!middle || scale === 1) {
    return { x: 0, y: 0, width, height, toWidth: Math.round(width * scale), toHeight: Math.round(height * scale) };
  }
  const side = Math.min(width, height, longestSide);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side, toWidth: side, toHeight: side };
}
