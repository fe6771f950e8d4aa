/** Always in the same place: back, help, language, text size, leave. A button that has nothing to do leaves its place empty. */
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import type { Chrome, TextSize } from '../../runtime/server/protocol.ts';
import { type AnyIcon, Icon } from '../components/icon.tsx';
import { accepts, keep, prefer, send, shown } from '../state.ts';
import { texts } from '../texts.ts';

/** Set by a screen that has a step of its own to go back to, such as the question before. */
const ownBack = signal<(() => void) | null>(null);

/** While `back` is not null the bar's button calls it in place of sending BACK. */
export function useBack(back: (() => void) | null): void {
  useLayoutEffect(() => {
    ownBack.value = back;
    return () => {
      ownBack.value = null;
    };
  });
}

export function canGoBack(): boolean {
  return ownBack.value !== null || accepts('BACK');
}

export function goBack(): void {
  if (ownBack.value !== null) ownBack.value();
  else if (accepts('BACK')) send('BACK');
}

/** Screens on which leaving throws something away: there it is asked once more. */
const costly: ReadonlySet<string> = new Set(['confirm', 'form', 'capture', 'comparePictures', 'review', 'sign']);

function leave(): void {
  if (costly.has(shown.value?.screen ?? '')) keep({ over: 'leave' });
  else send('LEAVE');
}

const nextSize: Readonly<Record<TextSize, TextSize>> = { normal: 'large', large: 'largest', largest: 'normal' };

interface BarButtonProps {
  readonly icon: AnyIcon;
  readonly act: string;
  readonly word: string;
  readonly label?: string;
  readonly lang?: string;
  readonly off?: boolean;
  onPress(): void;
}

function BarButton({ icon, act, word, label, lang, off = false, onPress }: BarButtonProps) {
  return (
    <button
      type="button"
      class="bar-button"
      data-act={act}
      data-off={off ? '' : undefined}
      lang={lang}
      onClick={onPress}
    >
      <Icon name={icon} />
      <span>{word}</span>
      {label === undefined ? null : <span class="unseen">{label}</span>}
    </button>
  );
}

export function Bar({ chrome }: { readonly chrome: Chrome }) {
  const words = texts();
  const other = chrome.language === 'en' ? 'zh-CN' : 'en';
  const size = chrome.textSize;
  return (
    <nav class="bar" aria-label={words.barLabel}>
      <BarButton icon="back" act="back" word={words.back} off={!canGoBack()} onPress={goBack} />
      <BarButton
        icon="question"
        act="help"
        word={words.help}
        off={chrome.help.length === 0 && chrome.phone === ''}
        onPress={() => keep({ over: 'help' })}
      />
      <BarButton
        icon="globe"
        act="language"
        word={words.otherLanguage}
        lang={other}
        onPress={() => prefer({ language: other })}
      />
      <BarButton
        icon="size"
        act="textSize"
        word={words.textSize}
        label={words.textSizeNow[size]}
        onPress={() => prefer({ textSize: nextSize[size] })}
      />
      <BarButton icon="leave" act="leave" word={words.leave} off={!accepts('LEAVE')} onPress={leave} />
    </nav>
  );
}
