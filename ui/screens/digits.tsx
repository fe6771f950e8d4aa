/** A number typed on the pad: telephone, identity number, case code. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { Stage } from '../components/stage.tsx';
import { TypingField, TypingKeys } from '../components/typing.tsx';
import { accepts, draftText, keep, send } from '../state.ts';
import { texts } from '../texts.ts';

export function Digits({ ask, hint, kind, maxLength, value = '', error }: ScreenProps<'digits'>) {
  const words = texts();
  const text = draftText('text', value);
  const empty = draftText('missing') !== '' && text === '' ? words.neededError : undefined;
  const enter = () => {
    keep({ changed: '', missing: text === '' ? 'yes' : '' });
    if (text !== '') send('ENTERED', { text });
  };
  const typing = {
    kind,
    label: ask,
    value: text,
    maxLength,
    error: empty ?? (draftText('changed') === '' ? error : undefined),
    hint,
    onChange: (value: string) => keep({ text: value, changed: 'yes' }),
    onDone: enter,
  };
  return (
    <Stage
      name="digits"
      ask={ask}
      detail={<TypingField {...typing} />}
      actions={
        <>
          {accepts('NO_NUMBER') ? <EventButton event="NO_NUMBER">{words.noNumber}</EventButton> : null}
          <Button icon="forward" look="main" act="ENTERED" onPress={enter}>
            {words.continue}
          </Button>
        </>
      }
    >
      <TypingKeys {...typing} />
    </Stage>
  );
}
