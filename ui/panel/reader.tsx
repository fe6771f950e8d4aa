import { useEffect } from 'preact/hooks';
import type { PanelCard, PanelDevice } from '../../runtime/server/protocol.ts';
import { act } from './connection.ts';
import { DeviceHead, Faults } from './device.tsx';

interface Props {
  readonly device: PanelDevice;
  readonly cards: readonly PanelCard[];
  readonly card: string | null;
}

/** The reader's plate with the card on it, and the deck. Keys 1 to 9 lay a card down, 0 lifts it. */
export function Reader({ device, cards, card }: Props) {
  const lying = cards.find((each) => each.id === card);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
      const wanted = cards[Number(event.key) - 1];
      if (event.key === '0') void act({ act: 'liftCard' });
      else if (wanted) void act({ act: 'placeCard', card: wanted.id });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [cards]);
  return (
    <section class="reader">
      <DeviceHead device={device} />
      <div class={lying || card ? 'plate taken' : 'plate'}>
        {card === null ? (
          <p>
            感应区空着 <small>Nothing on the reader: choose a card</small>
          </p>
        ) : (
          <button type="button" class="card lying" onClick={() => act({ act: 'liftCard' })}>
            <CardFace title={lying?.title ?? { 'zh-CN': '另一张卡', en: 'Another card' }} />
            <span class="lift">拿起 Lift (0)</span>
          </button>
        )}
      </div>
      <h3>
        卡片 <small>Sample cards</small>
      </h3>
      <div class="deck">
        {cards.map((each, index) => (
          <button
            key={each.id}
            type="button"
            class="card"
            disabled={each.id === card}
            onClick={() => act({ act: 'placeCard', card: each.id })}
          >
            <CardFace title={each.title} />
            {index < 9 && <kbd>{index + 1}</kbd>}
          </button>
        ))}
      </div>
      <Faults device={device} />
    </section>
  );
}

function CardFace({ title }: { readonly title: PanelCard['title'] }) {
  return (
    <>
      <svg class="face" viewBox="0 0 30 36" aria-hidden="true">
        <path d="M15 4a7 7 0 0 1 0 15a7 7 0 0 1 0-15M3 34c0-8 5-12 12-12s12 4 12 12" />
      </svg>
      <span class="card-title">
        {title['zh-CN']}
        <small>{title.en}</small>
      </span>
    </>
  );
}
