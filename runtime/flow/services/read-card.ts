import type { CardHolder } from '../../../drivers/contract/id-card-reader.ts';
import { err, ok } from '../../../drivers/contract/result.ts';
import { nationOf, sexOf } from '../nations.ts';
import type { Service } from '../services.ts';

/** Reads a card into the flow; its portrait stays with the run and never enters the context. */
export const readCard: Service<'idCardReader.read'> = async (_, { ports, scope, signal, timeoutMs }) => {
  const reader = ports.idCardReader;
  if (!reader) return err({ code: 'noDevice', detail: 'disconnected', cause: 'no card reader is configured' });
  const reading = await reader.read({ signal, timeoutMs });
  if (!reading.ok) return reading;
  const holder = reading.value.holder.reveal();
  const portrait = reading.value.portrait.reveal();
  if (signal.aborted) {
    // The run is over: nobody would wipe what is stored now.
    portrait.fill(0);
    return err({ code: 'canceled', detail: 'canceled', cause: 'the citizen went elsewhere' });
  }
  scope.chip?.portrait.fill(0);
  scope.chip = { number: holder.number, portrait };
  return ok(holderOf(holder));
};

function holderOf(card: CardHolder) {
  const address = card.newestAddress ?? card.address;
  return {
    source: 'card',
    kind: card.kind,
    name: card.name,
    number: card.number,
    birth: card.birth,
    sex: sexOf(card.sex),
    ...(address !== undefined && { address }),
    ...(card.nation !== undefined && { nation: nationOf(card.nation) }),
    details: detailsOf(card),
  };
}

/** Everything else that the chip says, as it says it: codes stay codes. */
function detailsOf({ name: _, number: __, ...card }: CardHolder): Record<string, string> {
  return Object.fromEntries(Object.entries(card).map(([key, value]) => [key, value === null ? '长期' : String(value)]));
}
