import type { Clock } from '../../drivers/contract/clock.ts';
import type { LocalText } from '../catalogue/item.ts';
import type { FlowPorts } from '../flow/ports.ts';
import type { SlotName } from '../server/protocol.ts';

/** What a person may have left behind, or must still be told, when their session ends. */
export interface Reminder {
  readonly say: LocalText;
  readonly detail?: LocalText;
  readonly slot?: SlotName;
  /** Resolves when the reminder is heeded; `signal` aborts after the patience or when the person is done. */
  readonly heeded: (signal: AbortSignal) => Promise<void>;
}

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });
const never = () => new Promise<void>(() => {});

/** How long each reminder stays. */
export const reminderMs = 20_000;
/** How often its tone sounds. */
export const toneEveryMs = 5_000;

/** Reminders in the order they are given. `broken`: the journey ended by a fault of the machine. */
export function reminders(ports: FlowPorts, broken: boolean): readonly Reminder[] {
  const { idCardReader, receiptPrinter } = ports;
  const all: Reminder[] = [];
  if (broken) {
    all.push({
      say: t('这台机器出了差错，请重新开始', 'Something went wrong in this machine: please start again'),
      detail: t('您的信息已经清除。', 'What you entered has been wiped.'),
      heeded: never,
    });
  }
  if (idCardReader?.status().media === 'present') {
    all.push({
      say: t('请拿好身份证', 'Please take your ID card'),
      detail: t('您的信息已经从这台机器清除。', 'Your data has been wiped from this machine.'),
      slot: 'idCardReader',
      async heeded(signal) {
        await idCardReader.awaitRemoval({ signal, timeoutMs: reminderMs });
      },
    });
  }
  if (receiptPrinter?.status().media === 'present') {
    all.push({
      say: t('请取走单子', 'Please take your slip'),
      slot: 'receiptPrinter',
      heeded: (signal) =>
        new Promise((resolve) => {
          const stop = receiptPrinter.onStatus((status) => {
            if (status.media === 'present') return;
            stop();
            resolve();
          });
          signal.addEventListener('abort', () => stop(), { once: true });
        }),
    });
  }
  return all;
}

/** Waits until the reminder is heeded, `signal` aborts, or its time is up. */
export async function remind(
  reminder: Reminder,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly onTone: () => void },
): Promise<void> {
  const { clock, signal, onTone } = options;
  const stop = new AbortController();
  let cancelTone = () => {};
  const sound = () => {
    onTone();
    cancelTone = clock.after(toneEveryMs, sound);
  };
  await new Promise<void>((resolve) => {
    const done = () => {
      cancelTime();
      cancelTone();
      resolve();
    };
    const cancelTime = clock.after(reminderMs, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    else sound();
    reminder.heeded(stop.signal).then(done, done);
  });
  stop.abort();
}
