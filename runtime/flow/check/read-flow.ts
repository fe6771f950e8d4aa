import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '../../../drivers/contract/result.ts';
import { type FlowDefinition, type FlowTexts, flowSchema, textsSchema } from '../language.ts';
import { graphOf } from './graph.ts';

/** Files of a published flow come from outside: their size and depth are bounded before anything looks inside. */
const fileLimit = 512 * 1024;
const depthLimit = 40;
/** A flow that people can still read has a fifth of this; the rules' work grows with the square of it. */
const sizeLimits = { states: 300, transitions: 2000, 'data keys': 100 } as const;
/** Enough to see what is wrong; a hostile file could have millions. */
const issueLimit = 50;

export interface FlowFiles {
  readonly definition: FlowDefinition;
  readonly texts: { readonly 'zh-CN': FlowTexts; readonly en: FlowTexts };
}
export interface FileProblem {
  readonly rule: 'file' | 'schema';
  readonly state: string | null;
  readonly sentence: string;
}

/** Reads the three files of a flow's folder; an error lists what is wrong with each. */
export async function readFlow(directory: string): Promise<Result<FlowFiles, readonly FileProblem[]>> {
  const problems: FileProblem[] = [];
  const definition = await readChecked(directory, 'flow.json', flowSchema, problems);
  const chinese = await readChecked(directory, 'zh-CN.json', textsSchema, problems);
  const english = await readChecked(directory, 'en.json', textsSchema, problems);
  if (!definition || !chinese || !english) return err(problems);
  const sizes = {
    states: Object.keys(definition.machine.states).length,
    transitions: graphOf(definition).edges.length,
    'data keys': Object.keys(definition.data.properties).length,
  };
  for (const [what, most] of Object.entries(sizeLimits)) {
    const size = sizes[what as keyof typeof sizes];
    if (size > most)
      problems.push({
        rule: 'schema',
        state: null,
        sentence: `flow.json: ${size} ${what}; a flow has at most ${most}.`,
      });
  }
  if (problems.length > 0) return err(problems);
  return ok({ definition, texts: { 'zh-CN': chinese, en: english } });
}

async function readChecked<T>(
  directory: string,
  file: string,
  schema: z.ZodType<T>,
  problems: FileProblem[],
): Promise<T | null> {
  const refuse = (sentence: string): null => {
    problems.push({ rule: 'file', state: null, sentence: `${file}: ${sentence}` });
    return null;
  };
  let text: string;
  try {
    const path = join(directory, file);
    const { size } = await stat(path);
    if (size > fileLimit) return refuse(`the file has ${size} bytes; a flow has at most ${fileLimit}.`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    return refuse(`the file cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  if (depthOf(text) > depthLimit) return refuse(`the file is nested deeper than ${depthLimit} levels.`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(`the file is not JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues.slice(0, issueLimit)) {
    const [, , name] = issue.path;
    const state = issue.path[0] === 'machine' && typeof name === 'string' ? name : null;
    problems.push({
      rule: 'schema',
      state,
      sentence: `${file}: ${issue.path.join('.') || 'the file'}: ${issue.message}.`,
    });
  }
  return null;
}

/** Deepest nesting of brackets outside strings, found without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let n = 0; n < text.length; n++) {
    const character = text[n];
    if (character === '\\' && quoted) n++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
