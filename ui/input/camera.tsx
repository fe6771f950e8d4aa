/** The live picture, what to do about it, and the shutter. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../runtime/server/protocol.ts';
import { type CameraState, useCamera } from './camera-link.ts';
import { type GreyFrame, type Guidance, judge, toGrey } from './guidance.ts';
import type { CameraKind } from './media.ts';
import { type InputWords, inputWords } from './words.ts';
import './camera.css';

export interface CameraViewProps {
  /** Label of the camera, or part of it; empty: the usual one for this kind. */
  readonly label: string;
  readonly kind: CameraKind;
  readonly language: Language;
  /** Takes the full picture. A rejection is shown, and the live picture goes on. */
  onShot(jpeg: Blob): Promise<void>;
  /** Once it is certain that no picture comes; the view goes on looking for the camera and recovers by itself. */
  onNoCamera(cause: string): void;
  /** Something moves in front of the camera: somebody is there. At most every two seconds. */
  onMotion(): void;
}

const lookEveryMs = 160;
const motionEveryMs = 2000;
/** The guidance word changes only after two looks agree, or it would flicker. */
const looksToAgree = 2;
const shownShotMs = 500;
const jpegQuality = 0.9;
/** The runtime's limit for a picture; a larger one is squeezed instead of refused. */
const largestJpeg = 8 * 1024 * 1024;
const lookSize = { width: 64, height: 48 } as const;

export function CameraView({ label, kind, language, onShot, onNoCamera, onMotion }: CameraViewProps) {
  const words = inputWords(language);
  const { state, video } = useCamera({ label, kind, onNoCamera });
  const guidance = useGuidance(state, video, onMotion);
  const [shape, setShape] = useState({ width: 4, height: 3 });
  const { shot, take, failed } = useShutter(video, onShot);

  useEffect(() => {
    const element = video.current;
    if (element !== null) element.srcObject = state.is === 'live' ? state.stream : null;
  }, [state, video]);

  const ready = state.is === 'live' && guidance !== null && guidance !== 'covered' && shot === 'none';
  return (
    <div class="camera" data-kind={kind} data-state={state.is}>
      <div class="camera-picture">
        <video
          ref={video}
          autoplay
          playsInline
          muted
          data-frozen={shot === 'none' ? undefined : ''}
          onResize={(event) => {
            const { videoWidth: width, videoHeight: height } = event.currentTarget;
            if (width > 0) setShape({ width, height });
          }}
        />
        {state.is === 'live' ? <Guide kind={kind} {...shape} steady={guidance === 'steady'} /> : null}
      </div>
      <p class="camera-word" role="status" data-tone={toneOf(state, guidance)}>
        {shot !== 'none' ? words.taking : failed ? words.notSent : wordOf(state, guidance, kind, words)}
      </p>
      <button type="button" class="shutter" disabled={!ready} onClick={take}>
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d="M3 7.5h4.5L9 5h6l1.5 2.5H21V19H3zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7" />
        </svg>
        <span>{words.shutter}</span>
      </button>
    </div>
  );
}

