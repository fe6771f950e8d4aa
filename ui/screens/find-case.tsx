/** Three ways to one's case: the card, the number, or the code on the slip. A wedge scanner works on all of them. */
import { useEffect } from 'preact/hooks';
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';
import { Trouble, TypingField, TypingKeys } from '../components/typing.tsx';
import { loadCodeScanner, loadWedge, useLoaded } from '../lazy.ts';
import { useBack } from '../shell/bar.tsx';
import { accepts, draftText, keep, send, shown } from '../state.ts';
import { texts } from '../texts.ts';
import { cardActions } from './present-card.tsx';

/** Length of a whole case code; shorter ones are the spoken end of it. */
const codeLength = 44;
const found = (code: string) => send('CODE', { text: code.trim() });

function useWedge(): void {
  const listenForWedge = useLoaded(loadWedge);
  useEffect(() => listenForWedge?.(found), [listenForWedge]);
}

function TypeCode() {
  const words = texts();
  const text = draftText('text');
  const missing = draftText('missing') !== '' && text === '';
  const enter = () => (text === '' ? keep({ missing: 'yes' }) : found(text));
  const typing = {
    kind: 'caseCode' as const,
    label: words.enterCode,
    value: text,
    maxLength: codeLength,
    error: missing ? words.neededError : undefined,
    onChange: (value: string) => keep({ text: value }),
    onDone: enter,
  };
  return (
    <Stage
      name="findCase"
      ask={words.enterCode}
      detail={<TypingField {...typing} />}
      actions={
        <Button look="main" icon="forward" act="CODE" onPress={enter}>
          {words.lookUp}
        </Button>
      }
    >
      <TypingKeys {...typing} />
    </Stage>
  );
}

function ScanCode({ label }: { readonly label: string }) {
  const CodeScanner = useLoaded(loadCodeScanner);
  const words = texts();
  return (
    <Stage name="findCase" ask={words.showCode} picture={<SlotPicture slot="documentCamera" action="guide" />}>
      {CodeScanner === null ? (
        <p class="loading">{words.loading}</p>
      ) : (
        <CodeScanner label={label} language={shown.value?.chrome.language ?? 'zh-CN'} onCode={found} />
      )}
    </Stage>
  );
}

export function FindCase({ ask, slot, cardState, trouble, label }: ScreenProps<'findCase'>) {
  const words = texts();
  const way = draftText('way');
  useBack(way === '' ? null : () => keep({ way: '', text: '', missing: '' }));
  useWedge();
  if (way === 'type') return <TypeCode />;
  if (way === 'scan') return <ScanCode label={label} />;
  return (
    <Stage
      name="findCase"
      ask={ask}
      actions={
        <>
          {accepts('NO_CARD') ? <EventButton event="NO_CARD">{words.noCard}</EventButton> : null}
          <Button icon="scan" act="scan" onPress={() => keep({ way: 'scan' })}>
            {words.orScan}
          </Button>
          <Button icon="keys" act="type" onPress={() => keep({ way: 'type' })}>
            {words.orType}
          </Button>
        </>
      }
    >
      <div class="slot-work" data-state={cardState}>
        <SlotPicture slot={slot} action={cardActions[cardState]} />
        <p class="slot-state" role="status">
          {words.cardState[cardState]}
        </p>
        {trouble === undefined ? null : <Trouble>{trouble}</Trouble>}
      </div>
    </Stage>
  );
}
