import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { FlowPictures } from '../flow/ports.ts';
import { pictureLimit } from '../server/protocol.ts';
import type { Picture } from './session.ts';

/** Pictures of one session, in memory only. What is forgotten is overwritten first. */
export interface PictureStore extends FlowPictures {
  /** Takes ownership of the bytes; null when no room is left. */
  add(id: string, bytes: Uint8Array): Picture | null;
  get(id: string): Picture | null;
  drop(id: string): void;
  wipe(): void;
}

/** Some two dozen pages at the best quality; the machine has to live with it. */
const roomBytes = 200 * 1024 * 1024;

export function createPictureStore(room: number = roomBytes): PictureStore {
  const pictures = new Map<string, Picture>();
  const drop = (id: string) => {
    pictures.get(id)?.bytes.fill(0);
    pictures.delete(id);
  };
  const keepOnly = (ids: ReadonlySet<string>) => {
    for (const id of pictures.keys()) if (!ids.has(id)) drop(id);
  };
  return {
    add(id, bytes) {
      let used = 0;
      for (const each of pictures.values()) used += each.bytes.byteLength;
      if (used + bytes.byteLength > room) return null;
      const picture: Picture = { id, contentType: 'image/jpeg', bytes };
      pictures.set(id, picture);
      return picture;
    },
    get: (id) => pictures.get(id) ?? null,
    bytesOf: (id) => pictures.get(id)?.bytes ?? null,
    drop,
    keepOnly,
    wipe: () => keepOnly(new Set()),
  };
}

export type PictureError = { readonly code: 'notAPicture' | 'tooLarge'; readonly cause: string };

const mostPixels = 50_000_000;
const leastLong = 320;
const leastShort = 240;

/**
 * Whether these bytes are one whole JPEG of a size that a page can be read on. It is decoded to the last byte, because
 * a header says nothing about what follows.
 */
export async function checkPicture(bytes: Uint8Array): Promise<Result<void, PictureError>> {
  if (bytes.byteLength > pictureLimit) return err({ code: 'tooLarge', cause: `more than ${pictureLimit} bytes` });
  const refuse = (cause: string) => err({ code: 'notAPicture' as const, cause });
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return refuse('no JPEG starts like this');
  const { default: sharp } = await import('sharp');
  // Nothing of a citizen's papers may linger in the library's cache.
  sharp.cache(false);
  try {
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: mostPixels });
    const { format, width, height } = await image.metadata();
    if (format !== 'jpeg') return refuse(`a ${format}, not a JPEG`);
    if (width * height > mostPixels) return err({ code: 'tooLarge', cause: `${width}x${height} pixels` });
    if (Math.max(width, height) < leastLong || Math.min(width, height) < leastShort) {
      return refuse(`${width}x${height} pixels are too few`);
    }
    // Shrinking while loading still reads every coded block, at a fraction of the work.
    await image.resize(16, 16, { fit: 'fill' }).raw().toBuffer();
    return ok(undefined);
  } catch {
    return refuse('damaged or cut short');
  }
}