/** What the small picture says, about six times a second. */
function useGuidance(state: CameraState, video: { readonly current: HTMLVideoElement | null }, onMotion: () => void) {
  const [guidance, setGuidance] = useState<Guidance | null>(null);
  const report = useRef(onMotion);
  report.current = onMotion;
  useEffect(() => {
    setGuidance(null);
    if (state.is !== 'live') return;
    const canvas = new OffscreenCanvas(lookSize.width, lookSize.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    let before: GreyFrame | undefined;
    let last: Guidance | undefined;
    let agreed = 0;
    let reportedAt = Number.NEGATIVE_INFINITY;
    const timer = setInterval(() => {
      const element = video.current;
      if (element === null || context === null || element.videoWidth === 0) return;
      context.drawImage(element, 0, 0, lookSize.width, lookSize.height);
      const frame = toGrey(context.getImageData(0, 0, lookSize.width, lookSize.height));
      const now = judge(frame, before);
      before = frame;
      agreed = now === last ? agreed + 1 : 1;
      last = now;
      if (agreed >= looksToAgree) setGuidance(now);
      if (now === 'moving' && performance.now() - reportedAt >= motionEveryMs) {
        reportedAt = performance.now();
        report.current();
      }
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [state, video]);
  return guidance;
}

/** The shutter: one picture at a time, held still while it is on its way. */
function useShutter(video: { readonly current: HTMLVideoElement | null }, onShot: (jpeg: Blob) => Promise<void>) {
  const [shot, setShot] = useState<'none' | 'held'>('none');
  const [failed, setFailed] = useState(false);
  const wanted = useRef(true);
  useEffect(
    () => () => {
      wanted.current = false;
    },
    [],
  );
  const take = async () => {
    const element = video.current;
    if (element === null || shot !== 'none' || element.videoWidth === 0) return;
    setShot('held');
    setFailed(false);
    element.pause();
    const held = new Promise((resolve) => setTimeout(resolve, shownShotMs));
    const outcome = await photograph(element)
      .then(onShot)
      .then(
        () => 'kept' as const,
        () => 'failed' as const,
      );
    await held;
    if (!wanted.current) return;
    setFailed(outcome === 'failed');
    setShot('none');
    // Refused only when the camera went away meanwhile, which the link has noticed.
    element.play().catch(() => {});
  };
  return { shot, take, failed };
}

/** The frame in view at the camera's full resolution, never mirrored. */
async function photograph(video: HTMLVideoElement): Promise<Blob> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.drawImage(video, 0, 0);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality });
  return jpeg.size <= largestJpeg ? jpeg : canvas.convertToBlob({ type: 'image/jpeg', quality: 0.7 });
}

function wordOf(state: CameraState, guidance: Guidance | null, kind: CameraKind, words: InputWords): string {
  if (state.is === 'opening') return words.opening;
  if (state.is === 'out') return words[state.trouble];
  if (guidance === null) return words.fit[kind];
  return guidance === 'steady' ? words.steady[kind] : words[guidance];
}

function toneOf(state: CameraState, guidance: Guidance | null): 'good' | 'calm' | 'trouble' {
  if (state.is === 'out' || guidance === 'covered') return 'trouble';
  return guidance === 'steady' ? 'good' : 'calm';
}

/** Corners of an A4 sheet as it lies in the picture, or an oval for the face. */
function Guide({ kind, width, height, steady }: { kind: CameraKind; width: number; height: number; steady: boolean }) {
  const unit = Math.min(width, height) / 100;
  const w = width / unit;
  const h = height / unit;
  return (
    <svg
      class="camera-guide"
      viewBox={`0 0 ${w} ${h}`}
      data-steady={steady ? '' : undefined}
      aria-hidden="true"
      focusable="false"
    >
      {kind === 'face' ? <ellipse cx={w / 2} cy={h * 0.48} rx={29} ry={39} /> : <path d={sheetCorners(w, h)} />}
    </svg>
  );
}

/** A4, lying the way that fills the picture most, as four corners. */
function sheetCorners(w: number, h: number): string {
  const ratio = w >= h ? 297 / 210 : 210 / 297;
  const sheetWidth = Math.min(w * 0.92, h * 0.92 * ratio);
  const sheetHeight = sheetWidth / ratio;
  const x = (w - sheetWidth) / 2;
  const y = (h - sheetHeight) / 2;
  const arm = Math.min(sheetWidth, sheetHeight) * 0.14;
  const corner = (cx: number, cy: number, dx: number, dy: number) => `M${cx + dx * arm} ${cy}H${cx}V${cy + dy * arm}`;
  return [
    corner(x, y, 1, 1),
    corner(x + sheetWidth, y, -1, 1),
    corner(x, y + sheetHeight, 1, -1),
    corner(x + sheetWidth, y + sheetHeight, -1, -1),
  ].join('');
}
