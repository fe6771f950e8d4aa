/** First the declaration, then the box for the name: one idea at a time. */
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button } from '../components/button.tsx';
import { type PageInfo, Pages, sentences } from '../components/pages.tsx';
import { Stage } from '../components/stage.tsx';
import { Trouble } from '../components/typing.tsx';
import { loadSignature, useLoaded } from '../lazy.ts';
import { useBack } from '../shell/bar.tsx';
import { draftList, draftText, keep, send, shown } from '../state.ts';
import { texts } from '../texts.ts';

/** The box as it is on the panel, millimetres. */
const padWidth = 300;
const padHeight = 110;

function Declaration({ ask, declaration }: ScreenProps<'sign'>) {
  const words = texts();
  const [info, setInfo] = useState<PageInfo | null>(null);
  const more = info !== null && !info.last;
  return (
    <Stage
      name="sign"
      ask={ask}
      over={words.declaration}
      actions={
        <Button
          look="main"
          icon={more ? 'forward' : 'pencil'}
          act={more ? 'seeMore' : 'readDeclaration'}
          onPress={more ? info.next : () => keep({ read: 'yes' })}
        >
          {more ? words.seeMore : words.signRead}
        </Button>
      }
    >
      <Pages blocks={sentences(declaration, 'declared')} class="sheet prose" onInfo={setInfo} />
    </Stage>
  );
}

export function Sign(props: ScreenProps<'sign'>) {
  const read = draftText('read') !== '';
  useBack(read ? () => keep({ read: '' }) : null);
  return read ? <SignatureStage /> : <Declaration {...props} />;
}

type Stroke = [number, number, number][];

/** Strokes as they went up in the draft. */
function strokesOf(drafted: readonly unknown[]): Stroke[] {
  return drafted.filter((stroke): stroke is Stroke => Array.isArray(stroke));
}

function SignatureStage() {
  const words = texts();
  const loaded = useLoaded(loadSignature);
  const strokes = strokesOf(draftList('strokes'));
  const done = () =>
    loaded?.isSignature(strokes, padWidth)
      ? send('SIGNED', { width: padWidth, height: padHeight, strokes })
      : keep({ missing: strokes.length === 0 ? 'all' : 'most' });
  const missing = draftText('missing');
  return (
    <Stage
      name="sign"
      ask={words.signHere}
      wide
      detail={
        missing === '' ? undefined : <Trouble>{missing === 'all' ? words.signMissing : words.signTooLittle}</Trouble>
      }
      actions={
        <Button look="main" icon="check" act="SIGNED" onPress={done}>
          {words.signDone}
        </Button>
      }
    >
      {loaded === null ? (
        <p class="loading">{words.loading}</p>
      ) : (
        <loaded.SignaturePad
          strokes={strokes}
          width={padWidth}
          height={padHeight}
          language={shown.value?.chrome.language ?? 'zh-CN'}
          onStrokes={(drawn) => keep({ strokes: drawn, missing: '' })}
        />
      )}
    </Stage>
  );
}
