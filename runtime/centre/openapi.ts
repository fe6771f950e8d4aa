import { z } from 'zod';
import { problem } from './api.ts';
import { commonProblems, type Operation, operations } from './operations.ts';
import { type ProblemKind, problems } from './problems.ts';

type Json = { readonly [key: string]: unknown };

/** The OpenAPI 3.1 description of the centre, generated from the schemas that the centre validates with. */
export function openApi(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [id, operation] of Object.entries(operations) as [string, Operation][]) {
    const method = operation.method.toLowerCase();
    paths[operation.path] = { ...paths[operation.path], [method]: describe(id, operation) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'One-window centre',
      version: '1.0.0',
      description: 'What self-service terminals ask of a government service centre.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        terminal: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            '`Window24 <compact JWS>`, ES256 by the key of the terminal over {iss: terminal, htm: method, htu: path, body: SHA-256 of the body in hexadecimal}.',
        },
      },
    },
  };
}

function describe(id: string, operation: Operation): Json {
  return {
    operationId: id,
    summary: operation.about,
    security: operation.signed ? [{ terminal: [] }] : [],
    parameters: [...pathParameters(operation), ...headerParameters(operation)],
    ...(operation.body ? { requestBody: requestBody(operation.body) } : {}),
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: schemaOf(operation.answer, 'output') } },
      },
      ...(id === 'items' ? { 304: { description: 'Nothing changed' } } : {}),
      ...problemAnswers([...operation.problems, ...commonProblems(operation)]),
    },
  };
}

function pathParameters(operation: Operation): readonly Json[] {
  const shape = operation.parameters?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
}

function headerParameters(operation: Operation): readonly Json[] {
  if (!operation.body) return [];
  const schema = { type: 'string', minLength: 1, maxLength: 200 };
  return [{ name: 'Idempotency-Key', in: 'header', required: true, schema }];
}

function requestBody(body: NonNullable<Operation['body']>): Json {
  return {
    required: true,
    content:
      body.kind === 'json'
        ? { 'application/json': { schema: schemaOf(body.schema, 'input') } }
        : { 'application/octet-stream': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } } },
  };
}

function problemAnswers(kinds: readonly ProblemKind[]): Json {
  const byStatus = new Map<number, Set<ProblemKind>>();
  for (const kind of kinds) {
    const { status } = problems[kind];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(kind));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: [...names].join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** JSON Schema of a zod schema. Answers may grow fields later, so theirs are not closed. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return rest;
}
