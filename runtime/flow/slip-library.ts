import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type Language, languages } from '../server/protocol.ts';
import { type FlowTexts, textsSchema } from './language.ts';
import type { RenderSlip, SlipTemplate } from './ports.ts';
import { type SlipLine, type SlipTemplateDefinition, slipTemplateSchema } from './slip-template.ts';
import { renderSlip } from './slips.ts';
import { services } from './vocabulary.ts';

/** The slips a terminal can print: templates by name, and their texts. */
export interface SlipLibrary {
  readonly templates: Readonly<Record<SlipTemplate, SlipTemplateDefinition>>;
  readonly texts: Readonly<Record<Language, FlowTexts>>;
}

export interface SlipProblem {
  readonly file: string;
  readonly path: string;
  readonly problem: string;
}

const names = services['effect.printSlip'].input.shape.template.options;

/** Reads flows/slips/: one template a name of the vocabulary, and the texts of all. An error lists every problem. */
export async function loadSlips(directory: string): Promise<Result<SlipLibrary, readonly SlipProblem[]>> {
  const problems: SlipProblem[] = [];
  const texts = await readAll(directory, languages, textsSchema, problems);
  const templates = await readAll(directory, names, slipTemplateSchema, problems);
  if (texts && templates) {
    const used = new Set(names.flatMap((name) => [...slipTextKeys(templates[name])]));
    for (const language of languages) {
      for (const key of used) {
        if (!Object.hasOwn(texts[language], key))
          problems.push({ file: `${language}.json`, path: key, problem: 'A template names this text; it is missing.' });
      }
      for (const key of Object.keys(texts[language])) {
        if (!used.has(key))
          problems.push({ file: `${language}.json`, path: key, problem: 'No template names this text.' });
      }
    }
  }
  return texts && templates && problems.length === 0 ? ok({ texts, templates }) : err(problems);
}

/** The renderer that a flow's print service calls. `now` is wall time, milliseconds since the epoch. */
export function slipRenderer(library: SlipLibrary, now: () => number): RenderSlip {
  return (template, data, { language, item, scenario, repeat, terminal }) =>
    renderSlip(library.templates[template], library.texts[language], data, {
      language,
      ...(item && { item }),
      ...(scenario && { scenario }),
      repeat,
      terminal,
      now: new Date(now()),
    });
}

/** Keys of all texts that a template names. */
export function slipTextKeys(template: SlipTemplateDefinition): ReadonlySet<string> {
  const { title } = template;
  const keys = new Set(typeof title === 'string' ? [title] : title.map((each) => each.text));
  const visit = (line: SlipLine) => {
    const words = line.kind === 'text' ? [line.text] : line.kind === 'row' ? [line.label, line.value] : [];
    if (line.kind === 'qr' && line.caption) words.push(line.caption);
    for (const each of words) {
      if (typeof each === 'string') keys.add(each);
      else if ('text' in each) keys.add(each.text);
    }
  };
  for (const element of template.elements) {
    if (element.kind === 'list') element.each.forEach(visit);
    else visit(element);
  }
  return keys;
}

async function readAll<K extends string, T>(
  directory: string,
  files: readonly K[],
  schema: z.ZodType<T>,
  problems: SlipProblem[],
): Promise<Record<K, T> | null> {
  const entries: [K, T][] = [];
  for (const name of files) {
    const file = `${name}.json`;
    try {
      const parsed = schema.safeParse(JSON.parse(await readFile(join(directory, file), 'utf8')));
      if (parsed.success) entries.push([name, parsed.data]);
      else
        problems.push(
          ...parsed.error.issues.map((each) => ({ file, path: each.path.join('.'), problem: each.message })),
        );
    } catch (error) {
      problems.push({ file, path: '', problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return entries.length === files.length ? (Object.fromEntries(entries) as Record<K, T>) : null;
}
