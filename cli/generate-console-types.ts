import { readdir, readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** Writes data/generated.ts, the console's view of schema/: run by `npm run generate`, held fresh by a test. */
const schemas = new URL('../schema/', import.meta.url);
const target = new URL('../console/data/generated.ts', import.meta.url);

const JsonSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
});
type JsonSchema = z.infer<typeof JsonSchema>;

const Content = z.record(z.string(), z.object({ schema: z.unknown().optional() }));
const Operation = z.looseObject({
  summary: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: z.unknown() })).default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});
type Operation = z.infer<typeof Operation>;
const OpenApi = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
const EventSchema = z.looseObject({ title: z.string(), properties: z.looseObject({ data: z.unknown(), personal: z.unknown() }) });

/** The TypeScript type of a JSON Schema, as far as our documents use it; what it does not know is `unknown`. */
export function typeOf(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'unknown';
  const parsed = JsonSchema.parse(schema);
  const { $ref, enum: values, const: constant, anyOf, oneOf, allOf, type } = parsed;
  // What refers to itself inside an event's schema is JSON of any shape.
  if ($ref !== undefined) return $ref.startsWith('#/components/') ? ($ref.split('/').at(-1) ?? 'unknown') : 'unknown';
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf !== undefined || oneOf !== undefined) return unionOf((anyOf ?? oneOf ?? []).map(typeOf));
  if (allOf !== undefined) return allOf.map((each) => `(${typeOf(each)})`).join(' & ');
  if (Array.isArray(type)) return unionOf(type.map((each) => typeNamed(each, parsed)));
  return type === undefined ? 'unknown' : typeNamed(type, parsed);
}

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ');

function typeNamed(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      if (schema.prefixItems !== undefined) return `readonly [${schema.prefixItems.map(typeOf).join(', ')}]`;
      return `readonly (${typeOf(schema.items)})[]`;
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    default:
      return 'unknown';
  }
}

function objectOf({ properties, required, additionalProperties }: JsonSchema): string {
  const entries = Object.entries(properties ?? {});
  if (entries.length === 0) return `Readonly<Record<string, ${additionalProperties === undefined ? 'unknown' : typeOf(additionalProperties)}>>`;
  return `{ ${entries.map(([name, value]) => `readonly ${keyOf(name)}${required.includes(name) ? '' : '?'}: ${typeOf(value)}`).join('; ')} }`;
}

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function operationOf({ parameters, requestBody, responses }: Operation): string {
  const given = (where: string): string | null => {
    const wanted = parameters.filter((each) => each.in === where);
    // A caller that leaves a filter out says undefined; that is what a query string makes of it.
    const fields = wanted.map((each) => `readonly ${keyOf(each.name)}${each.required ? '' : '?'}: ${typeOf(each.schema)}${each.required ? '' : ' | undefined'}`);
    return fields.length === 0 ? null : `{ ${fields.join('; ')} }`;
  };
  const body = requestBody === undefined ? null : bodyOf(requestBody.content);
  const done = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const answers = done.map(([, { content }]) => content?.['application/json']?.schema).filter((schema) => schema !== undefined).map(typeOf);
  return `{ params: ${given('path') ?? 'null'}; query: ${given('query') ?? 'null'}; body: ${body ?? 'null'}; answer: ${answers.length === 0 ? 'null' : unionOf(answers)} }`;
}

function bodyOf(content: z.infer<typeof Content>): string {
  const json = content['application/json'];
  return json === undefined ? 'FormData' : typeOf(json.schema);
}

/** The whole text of data/generated.ts. */
export async function generateTypes(): Promise<string> {
  const { paths, components } = OpenApi.parse(JSON.parse(await readFile(new URL('openapi.json', schemas), 'utf8')));
  const files = (await readdir(new URL('events/', schemas))).filter((name) => name.endsWith('.json'));
  const newest = new Map(files.toSorted(byVersion).map((name) => [name.split('.')[0] ?? name, name]));
  const events = await Promise.all([...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(async ([, name]) =>
    EventSchema.parse(JSON.parse(await readFile(new URL(`events/${name}`, schemas), 'utf8')))));
  return [
    '// Made by cli/generate-console-types.ts from schema/openapi.json and schema/events/. Not for editing: npm run generate.',
    ...Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`),
    '',
    '/** Every operation of the API by method and path below /api/v1. */',
    'export interface Operations {',
    ...Object.entries(paths).flatMap(([path, methods]) => {
      if (!path.startsWith('/api/v1/')) return [];
      return Object.entries(methods).map(([method, operation]) => `  '${method.toUpperCase()} ${path.slice('/api/v1'.length)}': ${operationOf(operation)};`);
    }),
    '}',
    '',
    '/** What each event says, in the newest version of its schema: older ones are brought up to it when they are read. */',
    'export interface EventBodies {',
    ...events.map(({ title, properties }) => `  ${title}: { readonly data: ${typeOf(properties.data)}; readonly personal: ${typeOf(properties.personal)} };`),
    '}',
    '',
  ].join('\n');
}

const versionOf = (file: string): number => Number(/\.v(\d+)\./.exec(file)?.[1] ?? 0);
const byVersion = (a: string, b: string): number => versionOf(a) - versionOf(b);

if (import.meta.main) await writeFile(target, await generateTypes());
