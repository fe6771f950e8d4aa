import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '../drivers/contract/result.ts';
import { type Config, configSchema } from './schema.ts';

/** One thing wrong with a configuration: where, what, and what to do. */
export interface ConfigProblem {
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

/**
 * Reads and checks a kiosk configuration. All problems come back at once. Relative state directories are taken from
 * the folder the command was called in.
 */
export async function loadConfig(file: string): Promise<Result<Config, readonly ConfigProblem[]>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return err([
      { path: file, problem: `cannot be read: ${reason(error)}`, hint: 'Give the path of a file from config/kiosks/.' },
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return err([
      {
        path: file,
        problem: `is not JSON: ${reason(error)}`,
        hint: 'Look at the place named; a missing comma or quote is usual.',
      },
    ]);
  }
  return parseConfig(json);
}

/** Checks a configuration that is already JSON. */
export function parseConfig(json: unknown): Result<Config, readonly ConfigProblem[]> {
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) return err(parsed.error.issues.flatMap(problemsOf));
  const config = parsed.data;
  return ok({ ...config, stateDirectory: resolve(config.stateDirectory) });
}

/** A path of the configuration that may be relative to the state directory. */
export function inState(config: Config, path: string): string {
  return isAbsolute(path) ? path : resolve(config.stateDirectory, path);
}

/** One line a problem, for a person. */
export function describeProblems(file: string, problems: readonly ConfigProblem[]): string {
  const lines = problems.map((each) => `  ${each.path || '(top)'}: ${each.problem}\n      → ${each.hint}`);
  return `${file} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:\n${lines.join('\n')}\n`;
}

function problemsOf(issue: z.core.$ZodIssue): ConfigProblem[] {
  const path = issue.path.map(String).join('.');
  const at = (key: string) => (path ? `${path}.${key}` : key);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: at(key),
      problem: 'is not a setting',
      hint: 'Check the spelling against config/schema.ts, or remove it.',
    }));
  return [{ path, problem: issue.message, hint: hintFor(issue) }];
}

function hintFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Give ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}${issue.expected === 'object' ? ' in braces' : ''}.`;
    case 'invalid_value':
      return `Choose one of: ${issue.values.map((value) => JSON.stringify(value)).join(', ')}.`;
    case 'invalid_union':
      return 'Compare with config/kiosks/demo.json.';
    case 'too_big':
      return `At most ${issue.maximum}.`;
    case 'too_small':
      return `At least ${issue.minimum}.`;
    case 'custom':
      return String(issue.params?.hint ?? 'Compare with config/kiosks/demo.json.');
    default:
      return 'Compare with config/kiosks/demo.json.';
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
