/** What the server sees of the person in front: one screen, and what may be done on it. */
import type { Result } from '../../drivers/contract/result.ts';
import type { ClientMessage, ScreenMessage, ServerMessage } from '../server/protocol.ts';

type EventMessage = Extract<ClientMessage, { type: 'event' }>;
type PreferenceMessage = Extract<ClientMessage, { type: 'preference' }>;

export interface Picture {
  readonly id: string;
  readonly contentType: 'image/jpeg';
  readonly bytes: Uint8Array;
}

export interface Session {
  /** The screen as it stands, for a client that connects or reloads. */
  current(): ScreenMessage;
  /** The countdown as it stands, null when none runs. */
  countdown(): Extract<ServerMessage, { type: 'countdown' }> | null;
  /** Everything the attached client must be told, in order. */
  onMessage(listener: (message: ServerMessage) => void): () => void;
  /** Applies an event made on screen `seq`; answers `stale` or `refused` through `onMessage`. */
  event(message: EventMessage): void;
  draft(seq: number, data: unknown): void;
  activity(kind: 'touch' | 'key' | 'camera' | 'card'): void;
  moreTime(): void;
  preference(message: PreferenceMessage): void;
  /** Takes a picture made on screen `seq`: checks that it is a whole JPEG of sane size, keeps it in memory only. */
  picture(
    seq: number,
    bytes: Uint8Array,
  ): Promise<
    Result<
      { readonly id: string },
      { readonly code: 'stale' | 'notAccepted' | 'notAPicture' | 'tooLarge' | 'full'; readonly cause: string }
    >
  >;
  pictureOf(id: string): Picture | null;
  /** Wipes the session and stops its timers. */
  close(): Promise<void>;
}
