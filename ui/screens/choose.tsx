/** One of several, by touch; a page holds what fits. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Option } from '../components/option.tsx';
import { Pages } from '../components/pages.tsx';
import { Stage } from '../components/stage.tsx';
import { send } from '../state.ts';

export function Choose({ ask, detail, options }: ScreenProps<'choose'>) {
  const blocks = options.map((option) => ({
    key: option.id,
    body: <Option option={option} act="CHOSEN" onPress={() => send('CHOSEN', { id: option.id })} />,
  }));
  return (
    <Stage name="choose" ask={ask} detail={detail}>
      <Pages blocks={blocks} class="options" />
    </Stage>
  );
}
