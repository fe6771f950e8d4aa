import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import type { Result } from '../../drivers/contract/result.ts';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { type Journal, openJournal } from '../../runtime/journal/journal.ts';
import { createUplink } from '../../runtime/uplink/create-uplink.ts';
import type { ConfirmedCase, Uplink } from '../../runtime/uplink/uplink.ts';

export const taskCode = '11370800MB285591843370117002011';

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'window24-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The value of a result that must be ok. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`);
  return result.value;
}

export interface Terminal {
  readonly journal: Journal;
  readonly uplink: Uplink;
  close(): Promise<void>;
}

/** A journal and an uplink over one state directory, as the runtime wires them. */
export async function startTerminal(options: {
  readonly stateDirectory: string;
  readonly centreUrl: string;
  readonly clock?: Clock;
  readonly random?: () => number;
}): Promise<Terminal> {
  const { stateDirectory, centreUrl, clock = systemClock, random = () => 0 } = options;
  const log = silentLog;
  const journal = unwrap(openJournal({ path: join(stateDirectory, 'journal.db'), clock, log }));
  const uplink = unwrap(
    await createUplink({
      journal,
      stateDirectory,
      terminalId: 'test-terminal',
      terminalNumber: 7,
      centreUrl,
      centreKeysPath: join(stateDirectory, 'centre-keys.json'),
      clock,
      log,
      random,
    }),
  );
  return {
    journal,
    uplink,
    async close() {
      await uplink.close();
      journal.close();
    },
  };
}

/** A case of a made-up person, with `pages` pages of `pageBytes` bytes. */
export function confirmedCase(
  reserved: { readonly caseId: string; readonly code: string },
  { pages = 2, pageBytes = 3_000, name = '欧阳测试' }: { pages?: number; pageBytes?: number; name?: string } = {},
): ConfirmedCase {
  const clear = `${name} page `;
  return {
    ...reserved,
    flow: 'apply@1',
    payload: new Sensitive({
      ...reserved,
      taskCode,
      itemVersion: 1,
      holder: { source: 'card' as const, name, number: '37011219900307123X' },
      scenario: {},
      form: { address: '清河区柳林街道槐树胡同88号' },
      delivery: { id: 'window' },
      language: 'zh-CN' as const,
    }),
    materials: Array.from({ length: pages }, (_, page) => ({
      id: 'photo',
      page,
      contentType: 'image/jpeg',
      source: 'camera' as const,
      bytes: new Sensitive<Uint8Array>(
        Buffer.from(clear.repeat(Math.ceil(pageBytes / clear.length))).subarray(0, pageBytes),
      ),
    })),
  };
}

/** Reserves and seals one case; its id. */
export async function submit(uplink: Uplink, options?: Parameters<typeof confirmedCase>[1]): Promise<string> {
  const reserved = unwrap(uplink.reserve(taskCode));
  unwrap(await uplink.seal(confirmedCase(reserved, options)));
  return reserved.caseId;
}

/** Resolves when `look` first gives something; polls, as the test's own time limit is the deadline. */
export async function until<T>(look: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Every file below `directory`. */
export function filesBelow(directory: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => {
      // What the sender has purged in between is no longer there to be looked into.
      const bytes = readIfThere(path);
      return bytes === null ? [] : [{ path, bytes }];
    });
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
