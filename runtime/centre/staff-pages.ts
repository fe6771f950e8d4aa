import type { Item } from '../catalogue/item.ts';
import type { CasePayload, Queue } from './api.ts';
import type { CaseEvent, CaseSummary } from './cases.ts';
import type { StoredEvaluation } from './evaluations.ts';
import { type Html, html } from './html.ts';
import { nextStates } from './states.ts';
import { actorWords, stateWords } from './wording.ts';

const pictureTypes: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/svg+xml'];

/** Whether the staff's browser shows it; everything else is saved as a file. */
export function isPicture(contentType: string): boolean {
  return pictureTypes.includes(contentType);
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/staff.css"></head>
<body>${body}</body></html>`.text;
}

/** Local time in the country's zone, to the second. */
function time(at: number): Html {
  const words = new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}">${words}</time>`;
}

function code(text: string): Html {
  return html`<span class="code">${text.slice(0, -8)}<b>${text.slice(-8)}</b></span>`;
}

function state(given: CaseSummary['state']): Html {
  return html`<span class="state ${given}">${stateWords[given]['zh-CN']}</span>`;
}

export function listPage(
  rows: readonly { summary: CaseSummary; item: Item | null }[],
  queues: readonly Queue[],
): string {
  const cases = rows.map(
    ({ summary, item }) => html`<tr>
      <td><a href="/cases/${summary.caseId}">${code(summary.code)}</a></td>
      <td>${item?.title['zh-CN'] ?? summary.taskCode}</td>
      <td>${state(summary.state)}</td>
      <td>${time(summary.receivedAt)}</td>
      <td>${summary.terminal}</td>
      <td class="number">${summary.receiptNumber}</td></tr>`,
  );
  const table = html`<table><thead><tr><th>办件编号</th><th>事项</th><th>状态</th><th>收件时间</th><th>终端</th>
    <th>回执号</th></tr></thead><tbody>${cases}</tbody></table>`;
  const waiting = queues.map(
    (queue) => html`<li><b>${queue.waiting}</b> ${queue.title['zh-CN']}${queue.open ? '' : '（未开）'}</li>`,
  );
  return page(
    '收件',
    html`<header><h1>收件 <small>Received</small></h1><ul class="queues">${waiting}</ul></header>
    <main>${rows.length > 0 ? table : html`<p class="empty">还没有收到办件。终端提交后会出现在这里，请刷新。</p>`}</main>`,
  );
}

interface CaseView {
  readonly summary: CaseSummary;
  readonly item: Item | null;
  readonly payload: CasePayload;
  readonly events: readonly CaseEvent[];
  readonly evaluation: StoredEvaluation | null;
}

export function casePage(view: CaseView): string {
  const { summary, item } = view;
  return page(
    `办件 ${summary.code.slice(-8)}`,
    html`<header><p><a href="/">← 收件</a></p>
      <h1>${item?.title['zh-CN'] ?? summary.taskCode} ${state(summary.state)}</h1>
      <p>${code(summary.code)}</p></header>
    <main class="case"><section><h2>申请人</h2>${holderFacts(view.payload)}
      <h2>情形与表单</h2>${facts(formFacts(view))}
      <h2>材料</h2><div class="materials">${materials(view)}</div></section>
    <aside><h2>经过</h2><ol class="events">${view.events.map(eventLine)}</ol>
      ${moves(summary)}
      <h2>收件</h2>${facts([
        ['回执号', summary.receiptNumber],
        ['终端', summary.terminal],
        ['提交次数', String(summary.commits)],
      ])}${evaluationFacts(view.evaluation)}</aside></main>`,
  );
}

