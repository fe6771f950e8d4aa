import { type FlowGraph, graphOf } from '../check/graph.ts';
import type { FlowFiles } from '../check/read-flow.ts';
import type { FlowState } from '../language.ts';
import { kindOf, labelOf, panelsOf } from './layout.ts';
import { svgOf } from './svg.ts';

export const pageFiles = { page: 'README.md', chart: 'statechart.svg' } as const;

/** The flow's page and chart: the same bytes for the same flow, on every machine. */
export function drawFlow({ definition, texts }: FlowFiles): { readonly page: string; readonly chart: string } {
  const graph = graphOf(definition);
  const say = (key: string) => `${cell(texts['zh-CN'][key] ?? key)} · ${cell(texts.en[key] ?? key)}`;
  const { id, version, title, detail, needs, steps, machine } = definition;
  const list = (names: readonly string[]) =>
    names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : 'nothing';
  const page = `<!-- Written by \`window24 flow draw\` from flow.json and the texts. Do not edit. -->
# ${say(title)}

${say(detail)}

Flow \`${id}\`, version ${version}. Needs ${list([...needs.devices, ...needs.services])}; uses, where the terminal has it,
${list(needs.optional)}.

## Steps

| # | step | shown as |
|---|---|---|
${steps.map((step, n) => `| ${n + 1} | \`${step.id}\` | ${say(step.title)} |`).join('\n')}

## States

![Statechart of ${id}](${pageFiles.chart})

From every state that can be left, LEAVE ends the journey and wipes the session; it is not drawn. Grey lines in a state are
its ways back. *Ways on* are written event → state, with the condition in brackets.

| state | step | what happens | ways on |
|---|---|---|---|
${graph.states.map((name) => row(name, machine.states[name] ?? {}, graph, say, kindOf(name, definition))).join('\n')}
`;
  const titles = new Map(
    steps.map(({ id: step, title: key }) => [step, `${texts['zh-CN'][key] ?? key}  ${texts.en[key] ?? key}`]),
  );
  const chart = svgOf(panelsOf(definition, graph), `${id} ${version}`, titles);
  return { page, chart };
}

function row(name: string, state: FlowState, graph: FlowGraph, say: (key: string) => string, kind: string): string {
  const screen = state.meta?.screen;
  const words = [screen?.ask, screen?.say].find((each) => typeof each === 'string');
  const happens = [
    screen
      ? `\`${screen.use}\`${typeof words === 'string' ? ` ${say(words)}` : ''}`
      : kind === 'final'
        ? 'the end'
        : 'passed at once',
    state.invoke
      ? `${kind === 'effect' ? '**effect** ' : ''}\`${state.invoke.src}\` within \`${state.invoke.input.within}\``
      : '',
  ].filter((each) => each !== '');
  const ways = graph.outOf(name).map((edge) => `${cell(labelOf(edge))} → \`${edge.to}\``);
  return `| \`${name}\` | ${state.meta?.step ?? ''} | ${happens.join('<br>')} | ${ways.join('<br>')} |`;
}

/** Fit for a table of Markdown. */
function cell(text: string): string {
  return text.replace(/[|\\<>\r\n]/g, (each) =>
    each === '|' ? '\\|' : each === '\\' ? '\\\\' : each === '<' ? '&lt;' : each === '>' ? '&gt;' : ' ',
  );
}
