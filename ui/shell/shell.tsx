/** What stands around every screen, the screen itself, and what lies over it. */
import { useEffect } from 'preact/hooks';
import type { ScreenMessage } from '../../runtime/server/protocol.ts';
import { link } from '../connection.ts';
import { ScreenView } from '../screens/screen-view.tsx';
import { live, shown } from '../state.ts';
import { Bar } from './bar.tsx';
import { Header } from './header.tsx';
import { Occupied, OneMoment, Overlays, overlaid } from './overlays.tsx';

/** The sentence a screen reader says when the screen changes. */
function sentenceOf(message: ScreenMessage): string {
  const { props } = message;
  if ('ask' in props) return props.ask;
  if ('say' in props) return props.say;
  return 'title' in props ? props.title : props.centre;
}

export function Shell() {
  const message = shown.value;
  const covered = message !== null && overlaid();
  useEffect(() => {
    // Only where the focus went down with the screen before: a field that took it keeps it.
    if (document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
  }, [message?.seq, covered]);

  if (link.value === 'occupied') return <Occupied />;
  const lost = link.value === 'lost';
  if (message === null) return lost ? <OneMoment /> : null;
  const { chrome } = message;
  return (
    <>
      <p class="unseen" aria-live="polite">
        {sentenceOf(message)}
      </p>
      <div class="shell" data-seq={message.seq} inert={lost || covered} data-live={live.value ? '' : undefined}>
        <Header journey={chrome.journey} notices={chrome.notices} />
        <ScreenView message={message} />
        <Bar chrome={chrome} />
      </div>
      {lost ? <OneMoment /> : <Overlays chrome={chrome} />}
    </>
  );
}
