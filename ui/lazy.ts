/** Keyboard, cameras and signature come when a screen first needs them, and are fetched ahead once the machine idles. */
import { useEffect, useState } from 'preact/hooks';

export const loadKeyboard = async () => (await import('./input/keyboard.tsx')).Keyboard;
export const loadCamera = async () => (await import('./input/camera.tsx')).CameraView;
export const loadSignature = async () => {
  const { SignaturePad, isSignature } = await import('./input/signature.tsx');
  return { SignaturePad, isSignature };
};
export const loadCodeScanner = async () => (await import('./input/code-scanner.tsx')).CodeScanner;
export const loadWedge = async () => (await import('./input/wedge.ts')).listenForWedge;
export const loadQr = async () => (await import('qrcode')).create;

/** What `load` brings, or null until it is here. `load` is one of the constants above, never made anew. */
export function useLoaded<T>(load: () => Promise<T>): T | null {
  const [loaded, setLoaded] = useState<{ readonly it: T } | null>(null);
  useEffect(() => {
    let wanted = true;
    void load().then((it) => wanted && setLoaded({ it }));
    return () => {
      wanted = false;
    };
  }, [load]);
  return loaded?.it ?? null;
}

/** Fetches the parts of the common journeys while nobody waits. */
export function prefetch(): void {
  requestIdleCallback(() => {
    for (const load of [loadKeyboard, loadCamera, loadSignature, loadWedge]) void load();
  });
}
