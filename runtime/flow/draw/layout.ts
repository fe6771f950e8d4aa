import { graphlib, layout } from '@dagrejs/dagre';
import { type Edge, type FlowGraph, pathsFromStart } from '../check/graph.ts';
import type { FlowDefinition } from '../language.ts';
import { type ServiceName, services } from '../vocabulary.ts';

/** What a state is to the citizen: decide, wait, wait for what cannot be taken back, pass, be done; or in another panel. */
export type NodeKind = 'screen' | 'wait' | 'effect' | 'passing' | 'final' | 'elsewhere';

export interface DrawnNode {
  readonly name: string;
  readonly kind: NodeKind;
  /** Lines below the name: the screen, the service, and the ways back. */
  readonly notes: readonly { readonly text: string; readonly tone: 'plain' | 'return' | 'failed' }[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface DrawnArrow {
  readonly kind: 'go' | 'failed';
  readonly labels: readonly string[];
  readonly points: readonly Point[];
  /** Centre of the label. */
  readonly label: Point;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** The states of one step of the journey, drawn by themselves. */
export interface Panel {
  /** Id of the step. */
  readonly step: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly DrawnNode[];
  readonly arrows: readonly DrawnArrow[];
}

export const sizes = { name: 15, note: 12, label: 12, line: 1.35 } as const;

/** Width of a text in pixels, by rule of thumb: the same on every machine, whatever fonts it has. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += /[\u2e80-\uffff]/.test(character) ? size : size * 0.58;
  return Math.ceil(width);
}

/**
 * One panel a step, each laid out from top to bottom the way it is walked. Where a way on leads to another step its
 * target stands there as a signpost, and ways back are lines of words in their state: arrows across a whole journey and
 * back can be drawn, but not followed.
 */
export function panelsOf(definition: FlowDefinition, graph: FlowGraph): readonly Panel[] {
  const steps = stepsOf(definition, graph);
  return definition.steps.map(({ id }) => {
    const own = graph.states.filter((name) => steps.get(name) === id);
    return panelOf(id, own, steps, definition, graph);
  });
}

/** States that show nothing belong to the step from which they are first entered; the end belongs to all. */
function stepsOf(definition: FlowDefinition, graph: FlowGraph): ReadonlyMap<string, string> {
  const steps = new Map<string, string>();
  let last = definition.steps[0]?.id ?? '';
  for (const [name, path] of pathsFromStart(graph)) {
    if (graph.finals.has(name)) continue;
    const before = steps.get(path.at(-2) ?? '') ?? last;
    last = definition.machine.states[name]?.meta?.step ?? before;
    steps.set(name, last);
  }
  return steps;
}

function panelOf(
  step: string,
  own: readonly string[],
  steps: ReadonlyMap<string, string>,
  definition: FlowDefinition,
  graph: FlowGraph,
): Panel {
  const paths = pathsFromStart(graph);
  const order = definition.steps.map((each) => each.id);
  const place = (state: string) => order.indexOf(steps.get(state) ?? '') * 1000 + (paths.get(state)?.length ?? 0);
  const all = merged(graph).filter(({ from }) => own.includes(from));
  const returning = ({ from, to }: Arrow) => to === from || (!graph.finals.has(to) && place(to) < place(from));
  // Each way out of the panel has a signpost of its own beside its state.
  const arrows = all
    .filter((arrow) => !returning(arrow))
    .map((arrow) => ({ ...arrow, at: own.includes(arrow.to) ? arrow.to : `${arrow.from} ${arrow.to}` }));
  const sheet = new graphlib.Graph<object, LaidNode, LaidEdge>({ multigraph: true });
  sheet.setGraph({ rankdir: 'TB', nodesep: 40, ranksep: 30, edgesep: 24, marginx: 20, marginy: 16 });
  const boxes = new Map(
    own.map((name) => [name, boxOf(name, definition, all.filter((each) => each.from === name).filter(returning))]),
  );
  for (const { to, at } of arrows) if (!boxes.has(at)) boxes.set(at, signpost(to, definition));
  for (const [name, box] of boxes) sheet.setNode(name, { ...box });
  arrows.forEach(({ from, at, kind, labels }, n) => {
    const width = Math.max(...labels.map((label) => textWidth(label, sizes.label))) + 10;
    const height = labels.length * sizes.label * sizes.line;
    sheet.setEdge(from, at, { width, height, labelpos: 'c', weight: kind === 'failed' ? 1 : 3, minlen: 1 }, String(n));
  });
  layout(sheet);
  const { width = 0, height = 0 } = sheet.graph() as { width?: number; height?: number };
  return {
    step,
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: [...boxes].map(([at, box]) => {
      const { x, y } = sheet.node(at) as Point;
      return { ...box, x, y };
    }),
    arrows: arrows.map(({ from, at, kind, labels }, n) => {
      const { points, x, y } = sheet.edge(from, at, String(n)) as Point & { points: Point[] };
      return { kind, labels, points, label: { x, y } };
    }),
  };
}

/** Stands for a state of another panel, or for the end. */
function signpost(name: string, definition: FlowDefinition): Box {
  const kind = kindOf(name, definition) === 'final' ? 'final' : 'elsewhere';
  return { name, kind, notes: [], width: textWidth(name, sizes.name) + 30, height: 30 };
}

type Box = Omit<DrawnNode, 'x' | 'y'>;

interface LaidNode {
  width: number;
  height: number;
}
interface LaidEdge {
  width: number;
  height: number;
  labelpos: 'c';
  weight: number;
  minlen: number;
}

function boxOf(name: string, definition: FlowDefinition, returns: readonly Arrow[]): Box {
  const state = definition.machine.states[name];
  const facts = [state?.meta?.screen.use, state?.invoke?.src].filter((each) => each !== undefined);
  const notes = [
    ...facts.map((text) => ({ text, tone: 'plain' as const })),
    ...returns.map(({ labels, to, kind }) => ({
      text: `${labels.join(', ')} \u21a9 ${to}`,
      tone: kind === 'failed' ? ('failed' as const) : ('return' as const),
    })),
  ];
  const widest = Math.max(textWidth(name, sizes.name), ...notes.map(({ text }) => textWidth(text, sizes.note)));
  const height = sizes.name * sizes.line + notes.length * sizes.note * sizes.line;
  return { name, kind: kindOf(name, definition), notes, width: widest + 28, height: Math.ceil(height) + 16 };
}

/** How a state is drawn. */
export function kindOf(name: string, definition: FlowDefinition): NodeKind {
  const state = definition.machine.states[name];
  if (state?.type === 'final') return 'final';
  if (state?.always) return 'passing';
  const src = state?.invoke?.src;
  if (src === undefined || state?.meta?.screen.use !== 'wait') return 'screen';
  return Object.hasOwn(services, src) && services[src as ServiceName].effect ? 'effect' : 'wait';
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: DrawnArrow['kind'];
  readonly labels: readonly string[];
}

/** One arrow for all transitions of a kind between two states. */
function merged(graph: FlowGraph): readonly Arrow[] {
  const arrows = new Map<string, { from: string; to: string; kind: DrawnArrow['kind']; labels: string[] }>();
  for (const edge of graph.edges) {
    const kind = edge.kind === 'failed' ? 'failed' : 'go';
    const key = `${edge.from} ${edge.to} ${kind}`;
    const arrow = arrows.get(key) ?? { from: edge.from, to: edge.to, kind, labels: [] };
    arrows.set(key, arrow);
    const label = labelOf(edge);
    if (!arrow.labels.includes(label)) arrow.labels.push(label);
  }
  return [...arrows.values()];
}

/** The event, and in brackets what must hold. */
export function labelOf({ kind, label, transition: { guard } }: Edge): string {
  const word = kind === 'always' ? '' : label;
  const condition = guard ? `[${conditionOf(guard.type, guard.params ?? {})}]` : '';
  return [word, condition].filter((each) => each !== '').join(' ') || 'else';
}

function conditionOf(type: string, params: Readonly<Record<string, unknown>>): string {
  if (type === 'is') return `${String(params.path).replace(/^event\./, '')} = ${String(params.equals)}`;
  if (type === 'exists') return `${String(params.path).replace(/^event\./, '')} is there`;
  if (type === 'failedWith' && Array.isArray(params.code)) {
    const [first, second, ...more] = params.code.map(String);
    return [first, second, more.length > 0 ? '…' : undefined].filter((each) => each !== undefined).join(', ');
  }
  if (type === 'hasMore') return `more ${String(params.list)}`;
  if (type === 'hasNext') return `several ${String(params.list)}`;
  return type;
}
