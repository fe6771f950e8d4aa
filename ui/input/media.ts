/** Opening the camera the configuration names, and keeping it open. */

export type CameraKind = 'document' | 'face';

/** `missing` and `denied` are certain; `busy` may pass. */
export type CameraTrouble = 'missing' | 'denied' | 'busy';

export type Opened =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly trouble: CameraTrouble; readonly cause: string };

interface Named {
  readonly deviceId: string;
  readonly label: string;
}

/**
 * The camera whose label contains `label`. Without a label: the first for the face; for documents the one that calls
 * itself a rear or document camera, or else the last. undefined when there is none: another camera would look at something else.
 */
export function pickCamera<D extends Named>(cameras: readonly D[], label: string, kind: CameraKind): D | undefined {
  const wanted = label.trim().toLowerCase();
  if (wanted !== '') return cameras.find((camera) => camera.label.toLowerCase().includes(wanted));
  if (kind === 'face') return cameras[0];
  return cameras.find((camera) => /back|rear|environment|document/i.test(camera.label)) ?? cameras.at(-1);
}

async function listCameras(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput');
}

function troubleOf(error: unknown): Opened {
  const name = error instanceof DOMException ? error.name : 'unknown';
  const trouble =
    name === 'NotAllowedError' || name === 'SecurityError'
      ? 'denied'
      : name === 'NotFoundError' || name === 'OverconstrainedError'
        ? 'missing'
        : 'busy';
  return { ok: false, trouble, cause: `${name}: ${error instanceof Error ? error.message : ''}`.trim() };
}

export function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/**
 * Opens the camera at the best resolution it has. Labels are hidden until the page may use cameras, so the first call
 * of a browser asks once and then picks.
 */
export async function openCamera(label: string, kind: CameraKind): Promise<Opened> {
  // Absent outside a secure context; a certain no.
  if (!('mediaDevices' in navigator)) return { ok: false, trouble: 'denied', cause: 'no secure context' };
  try {
    let cameras = await listCameras();
    if (cameras.length === 0) return { ok: false, trouble: 'missing', cause: 'no video input device' };
    if (cameras.every((camera) => camera.label === '')) {
      release(await navigator.mediaDevices.getUserMedia({ video: true }));
      cameras = await listCameras();
    }
    const camera = pickCamera(cameras, label, kind);
    if (camera === undefined) {
      const seen = cameras.map((each) => `"${each.label}"`).join(', ');
      return { ok: false, trouble: 'missing', cause: `no camera named "${label}" among ${seen}` };
    }
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { deviceId: { exact: camera.deviceId }, width: { ideal: 4096 }, height: { ideal: 3072 } },
    });
    return { ok: true, stream };
  } catch (error) {
    return troubleOf(error);
  }
}
