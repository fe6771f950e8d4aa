import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { centrePaths } from '../../runtime/centre/api.ts';
import { operations } from '../../runtime/centre/operations.ts';
import { problemOf, problems } from '../../runtime/centre/problems.ts';
import { handClock, openStand, type Stand } from '../harness/centre-stand.ts';

interface Answer {
  readonly description: string;
  readonly content?: Record<string, { readonly schema: Record<string, unknown> }>;
}
interface Described {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Record<string, unknown> }> };
  readonly responses: Record<string, Answer>;
}
interface Description {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let stand: Stand;
let description: Description;
let described: Described[];

beforeAll(async () => {
  stand = await openStand(handClock(Date.parse('2026-11-23T02:00:00Z')));
  description = (await (await fetch(`${stand.centre.url}${centrePaths.openapi}`)).json()) as Description;
  described = Object.values(description.paths).flatMap((path) => Object.values(path));
});
afterAll(() => stand.close());

describe('the OpenAPI description', () => {
  it('is of 3.1 and names every path of the contract', () => {
    expect(description.openapi).toBe('3.1.0');
    const id = '{caseId}';
    const paths = Object.entries(centrePaths)
      .filter(([name]) => name !== 'openapi')
      .map(([, path]) => (typeof path === 'string' ? path : path(id, '{n}' as unknown as number)));
    expect(Object.keys(description.paths).sort()).toEqual(paths.sort());
  });

  it('has every operation once, with its answer and all its problems', () => {
    expect(described.map((each) => each.operationId).sort()).toEqual(Object.keys(operations).sort());
    for (const each of described) {
      const answer = each.responses['200']?.content?.['application/json']?.schema;
      expect(answer?.type ?? answer?.anyOf).toBeDefined();
      for (const [status, response] of Object.entries(each.responses)) {
        expect(response.description).not.toBe('');
        if (Number(status) >= 400)
          expect(response.content?.['application/problem+json']?.schema).toEqual({
            $ref: '#/components/schemas/Problem',
          });
      }
    }
    expect(description.components.schemas.Problem).toBeDefined();
  });

  it('describes bodies, path parameters and the key of whatever writes', () => {
    for (const [path, methods] of Object.entries(description.paths))
      for (const [method, each] of Object.entries(methods)) {
        const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        expect(each.parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(names);
        expect(each.requestBody !== undefined).toBe(method !== 'get');
        const keyed = each.parameters.some((one) => one.name === 'Idempotency-Key' && one.required);
        expect(keyed).toBe(method !== 'get');
        for (const body of Object.values(each.requestBody?.content ?? {}))
          expect(Object.keys(body.schema)).not.toHaveLength(0);
      }
  });

  it('asks for a signature everywhere but at health', () => {
    expect(described.filter((each) => each.security.length === 0).map((each) => each.operationId)).toEqual(['health']);
  });

  it('holds no reference that leads nowhere', () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);
    for (const reference of new Set(references)) expect(reference).toBe('#/components/schemas/Problem');
  });
});

describe('problems', () => {
  it('each have a sentence in both languages that does not speak in codes', () => {
    for (const kind of Object.keys(problems) as (keyof typeof problems)[]) {
      const { hint, status } = problemOf({ kind, detail: '' });
      expect(hint['zh-CN']).toMatch(/^[^A-Za-z]+。$/);
      expect(hint.en).toMatch(/^[A-Z][^0-9_]+\.$/);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
