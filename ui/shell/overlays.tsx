/** What may lie over a screen: help, the question before leaving, the countdown, and the line being remade. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chrome } from '../../runtime/server/protocol.ts';
import { Button } from '../components/button.tsx';
import { type Block, Pages, sentences } from '../components/pages.tsx';
import { countdown, draftText, keep, moreTime, send } from '../state.ts';
import { texts } from '../texts.ts';

interface OverlayProps {
  readonly name: string;
  readonly title: string;
  readonly urgent?: boolean;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

function Overlay({ name, title, urgent = false, children, actions }: OverlayProps) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const content = (
    <>
      <div class="say">
        <h2>{title}</h2>
      </div>
      {children === undefined ? null : <div class="work">{children}</div>}
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </>
  );
  return (
    <div class="overlay" data-overlay={name}>
      {urgent ? (
        <div ref={panel} class="stage" role="alertdialog" aria-modal="true" aria-label={title} tabIndex={-1}>
          {content}
        </div>
      ) : (
        <div ref={panel} class="stage" role="dialog" aria-modal="true" aria-label={title} tabIndex={-1}>
          {content}
        </div>
      )}
    </div>
  );
}

const close = () => keep({ over: '', overPage: 0 });

function Help({ chrome }: { readonly chrome: Chrome }) {
  const words = texts();
  const phone: Block = {
    key: 'phone',
    body: (
      <p class="phone">
        <span>{words.callUs}</span>
        <strong class="figures">{chrome.phone}</strong>
      </p>
    ),
  };
  const blocks = chrome.help.flatMap((paragraph, i) => sentences(paragraph, `help-${i}`));
  return (
    <Overlay
      name="help"
      title={words.helpTitle}
      actions={
        <Button look="main" icon="check" act="close" onPress={close}>
          {words.close}
        </Button>
      }
    >
      <Pages name="overPage" blocks={chrome.phone === '' ? blocks : [...blocks, phone]} class="prose" />
    </Overlay>
  );
}

function LeaveAsk() {
  const words = texts();
  return (
    <Overlay
      name="leave"
      title={words.leaveAsk}
      actions={
        <>
          <Button look="danger" icon="leave" act="LEAVE" onPress={() => send('LEAVE')}>
            {words.leaveNow}
          </Button>
          <Button look="main" icon="back" act="stay" onPress={close}>
            {words.stay}
          </Button>
        </>
      }
    >
      <p class="lead">{words.leaveDetail}</p>
    </Overlay>
  );
}

function Countdown({ endsAt, extensionsLeft }: { readonly endsAt: number; readonly extensionsLeft: number }) {
  const left = () => Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  }, [endsAt]);
  const words = texts();
  return (
    <Overlay
      name="countdown"
      title={words.stillThere}
      urgent
      actions={
        <>
          <Button icon="leave" act="LEAVE" onPress={() => send('LEAVE')}>
            {words.leaveNow}
          </Button>
          {extensionsLeft > 0 ? (
            <Button look="main" icon="check" act="moreTime" onPress={moreTime}>
              {words.moreTime}
            </Button>
          ) : null}
        </>
      }
    >
      <p class="seconds">
        <strong class="figures">{seconds}</strong> <span>{words.seconds}</span>
      </p>
      <p class="lead">{words.stillThereDetail}</p>
    </Overlay>
  );
}

export function OneMoment() {
  const words = texts();
  return (
    <Overlay name="oneMoment" title={words.oneMoment}>
      <p class="lead">{words.oneMomentDetail}</p>
    </Overlay>
  );
}

export function Occupied() {
  const words = texts();
  return (
    <Overlay name="occupied" title={words.occupied}>
      <p class="lead">{words.occupiedDetail}</p>
    </Overlay>
  );
}

/** True where something lies over the screen, which then takes no input. */
export function overlaid(): boolean {
  return countdown.value !== null || draftText('over') !== '';
}

export function Overlays({ chrome }: { readonly chrome: Chrome }) {
  if (countdown.value !== null) return <Countdown {...countdown.value} />;
  if (draftText('over') === 'help') return <Help chrome={chrome} />;
  return draftText('over') === 'leave' ? <LeaveAsk /> : null;
}