function facts(rows: readonly (readonly [string, string])[]): Html {
  return html`<dl>${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function holderFacts(payload: CasePayload): Html {
  const { holder } = payload;
  return facts([
    ['姓名', holder.name],
    ['证件号码', holder.number],
    ['来源', holder.source === 'card' ? '身份证芯片' : '本人输入'],
    ...Object.entries(holder.details ?? {}),
  ]);
}

function formFacts({ payload, item }: CaseView): readonly (readonly [string, string])[] {
  const scenario = Object.entries(payload.scenario).map(([id, answer]) => {
    const asked = item?.scenarios.find((each) => each.id === id);
    const option = asked?.options.find((each) => each.id === answer);
    return [asked?.ask['zh-CN'] ?? id, option?.title['zh-CN'] ?? answer] as const;
  });
  const form = Object.entries(payload.form).map(([name, value]) => {
    const field = item?.form.find((each) => each.name === name);
    const option = field?.options?.find((each) => each.id === value);
    return [field?.label['zh-CN'] ?? name, option?.title['zh-CN'] ?? value] as const;
  });
  const { id, address, phone } = payload.delivery;
  const way = item?.delivery.find((each) => each.id === id)?.title['zh-CN'] ?? id;
  return [...scenario, ...form, ['取件方式', [way, address, phone].filter(Boolean).join(' · ')]];
}

/** What a terminal adds to the materials that the item names. */
const ownMaterials: Readonly<Record<string, string>> = { signature: '签名', portrait: '身份证芯片照片' };

function materials({ summary, payload, item }: CaseView): readonly Html[] {
  return payload.materials.map((material) => {
    const found = item?.materials.find((each) => each.id === material.id);
    const name = found?.title['zh-CN'] ?? ownMaterials[material.id] ?? material.id;
    const address = `/cases/${summary.caseId}/materials/${material.n}`;
    const shown = isPicture(material.contentType)
      ? html`<img src="${address}" alt="${name}" loading="lazy">`
      : html`<span class="file">存为文件 ${material.contentType}</span>`;
    return html`<figure><a href="${address}">${shown}</a>
      <figcaption>${name} · 第 ${material.page} 页</figcaption></figure>`;
  });
}

function eventLine(event: CaseEvent): Html {
  const note = event.note ? html`<p>${event.note['zh-CN']}</p>` : null;
  return html`<li>${state(event.state)} ${time(event.at)} <small>${actorWords[event.actor]}</small>${note}</li>`;
}

function moves(summary: CaseSummary): Html {
  const buttons = nextStates(summary.state)
    .filter(({ to }) => to !== 'evaluated')
    .map(
      ({ to, by }) =>
        html`<button name="to" value="${to}">${stateWords[to]['zh-CN']}<small>${actorWords[by]}</small></button>`,
    );
  if (buttons.length === 0) return html``;
  return html`<h2>下一步</h2><form method="post" action="/cases/${summary.caseId}/state">${buttons}</form>`;
}

function evaluationFacts(evaluation: StoredEvaluation | null): Html {
  if (!evaluation) return html``;
  return html`<h2>评价</h2>${facts([
    ['满意度', `${evaluation.level} / 5`],
    ['原因', evaluation.reasons.join('、') || '无'],
    ['留言', evaluation.text ?? '无'],
  ])}`;
}

/** Warm paper white, ink blue; vermilion for refusal alone, green for what is done. */
export const staffStyle = `
:root { --paper: #faf7f0; --sheet: #fffdf8; --ink: #12305c; --text: #1d2430; --quiet: #4d5666; --line: #d9d2c3; --done: #1e5e34; --seal: #a3271a; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px 32px 64px; background: var(--paper); color: var(--text); font: 16px/1.6 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
a { color: var(--ink); }
h1 { margin: 8px 0; font-size: 28px; color: var(--ink); }
h2 { margin: 28px 0 8px; font-size: 17px; color: var(--ink); border-bottom: 1px solid var(--line); padding-bottom: 4px; }
small { color: var(--quiet); font-weight: 400; }
table { width: 100%; border-collapse: collapse; background: var(--sheet); border: 1px solid var(--line); }
th, td { text-align: left; padding: 10px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
td:not(:nth-child(2)) { white-space: nowrap; }
.code { font-size: 14px; letter-spacing: .02em; color: var(--quiet); } .code b { color: var(--ink); font-size: 16px; }
.state { display: inline-block; padding: 0 10px; border: 1px solid currentColor; border-radius: 4px; color: var(--ink); font-size: 15px; font-weight: 600; vertical-align: middle; white-space: nowrap; }
.state.refused, .state.pre_returned, .state.supplement_required { color: var(--seal); }
.state.closed, .state.collected, .state.evaluated { color: var(--done); }
.queues { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0 0 20px; padding: 0; list-style: none; color: var(--quiet); } .queues b { color: var(--ink); font-size: 20px; }
.empty { padding: 48px; text-align: center; background: var(--sheet); border: 1px dashed var(--line); color: var(--quiet); }
.case { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 0 48px; }
dl { margin: 0; } dl div { display: grid; grid-template-columns: 9em 1fr; gap: 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.materials { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 16px; }
figure { margin: 0; } .file { display: grid; place-items: center; height: 150px; padding: 12px; text-align: center; border: 1px dashed var(--line); } img { display: block; width: 100%; height: 150px; object-fit: contain; background: var(--sheet); border: 1px solid var(--line); }
.events { margin: 0; padding: 0; list-style: none; } .events li { padding: 10px 0; border-bottom: 1px solid var(--line); } .events p { margin: 4px 0 0; }
form { display: grid; gap: 8px; }
button { display: flex; justify-content: space-between; align-items: center; min-height: 48px; padding: 8px 16px; font: inherit; font-weight: 600; color: var(--ink); background: var(--sheet); border: 1px solid var(--ink); border-radius: 4px; cursor: pointer; }
button:hover { background: var(--ink); color: var(--sheet); } button:hover small { color: inherit; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
@media (max-width: 900px) { .case { grid-template-columns: 1fr; } }
`;
