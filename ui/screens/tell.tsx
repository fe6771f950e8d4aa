/** Something the citizen must know: what happened, what is kept, and the one thing to do. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { type AnyIcon, Icon } from '../components/icon.tsx';
import { type Block, Pages, sentences } from '../components/pages.tsx';
import { SlotPicture } from '../components/slot-picture.tsx';
import { Stage } from '../components/stage.tsx';

type Props = ScreenProps<'tell'>;
const toneIcons: Readonly<Record<Props['tone'], AnyIcon>> = {
  information: 'info',
  success: 'check',
  trouble: 'warning',
};

export function Tell({ tone, say, because, kept, next, slot, actions, code }: Props) {
  const blocks: Block[] = [
    ...sentences(because ?? '', 'because'),
    ...sentences(kept ?? '', 'kept'),
    ...sentences(next ?? '', 'next').map((block) => ({ ...block, body: <div class="next">{block.body}</div> })),
    ...(code === undefined ? [] : [{ key: 'code', body: <p class="code figures">{code}</p> }]),
  ];
  const inOrder = [...actions].sort((a, b) => Number(a.main) - Number(b.main));
  return (
    <Stage
      name="tell"
      ask={say}
      over={
        <span class="mark" data-tone={tone}>
          <Icon name={toneIcons[tone]} />
        </span>
      }
      picture={
        slot === undefined ? undefined : <SlotPicture slot={slot} action={tone === 'trouble' ? 'lift' : 'idle'} />
      }
      actions={inOrder.map((action) => (
        <EventButton key={action.event} event={action.event} look={action.main ? 'main' : 'plain'}>
          {action.label}
        </EventButton>
      ))}
    >
      <Pages blocks={blocks} class="prose" />
    </Stage>
  );
}
