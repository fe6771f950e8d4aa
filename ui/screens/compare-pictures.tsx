/** Good enough? The shots of one page side by side; the chosen one goes on. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts, draftText, keep, send } from '../state.ts';
import { texts } from '../texts.ts';

/** As many as can be told apart; older shots than these were already passed over. */
const shownShots = 3;

export function ComparePictures({ ask, shots, page, morePages }: ScreenProps<'comparePictures'>) {
  const words = texts();
  const latest = shots.slice(-shownShots);
  const newest = latest.at(-1)?.id ?? '';
  const drafted = draftText('chosen');
  const chosen = latest.some((shot) => shot.id === drafted) ? drafted : newest;
  return (
    <Stage
      name="comparePictures"
      ask={ask}
      over={words.shotPage(page, undefined)}
      detail={latest.length > 1 ? words.chooseShot : undefined}
      actions={
        <>
          {accepts('RETAKE') ? (
            <EventButton event="RETAKE" icon="camera">
              {words.retake}
            </EventButton>
          ) : null}
          {morePages && accepts('MORE_PAGES') ? (
            <EventButton event="MORE_PAGES" data={{ id: chosen }} icon="plus">
              {words.morePages}
            </EventButton>
          ) : null}
          <Button act="KEEP" icon="check" look="main" onPress={() => send('KEEP', { id: chosen })}>
            {words.keepShot}
          </Button>
        </>
      }
    >
      <div class="shots" data-count={latest.length}>
        {latest.map((shot, i) => (
          <button
            type="button"
            key={shot.id}
            class="shot"
            data-act="shot"
            aria-pressed={shot.id === chosen}
            onClick={() => keep({ chosen: shot.id })}
          >
            <img src={shot.url} alt={words.photo(i + 1)} />
            <span class="tick">{shot.id === chosen ? <Icon name="check" /> : null}</span>
          </button>
        ))}
      </div>
    </Stage>
  );
}
