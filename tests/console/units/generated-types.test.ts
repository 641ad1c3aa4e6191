import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generateTypes, typeOf } from '../../../cli/generate-console-types.ts';

test('the console is typed by the API and the events as they are now (npm run generate writes the types anew)', async () => {
  expect(await readFile(new URL('../../../console/data/generated.ts', import.meta.url), 'utf8')).toBe(await generateTypes());
});

test.each([
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['PASS', 'FAIL'] }, '"PASS" | "FAIL"'],
  [{ $ref: '#/components/schemas/Me' }, 'Me'],
  [{ $ref: '#/$defs/__schema0' }, 'unknown'],
  [{ type: 'array', items: { anyOf: [{ const: 7 }, { type: 'null' }] } }, 'readonly (7 | null)[]'],
  [{ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] }, 'readonly [number, string]'],
  [{ type: 'object', properties: { a: { type: 'string' }, 'b-c': { type: 'boolean' } }, required: ['a'] }, '{ readonly a: string; readonly "b-c"?: boolean }'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'Readonly<Record<string, string>>'],
])('%j becomes %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});
