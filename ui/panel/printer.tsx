import type { PanelDevice, PanelSlip } from '../../runtime/server/protocol.ts';
import { act } from './connection.ts';
import { DeviceHead, Faults } from './device.tsx';

interface Props {
  readonly device: PanelDevice;
  readonly slips: readonly PanelSlip[];
}

/** The printer with its last slips as pictures, newest at the mouth. */
export function Printer({ device, slips }: Props) {
  return (
    <section class="printer">
      <DeviceHead device={device} />
      <div class="mouth">
        <button type="button" class="small" onClick={() => act({ act: 'feed' })}>
          走纸 Feed
        </button>
        <button type="button" class="small" onClick={() => act({ act: 'newRoll' })}>
          装新纸卷 New roll
        </button>
      </div>
      <div class="slips">
        {slips.length === 0 && (
          <p class="empty">
            还没有出过凭条 <small>No slip yet</small>
          </p>
        )}
        {slips.map((slip) => (
          <Slip key={slip.n} slip={slip} />
        ))}
      </div>
      <Faults device={device} />
    </section>
  );
}

function Slip({ slip }: { readonly slip: PanelSlip }) {
  const { n, bytes, cut, voided, at } = slip;
  // The address changes with what was printed, so that a strip which still hangs out is drawn anew.
  const picture = `/api/slips/${n}.png?bytes=${bytes}&cut=${cut}`;
  return (
    <figure class={cut ? 'slip' : 'slip hanging'}>
      <a href={picture} target="_blank" rel="noreferrer">
        <img src={picture} alt={`凭条 slip ${n}`} />
      </a>
      <figcaption>
        {cut ? `${n} · ${clockTime(at)}` : '还没切断 not cut yet'}
        {voided && <b class="voided">作废 void</b>}
      </figcaption>
    </figure>
  );
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('zh-CN', { hour12: false });
}
