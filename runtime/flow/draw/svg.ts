import { type DrawnArrow, type DrawnNode, type NodeKind, type Panel, type Point, sizes, textWidth } from './layout.ts';

/** Paper white, ink blue, seal vermilion: the colours of the screens. */
const ink = '#1b365d';
const vermilion = '#b3321f';
const quiet = '#565d68';
const fills: Readonly<Record<NodeKind, string>> = {
  screen: '#ffffff',
  wait: '#eef2f7',
  effect: '#fbeae6',
  passing: '#f6f1e4',
  final: '#e7f1ea',
  elsewhere: 'none',
};
const strokes: Readonly<Record<DrawnArrow['kind'], string>> = { go: ink, failed: vermilion };
const tones = { plain: '#3d4a5c', return: quiet, failed: vermilion } as const;

const headHeight = 34;
const gap = 14;
const margin = 16;

/** The statechart as one SVG, a panel a step, without scripts or fonts of its own. `titles` by step. */
export function svgOf(panels: readonly Panel[], title: string, titles: ReadonlyMap<string, string>): string {
  const width = Math.max(...panels.map((each) => each.width), 1180) + 2 * margin;
  let y = 44;
  const drawn = panels.map((panel, index) => {
    const top = y;
    y += headHeight + panel.height + gap;
    return panelAt(panel, `${index + 1}  ${titles.get(panel.step) ?? panel.step}`, top, width);
  });
  const height = Math.ceil(y);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="Noto Sans, Noto Sans CJK SC, Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    '<defs>',
    ...Object.entries(strokes).map(
      ([kind, colour]) =>
        `<marker id="head-${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 1 10 5 0 9z" fill="${colour}"/></marker>`,
    ),
    '</defs>',
    `<rect width="${width}" height="${height}" fill="#fdfbf6"/>`,
    ...legend(),
    ...drawn.flat(),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function panelAt(panel: Panel, title: string, top: number, width: number): string[] {
  const left = (width - panel.width) / 2;
  return [
    `<rect x="${margin}" y="${top}" width="${width - 2 * margin}" height="${headHeight + panel.height}" rx="8" fill="none" stroke="#d9d3c4"/>`,
    `<text x="${margin + 14}" y="${top + 24}" font-size="16" font-weight="600" fill="${ink}" xml:space="preserve">${escaped(title)}</text>`,
    `<g transform="translate(${n(left)} ${top + headHeight})">`,
    ...panel.arrows.map(arrowLine),
    ...panel.nodes.flatMap(box),
    ...panel.arrows.flatMap(arrowLabels),
    '</g>',
  ];
}

function legend(): string[] {
  const kinds: readonly (readonly [NodeKind, string])[] = [
    ['screen', 'the citizen decides'],
    ['wait', 'the machine works, within a limit'],
    ['effect', 'prints or submits: through the ledger'],
    ['passing', 'passed at once'],
    ['elsewhere', 'in another step'],
    ['final', 'the end'],
  ];
  let x = 24;
  return kinds.flatMap(([kind, words]) => {
    const at = x;
    x += 26 + textWidth(words, sizes.note) + 22;
    return [
      `<rect x="${at}" y="14" width="18" height="14" rx="3" fill="${fills[kind]}" stroke="${kind === 'effect' ? vermilion : ink}"${dashes(kind)}/>`,
      `<text x="${at + 26}" y="25" font-size="${sizes.note}" fill="${ink}">${escaped(words)}</text>`,
    ];
  });
}

function dashes(kind: NodeKind): string {
  if (kind === 'wait') return ' stroke-dasharray="5 3"';
  return kind === 'elsewhere' ? ' stroke-dasharray="1 4" stroke-linecap="round"' : '';
}

function box({ name, kind, notes, x, y, width, height }: DrawnNode): string[] {
  const [left, top] = [x - width / 2, y - height / 2];
  const colour = kind === 'effect' ? vermilion : ink;
  const radius = kind === 'passing' || kind === 'elsewhere' ? height / 2 : 6;
  const thick = kind === 'final' || kind === 'effect' ? 2.2 : 1.3;
  const lines = [
    `<rect x="${n(left)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" rx="${n(radius)}" fill="${fills[kind]}" stroke="${colour}" stroke-width="${thick}"${dashes(kind)}/>`,
  ];
  let baseline = notes.length > 0 ? top + 8 + sizes.name : y + sizes.name * 0.35;
  lines.push(
    `<text x="${n(x)}" y="${n(baseline)}" text-anchor="middle" font-size="${sizes.name}" font-weight="600" fill="${colour}">${escaped(name)}</text>`,
  );
  for (const { text, tone } of notes) {
    baseline += sizes.note * sizes.line;
    lines.push(
      `<text x="${n(x)}" y="${n(baseline)}" text-anchor="middle" font-size="${sizes.note}" fill="${tones[tone]}">${escaped(text)}</text>`,
    );
  }
  return lines;
}

function arrowLine({ kind, points }: DrawnArrow): string {
  const width = kind === 'go' ? 1.5 : 1.2;
  return `<path d="${curve(points)}" fill="none" stroke="${strokes[kind]}" stroke-width="${width}" marker-end="url(#head-${kind})"/>`;
}

/** Straight from point to point, every bend rounded; so it passes where its label stands. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${at(first)}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) parts.push(`L${at(point)}`);
    else parts.push(`L${at(towards(point, points[index] ?? point))}Q${at(point)} ${at(towards(point, next))}`);
  });
  return parts.join('');
}

/** A point on the way from a bend to its neighbour, where the rounding begins or ends. */
function towards(bend: Point, neighbour: Point): Point {
  const distance = Math.hypot(neighbour.x - bend.x, neighbour.y - bend.y);
  const share = distance === 0 ? 0 : Math.min(14, distance / 2) / distance;
  return { x: bend.x + (neighbour.x - bend.x) * share, y: bend.y + (neighbour.y - bend.y) * share };
}

/** Labels have paper behind them: an arrow that passes below stays legible. */
function arrowLabels({ kind, labels, label }: DrawnArrow): string[] {
  const line = sizes.label * sizes.line;
  const top = label.y - (labels.length * line) / 2;
  return labels.flatMap((text, index) => {
    const width = textWidth(text, sizes.label) + 6;
    const y = top + index * line;
    return [
      `<rect x="${n(label.x - width / 2)}" y="${n(y)}" width="${n(width)}" height="${n(line)}" fill="#fdfbf6" fill-opacity="0.88"/>`,
      `<text x="${n(label.x)}" y="${n(y + sizes.label)}" text-anchor="middle" font-size="${sizes.label}" fill="${strokes[kind]}">${escaped(text)}</text>`,
    ];
  });
}

function at({ x, y }: Point): string {
  return `${n(x)} ${n(y)}`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}
