import type { LineMode, PanelState } from '../../runtime/server/protocol.ts';
import { act } from './connection.ts';
import { clockTime } from './printer.tsx';
import { caseWords, lineWords } from './words.ts';

/** The wire between terminal and centre, drawn as it is, with its switch. */
export function Line({ mode }: { readonly mode: LineMode }) {
  const modes = Object.keys(lineWords) as LineMode[];
  return (
    <fieldset class={`line ${mode}`}>
      <legend>
        线路 <small>Line from terminal to centre</small>
      </legend>
      <svg viewBox="0 0 320 56" role="img" aria-label={`${lineWords[mode].zh} ${lineWords[mode].en}`}>
        <path class="box" d="M2 10h52v36H2zM266 10h52v36h-52z" />
        <text x="28" y="33">
          终端
        </text>
        <text x="292" y="33">
          中心
        </text>
        <path class="wire" d={wires[mode]} />
      </svg>
      <p class="about">
        {lineWords[mode].about.zh} <small>{lineWords[mode].about.en}</small>
      </p>
      <div class="modes">
        {modes.map((each) => (
          <label key={each}>
            <input type="radio" name="line" checked={each === mode} onChange={() => act({ act: 'line', mode: each })} />
            <span>
              {lineWords[each].zh}
              <small>{lineWords[each].en}</small>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const wires: Readonly<Record<LineMode, string>> = {
  up: 'M54 28H266',
  slow: 'M54 28h20M84 28h20M114 28h20M144 28h20M174 28h20M204 28h20M234 28h32',
  cut: 'M54 28h88M178 28h88M150 18l20 20M170 18l-20 20',
  stall: 'M54 28h96M150 16v24M162 16v24',
  nonsense: 'M54 28h40l12-12l16 26l16-30l16 30l16-28l16 24l12-10h68',
};

export function Cases({ cases }: { readonly cases: PanelState['cases'] }) {
  return (
    <>
      <h3>
        收到的办件 <small>Cases as received: {cases.length}</small>
      </h3>
      <ul class="arrivals">
        {cases.length === 0 && <li class="empty">还没有 none yet</li>}
        {cases.map((each) => (
          <li key={each.code}>
            <a href={each.url} target="_blank" rel="noreferrer">
              …{each.code.slice(-8)}
            </a>
            <span class="mark">{caseWords[each.state] ?? each.state}</span>
            <time>{clockTime(each.receivedAt)}</time>
            {each.commits > 1 && (
              <small>
                提交 {each.commits} 次 · sent {each.commits}×, one case
              </small>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Tickets({ tickets }: { readonly tickets: PanelState['tickets'] }) {
  return (
    <>
      <h3>
        取走的号 <small>Numbers taken: {tickets.length}</small>
      </h3>
      <ul class="numbers">
        {tickets.length === 0 && <li class="empty">还没有 none yet</li>}
        {tickets.slice(0, 12).map((each) => (
          <li key={`${each.number} ${each.at}`} class={each.waiting ? '' : 'called'}>
            {each.number}
          </li>
        ))}
      </ul>
    </>
  );
}
