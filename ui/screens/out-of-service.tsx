/** The terminal cannot serve: says so, why, and where to go. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Icon } from '../components/icon.tsx';
import { Pages, sentences } from '../components/pages.tsx';
import { Stage } from '../components/stage.tsx';

export function OutOfService({ say, because, next }: ScreenProps<'outOfService'>) {
  return (
    <Stage
      name="outOfService"
      ask={say}
      over={
        <span class="mark" data-tone="trouble">
          <Icon name="warning" />
        </span>
      }
    >
      <Pages
        class="prose"
        blocks={[
          ...sentences(because, 'because'),
          ...sentences(next, 'next').map((block) => ({ ...block, body: <div class="next">{block.body}</div> })),
        ]}
      />
    </Stage>
  );
}
