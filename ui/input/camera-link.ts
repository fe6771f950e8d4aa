/**
 * A camera that is wanted for as long as a screen shows it: opened, watched, and opened again when it was unplugged, taken
 * or stood still. The steps between tries grow, and a device that is plugged in is tried at once.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CameraKind, type CameraTrouble, openCamera, release } from './media.ts';

export type CameraState =
  | { readonly is: 'opening' }
  | { readonly is: 'live'; readonly stream: MediaStream }
  | { readonly is: 'out'; readonly trouble: CameraTrouble | 'unplugged' | 'frozen'; readonly cause: string };

const firstRetryMs = 500;
const longestRetryMs = 8000;
/** A camera in use is given this many tries before it counts as none. */
const triesWhileBusy = 4;
/** No new frame for this long is a picture that stands still. */
const frozenAfterMs = 4000;

export interface CameraLinkOptions {
  readonly label: string;
  readonly kind: CameraKind;
  onNoCamera?(cause: string): void;
}

/** The camera's state, and a ref for the video element that shows it. */
export function useCamera({ label, kind, onNoCamera }: CameraLinkOptions) {
  const [state, setState] = useState<CameraState>({ is: 'opening' });
  const video = useRef<HTMLVideoElement>(null);
  const report = useRef(onNoCamera);
  report.current = onNoCamera;

  useEffect(() => {
    const link = linkCamera(label, kind, video, setState, (cause) => report.current?.(cause));
    return () => link.close();
  }, [label, kind]);
  return { state, video };
}

function linkCamera(
  label: string,
  kind: CameraKind,
  video: { readonly current: HTMLVideoElement | null },
  show: (state: CameraState) => void,
  reportNone: (cause: string) => void,
): { close(): void } {
  let stream: MediaStream | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopWatching = (): void => {};
  let failures = 0;
  let opening = false;
  let reported = false;
  let closed = false;

  const drop = () => {
    stopWatching();
    if (stream !== undefined) release(stream);
    stream = undefined;
  };
  const again = (afterMs: number) => {
    clearTimeout(retry);
    if (!closed) retry = setTimeout(() => void open(), afterMs);
  };
  const lose = (trouble: 'unplugged' | 'frozen') => {
    drop();
    show({ is: 'out', trouble, cause: trouble });
    again(firstRetryMs);
  };
  const open = async () => {
    if (opening || closed || stream !== undefined) return;
    opening = true;
    const opened = await openCamera(label, kind);
    opening = false;
    if (closed) {
      if (opened.ok) release(opened.stream);
      return;
    }
    if (opened.ok) {
      failures = 0;
      reported = false;
      stream = opened.stream;
      stream.getVideoTracks()[0]?.addEventListener('ended', () => lose('unplugged'));
      show({ is: 'live', stream });
      stopWatching = watchFrames(video, () => lose('frozen'));
      return;
    }
    failures++;
    show({ is: 'out', trouble: opened.trouble, cause: opened.cause });
    if (!reported && (opened.trouble !== 'busy' || failures >= triesWhileBusy)) {
      reported = true;
      reportNone(opened.cause);
    }
    again(Math.min(longestRetryMs, firstRetryMs * 2 ** failures));
  };
  const replugged = () => again(0);

  navigator.mediaDevices?.addEventListener('devicechange', replugged);
  void open();
  return {
    close() {
      closed = true;
      clearTimeout(retry);
      navigator.mediaDevices?.removeEventListener('devicechange', replugged);
      drop();
    },
  };
}

/** Calls `onFrozen` once when the video has shown no new frame for too long while the page was in view. */
function watchFrames(video: { readonly current: HTMLVideoElement | null }, onFrozen: () => void): () => void {
  let lastFrames = -1;
  let still = 0;
  const stepMs = frozenAfterMs / 4;
  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    const frames = video.current?.getVideoPlaybackQuality().totalVideoFrames ?? -1;
    // The shutter holds the picture itself.
    still = frames === lastFrames && video.current?.paused === false ? still + stepMs : 0;
    lastFrames = frames;
    if (still < frozenAfterMs) return;
    clearInterval(timer);
    onFrozen();
  }, stepMs);
  return () => clearInterval(timer);
}
