import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { icons, type Language, languages } from '../server/protocol.ts';
import { type FlowDefinition, type FlowTexts, flowSchema, textsSchema } from './language.ts';
import { inspectFlow, screenPaths } from './validate.ts';
import { type FlowScreenName, screenParams } from './vocabulary.ts';

/** A flow fit to run: its definition and its texts in every language. */
export interface Flow {
  readonly id: string;
  readonly definition: FlowDefinition;
  readonly texts: Readonly<Record<Language, FlowTexts>>;
}

/** One thing that is wrong: the file, the path within it, and words. */
export interface FlowProblem {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

/** Reads flows/<id>/: flow.json, zh-CN.json, en.json. An error lists every problem found, not the first. */
export async function loadFlow(directory: string): Promise<Result<Flow, readonly FlowProblem[]>> {
  const problems: FlowProblem[] = [];
  const definition = await parsed(directory, 'flow.json', flowSchema, problems);
  const chinese = await parsed(directory, 'zh-CN.json', textsSchema, problems);
  const english = await parsed(directory, 'en.json', textsSchema, problems);
  if (!definition || !chinese || !english) return err(problems);
  const texts = { 'zh-CN': chinese, en: english };
  const missing = (key: string) => languages.filter((language) => !Object.hasOwn(texts[language], key));
  for (const found of inspectFlow(definition)) problems.push({ file: 'flow.json', ...found });
  for (const { key, path } of textKeysOf(definition)) {
    for (const language of missing(key)) {
      problems.push({
        file: `${language}.json`,
        path: key,
        message: `The text is missing; flow.json names it at ${path}.`,
      });
    }
  }
  if (!(icons as readonly string[]).includes(definition.icon)) {
    problems.push({
      file: 'flow.json',
      path: 'icon',
      message: `"${definition.icon}" is none of: ${icons.join(', ')}.`,
    });
  }
  if (problems.length > 0) return err(problems);
  return ok({ id: definition.id, definition: withDefaults(definition), texts });
}

/** Screen parameters as the vocabulary's schemas complete them. */
function withDefaults(definition: FlowDefinition): FlowDefinition {
  const states = Object.entries(definition.machine.states).map(([name, state]) => {
    if (!state.meta) return [name, state] as const;
    const { params } = screenParams[state.meta.screen.use as FlowScreenName];
    return [name, { ...state, meta: { ...state.meta, screen: params.parse(state.meta.screen) } }] as const;
  });
  return { ...definition, machine: { ...definition.machine, states: Object.fromEntries(states) } };
}

/** Loads the named flows from the folder that holds one folder a flow. */
export async function loadFlows(
  directory: string,
  ids: readonly string[],
): Promise<Result<readonly Flow[], readonly FlowProblem[]>> {
  const flows: Flow[] = [];
  const problems: FlowProblem[] = [];
  for (const id of ids) {
    const loaded = await loadFlow(join(directory, id));
    if (!loaded.ok) problems.push(...loaded.error.map((each) => ({ ...each, file: `${id}/${each.file}` })));
    else if (loaded.value.id !== id) {
      problems.push({ file: `${id}/flow.json`, path: 'id', message: `"${loaded.value.id}" is not the folder's name.` });
    } else flows.push(loaded.value);
  }
  return problems.length > 0 ? err(problems) : ok(flows);
}

async function parsed<T>(
  directory: string,
  file: string,
  schema: z.ZodType<T>,
  problems: FlowProblem[],
): Promise<T | null> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(join(directory, file), 'utf8'));
  } catch (error) {
    problems.push({ file, path: '', message: error instanceof Error ? error.message : String(error) });
    return null;
  }
  const checked = schema.safeParse(data);
  if (checked.success) return checked.data;
  for (const issue of checked.error.issues) problems.push({ file, path: issue.path.join('.'), message: issue.message });
  return null;
}

/** Every text key that the flow names: its title, steps, helps, and whatever its screens say. */
function textKeysOf(flow: FlowDefinition): { key: string; path: string }[] {
  const keys = [
    { key: flow.title, path: 'title' },
    { key: flow.detail, path: 'detail' },
    ...flow.steps.map((step, n) => ({ key: step.title, path: `steps.${n}.title` })),
  ];
  for (const [name, state] of Object.entries(flow.machine.states)) {
    const at = `machine.states.${name}.meta`;
    for (const key of state.meta?.help ?? []) keys.push({ key, path: `${at}.help` });
    for (const [param, value] of Object.entries(state.meta?.screen ?? {})) {
      if (param !== 'use' && !screenPaths.includes(param)) collectKeys(value, `${at}.screen.${param}`, keys);
    }
  }
  return keys;
}

/** Text keys are the only dotted strings of screen parameters that are no paths. */
function collectKeys(value: unknown, path: string, keys: { key: string; path: string }[]): void {
  if (typeof value === 'string') {
    if (value.includes('.')) keys.push({ key: value, path });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value))
      if (!screenPaths.includes(key)) collectKeys(each, `${path}.${key}`, keys);
  }
}
