import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventSchemas } from '../../cli/generate-schemas.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const validator = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(validator);

const Published = z.looseObject({ properties: z.looseObject({ data: z.record(z.string(), z.unknown()) }) });

/** What others hold us to is read by others' tools: a validator that nobody here wrote. */
describe.each([...eventSchemas()])('%s', (path, text) => {
  const schema = Published.parse(JSON.parse(text));
  const validate = validator.compile(schema);
  const name = path.split('/').at(-1) ?? '';
  const fixture = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(fixtures, name), 'utf8')));

  it('takes the frozen example, also after its personal fields are gone', () => {
    expect([validate(fixture), validate.errors]).toEqual([true, null]);
    expect([validate({ ...fixture, personal: null }), validate.errors]).toEqual([true, null]);
  });

  it('refuses another type, another version, a field that nobody declared', () => {
    expect(validate({ ...fixture, type: 'Nothing' })).toBe(false);
    expect(validate({ ...fixture, schemaVersion: 99 })).toBe(false);
    expect(validate({ ...fixture, data: { ...z.record(z.string(), z.unknown()).parse(fixture['data']), name: 'Ada' } })).toBe(false);
  });
});

it('covers every frozen example of a newest version', () => {
  expect(readdirSync(fixtures)).toEqual(expect.arrayContaining([...eventSchemas().keys()].map((path) => path.split('/').at(-1))));
});
