import type { SlipDocument, SlipElement } from '../../drivers/contract/receipt-printer.ts';
import type { Item } from '../catalogue/item.ts';
import type { Language } from '../server/protocol.ts';
import { isRecord, localise, read } from './context.ts';
import type { FlowTexts } from './language.ts';
import { mask } from './masking.ts';
import { instant } from './moments.ts';
import type { TerminalIdentity } from './ports.ts';
import type {
  SlipCondition,
  SlipLine,
  SlipTemplateDefinition,
  SlipTitle,
  SlipValue,
  SlipWords,
} from './slip-template.ts';

/** What a slip is filled with besides its data. */
export interface SlipOptions {
  readonly language: Language;
  readonly item?: Item;
  /** Answers to the item's scenario questions, by question. */
  readonly scenario?: Readonly<Record<string, string>>;
  /** Printed before: the slip is marked 补打. */
  readonly repeat: boolean;
  readonly terminal: TerminalIdentity;
  readonly now: Date;
}

/** Characters of a printed code: six groups of four fit the narrowest paper (32 columns). */
const groupLength = 4;
const groupsPerLine = 6;

/**
 * Fills a slip template. Pure. Lines whose value is missing are left out, so that a slip never shows an empty promise;
 * a text that the language lacks is a broken invariant, which loading the templates excludes.
 */
export function renderSlip(
  template: SlipTemplateDefinition,
  texts: FlowTexts,
  data: Readonly<Record<string, unknown>>,
  options: SlipOptions,
): SlipDocument {
  const model = modelOf(data, options);
  const pen = new Pen(texts, options.language);
  const elements = template.elements.flatMap((element) => {
    if (element.when && !holds(element.when, model)) return [];
    if (element.kind !== 'list') return pen.line(element, model);
    const list = look(element.of, model);
    if (!Array.isArray(list)) return [];
    return list.flatMap((each) =>
      element.each.flatMap((line) => {
        const scope = { ...model, each };
        return line.when && !holds(line.when, scope) ? [] : pen.line(line, scope);
      }),
    );
  });
  return { title: pen.text(titleKey(template.title, model)), elements };
}

function titleKey(title: SlipTitle, model: Model): string {
  if (typeof title === 'string') return title;
  return title.find((each) => !each.when || holds(each.when, model))?.text ?? '';
}

type Model = Readonly<Record<string, unknown>>;

function modelOf(data: Readonly<Record<string, unknown>>, options: SlipOptions): Model {
  const { item, language, scenario = {} } = options;
  const applies = (when: { readonly scenario: string; readonly anyOf: readonly string[] } | undefined) =>
    !when || when.anyOf.includes(scenario[when.scenario] ?? '');
  const materials = item?.materials.filter((each) => applies(each.when)) ?? [];
  const model = {
    data,
    item,
    papers: materials.filter((each) => each.camera === 'document'),
    portraits: materials.filter((each) => each.camera === 'face'),
    answers:
      item?.scenarios.flatMap(({ id, ask, options: choices }) => {
        const chosen = choices.find((choice) => choice.id === scenario[id]);
        return chosen ? [{ ask, answer: chosen.title }] : [];
      }) ?? [],
    terminal: options.terminal,
    now: options.now.toISOString(),
    repeat: options.repeat,
  };
  const localised = localise(model, language);
  return isRecord(localised) ? localised : {};
}

function look(path: string, model: Model): unknown {
  return read(path, { context: model, event: { type: '' } });
}

function holds({ path, is }: SlipCondition, model: Model): boolean {
  const value = look(path, model);
  if (is !== undefined) return value === is;
  return Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== null && value !== '' && value !== false;
}

/** Writes single lines in one language. */
class Pen {
  readonly #texts: FlowTexts;
  readonly #language: Language;

  constructor(texts: FlowTexts, language: Language) {
    this.#texts = texts;
    this.#language = language;
  }

  text(key: string): string {
    const text = this.#texts[key];
    if (text === undefined) throw new Error(`invariant broken: slip text ${key} is missing`);
    return text;
  }

  line(line: SlipLine, model: Model): SlipElement[] {
    switch (line.kind) {
      case 'text': {
        const text = this.#words(line.text, model);
        const { align, size, bold } = line;
        return text === ''
          ? []
          : [{ kind: 'text', text, ...(align && { align }), ...(size && { size }), ...(bold && { bold }) }];
      }
      case 'row': {
        const [label, value] = [this.#words(line.label, model), this.#words(line.value, model)];
        return value === '' ? [] : [{ kind: 'row', label, value, ...(line.bold && { bold: true }) }];
      }
      case 'qr': {
        const data = this.#value(line.data, model);
        const caption = line.caption ? this.#words(line.caption, model) : '';
        return data === '' ? [] : [{ kind: 'qr', data, ...(caption && { caption }) }];
      }
      case 'code':
        return codeLines(this.#value(line.code, model)).map((text) => ({ kind: 'text', text, align: 'centre' }));
      case 'rule':
        return [{ kind: 'rule' }];
      case 'feed':
        return [{ kind: 'feed', lines: line.lines }];
    }
  }

  /** Empty where a value that it speaks of is missing. */
  #words(words: SlipWords, model: Model): string {
    if (typeof words === 'string') return this.text(words);
    if ('path' in words) return this.#value(words, model);
    const values = new Map(Object.entries(words.with).map(([name, value]) => [name, this.#value(value, model)]));
    if ([...values.values()].includes('')) return '';
    return this.text(words.text).replace(/\{(\w+)\}/g, (whole, name) => values.get(name) ?? whole);
  }

  #value({ path, as }: SlipValue, model: Model): string {
    const value = look(path, model);
    const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
    if (text === '' || as === 'text') return text;
    if (as === 'dateTime') return instant(Date.parse(text))[this.#language];
    return mask(text, as);
  }
}

function codeLines(code: string): string[] {
  const groups = code.match(new RegExp(`.{1,${groupLength}}`, 'gu')) ?? [];
  const lines: string[] = [];
  for (let n = 0; n < groups.length; n += groupsPerLine) lines.push(groups.slice(n, n + groupsPerLine).join(' '));
  return lines;
}
