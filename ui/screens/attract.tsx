/** From four metres: what can I do here, in which language, does it work right now. */
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { type AnyIcon, Icon } from '../components/icon.tsx';
import { Option } from '../components/option.tsx';
import { type Block, Pages } from '../components/pages.tsx';
import { grouped } from '../components/rows.tsx';
import { Seal } from '../components/slot-picture.tsx';
import { accepts, prefer, send, shown, startedOver } from '../state.ts';
import { texts } from '../texts.ts';

type Props = ScreenProps<'attract'>;
const healthIcons: Readonly<Record<Props['health'], AnyIcon>> = { works: 'check', limited: 'info', out: 'warning' };

/** What outlived a restart in the middle of somebody's submission. */
function Recovered({ title, detail, code }: NonNullable<Props['recovered']>) {
  const words = texts();
  return (
    <section class="recovered" aria-label={title}>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{detail}</p>
      <p class="recovered-code figures">{grouped(code)}</p>
      <div class="actions">
        {accepts('DISMISS') ? <EventButton event="DISMISS">{words.close}</EventButton> : null}
        {accepts('PRINT_SLIP') ? (
          <EventButton event="PRINT_SLIP" icon="printer" look="main">
            {words.printAgain}
          </EventButton>
        ) : null}
      </div>
    </section>
  );
}

function Notice({ children }: { readonly children: string }) {
  return (
    <p class="notice">
      <Icon name="info" />
      <span>{children}</span>
    </p>
  );
}

export function Attract({ centre, journeys, health, notices, recovered }: Props) {
  const words = texts();
  const otherLanguage = shown.value?.chrome.language === 'en' ? 'zh-CN' : 'en';
  const elder = shown.value?.chrome.textSize !== 'normal';
  const blocks: Block[] = [
    ...(recovered === undefined ? [] : [{ key: 'recovered', body: <Recovered {...recovered} /> }]),
    ...(startedOver.value && recovered === undefined
      ? [{ key: 'startedOver', body: <Notice>{words.startedOver}</Notice> }]
      : []),
    ...notices.map((notice) => ({ key: notice, body: <Notice>{notice}</Notice> })),
    ...journeys.map((journey) => ({
      key: journey.id,
      body: <Option option={journey} act="START" onPress={() => send('START', { flow: journey.id })} />,
    })),
  ];
  return (
    <main class="stage attract" data-screen="attract" tabIndex={-1}>
      <div class="say">
        <p class="centre">
          <Seal />
          <span>{centre}</span>
        </p>
        <p class="health" data-health={health}>
          <Icon name={healthIcons[health]} />
          <span>{words.health[health]}</span>
        </p>
        <h1>{words.attractAsk}</h1>
      </div>
      <div class="work">
        <Pages blocks={blocks} class="journeys" />
      </div>
      <div class="actions">
        <Button
          icon="size"
          act="elder"
          pressed={elder}
          onPress={() => prefer({ textSize: elder ? 'normal' : 'largest' })}
        >
          {elder ? words.elderOff : words.elderOn}
        </Button>
        <Button icon="globe" act="otherLanguage" onPress={() => prefer({ language: otherLanguage })}>
          <span lang={otherLanguage}>{words.otherLanguage}</span>
        </Button>
      </div>
    </main>
  );
}
