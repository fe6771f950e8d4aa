/** Looks for a QR code in a frame, off the main thread. In: { data, width, height }. Out: the text, or null. */
import jsQR from 'jsqr';

interface Frame {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

addEventListener('message', ({ data: frame }: MessageEvent<Frame>) => {
  const find = typeof jsQR === 'function' ? jsQR : jsQR.default;
  const code = find(frame.data, frame.width, frame.height, { inversionAttempts: 'dontInvert' });
  postMessage(code === null || code.data === '' ? null : code.data);
});
