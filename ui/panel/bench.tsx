import { Cases, Line, Tickets } from './centre.tsx';
import { connected, state, trouble } from './connection.ts';
import { Printer } from './printer.tsx';
import { Reader } from './reader.tsx';

/** The bench desk: reader and cards, printer and slips, the line and what arrives at its end. */
export function Bench() {
  const now = state.value;
  if (!now) return <p class="waiting">正在连接模拟台 · Connecting to the bench…</p>;
  const reader = now.devices.find((each) => each.name === 'idCardReader');
  const printer = now.devices.find((each) => each.name === 'receiptPrinter');
  return (
    <>
      <header>
        <h1>
          模拟台 <small>Simulator bench</small>
        </h1>
        <p>
          终端 Terminal <b>{now.terminal.id}</b>
          <span class={now.terminal.registered ? 'mark done' : 'mark'}>
            {now.terminal.registered ? '已登记 registered' : '未登记 not registered yet'}
          </span>
        </p>
        <nav>
          {now.terminal.url && (
            <a href={now.terminal.url} target="_blank" rel="noreferrer">
              终端屏幕 Screen ↗
            </a>
          )}
          <a href={now.centre} target="_blank" rel="noreferrer">
            中心收件页 Centre ↗
          </a>
        </nav>
      </header>
      <div class="alerts" role="status">
        {!connected.value && <p class="alert">与模拟台失去联系，正在重连 · Lost the bench, reconnecting…</p>}
        {trouble.value && <p class="alert">{trouble.value}</p>}
      </div>
      <main>
        {reader && <Reader device={reader} cards={now.cards} card={now.card} />}
        {printer && <Printer device={printer} slips={now.slips} />}
        <section class="centre" aria-labelledby="centre-title">
          <h2 id="centre-title">
            中心 <small>Line and centre</small>
          </h2>
          <Line mode={now.line} />
          <Cases cases={now.cases} />
          <Tickets tickets={now.tickets} />
        </section>
      </main>
    </>
  );
}
