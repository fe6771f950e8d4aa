import type { IdCardReaderStatus } from '../../../drivers/contract/id-card-reader.ts';
import type { ScreenProps } from '../../server/protocol.ts';
import { type Failure, isRecord } from '../context.ts';
import { technicalCode, wordsFor } from '../failures.ts';
import { present, type Screen, type ScreenView, text, words } from './view.ts';

const inService = ['online', 'deviceBusy', 'potentialFraud'];

/** What the citizen sees of the reader: put the card down, wait, or lift it. */
export function cardState(reader: IdCardReaderStatus | null, running: boolean): ScreenProps<'presentCard'>['state'] {
  if (!reader || !inService.includes(reader.device)) return 'unavailable';
  if (reader.media !== 'present') return 'waiting';
  return running ? 'reading' : 'lift';
}

/** What went wrong with the card before, while its screen is up again. */
function cardTrouble(view: ScreenView): string {
  const failure = lastFailure(view);
  if (failure?.service !== 'idCardReader.read' || failure.code === 'timeOut') return '';
  return words(wordsFor(failure).because, view);
}

function lastFailure(view: ScreenView): Failure | null {
  const failure = view.context.lastFailure;
  return isRecord(failure) && 'service' in failure ? (failure as unknown as Failure) : null;
}

export const presentCard: Screen<'presentCard'> = (params, view) => ({
  screen: 'presentCard',
  props: {
    ask: text(params.ask, view),
    slot: params.slot,
    state: cardState(view.reader, view.running),
    ...present({ alternative: params.alternative && text(params.alternative, view), trouble: cardTrouble(view) }),
  },
});

export const findCase: Screen<'findCase'> = (params, view) => ({
  screen: 'findCase',
  props: {
    ask: text(params.ask, view),
    slot: params.slot,
    cardState: view.running ? cardState(view.reader, true) : 'unavailable',
    ...present({ trouble: cardTrouble(view) }),
    label: view.cameras.document.label,
  },
});

export const wait: Screen<'wait'> = ({ say, detail, slot, steps = [], step = 0 }, view) => ({
  screen: 'wait',
  props: {
    say: text(say, view),
    ...present({ detail: detail && text(detail, view), slot }),
    steps: steps.map((key, n) => ({ label: text(key, view), state: n < step ? 'done' : n === step ? 'now' : 'next' })),
  },
});

export const tell: Screen<'tell'> = (params, view) => {
  const failure = params.because ? lastFailure(view) : null;
  const told = failure ? wordsFor(failure) : null;
  return {
    screen: 'tell',
    props: {
      tone: params.tone,
      say: text(params.say, view),
      ...present({
        because: words(told?.because, view),
        kept: params.kept ? text(params.kept, view) : words(told?.kept, view),
        next: params.next ? text(params.next, view) : words(told?.next, view),
        slot: params.slot ?? told?.slot,
        code: failure ? technicalCode(failure) : undefined,
      }),
      actions: params.actions.map(({ event, label, main }) => ({ event, label: text(label, view), main })),
    },
  };
};
