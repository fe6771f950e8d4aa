import type { Projected } from '../flow/screens/view.ts';
import type { ScreenMessage, ServerMessage } from '../server/protocol.ts';
import type { Shown } from './projection.ts';

const draftLimit = 256 * 1024;

/** Numbers what the client has been shown, and keeps what it has typed there. */
export interface Publisher {
  /** Of the screen published last. */
  seq(): number;
  position(): string;
  messageOf(shown: Shown): ScreenMessage;
  /** Tells the client where something visible has changed; false where nothing has. */
  publish(shown: Shown): boolean;
  /** Keeps what was typed on this screen; a draft too large or too deep is dropped, and the one before it stays. */
  keepDraft(data: unknown): void;
  wipeDraft(): void;
}

export function createPublisher(options: {
  readonly firstSeq: number;
  readonly emit: (message: ServerMessage) => void;
}): Publisher {
  const { emit } = options;
  let seq = options.firstSeq;
  let last = { key: '', position: '' };
  let draft: unknown = null;

  const messageOf = ({ shown, accepts, deadline, chrome }: Shown): ScreenMessage => {
    return { type: 'screen', seq, ...shown, accepts, deadline, chrome, draft };
  };

  function sound({ screen, props }: Projected): void {
    if (screen === 'outcome' && props.tone === 'success') emit({ type: 'tone', tone: 'success' });
    if (screen === 'tell' && props.tone !== 'information') emit({ type: 'tone', tone: props.tone });
  }

  return {
    seq: () => seq,
    position: () => last.position,
    messageOf,
    publish(now) {
      const { position } = now;
      const key = JSON.stringify([position, now.shown, now.accepts, now.chrome]);
      if (key === last.key) return false;
      const moved = position !== last.position;
      if (moved) draft = null;
      last = { key, position };
      seq += 1;
      emit(messageOf(now));
      if (moved) sound(now.shown);
      return true;
    },
    keepDraft(data) {
      if (sizeOf(data) <= draftLimit) draft = data ?? null;
    },
    wipeDraft() {
      draft = null;
    },
  };
}

/** Length as JSON; what nests too deeply to be written has no size that fits. */
function sizeOf(data: unknown): number {
  try {
    return JSON.stringify(data ?? null).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
