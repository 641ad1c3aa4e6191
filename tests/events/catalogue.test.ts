import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventSchemas } from '../../cli/generate-schemas.ts';
import { catalogue } from '../../events/catalogue.ts';
import type { EventDefinition } from '../../events/define.ts';
import { RecordedEvent } from '../../events/envelope.ts';
import { openEvent } from '../../events/read.ts';

const definitions: readonly EventDefinition[] = catalogue;
const root = join(import.meta.dirname, '..', '..');
const fixtures = join(import.meta.dirname, 'fixtures');

const Fixture = z.strictObject({
  type: z.string(),
  schemaVersion: z.int().positive(),
  data: z.record(z.string(), z.json()),
  personal: z.record(z.string(), z.json()).nullable(),
});

function fixture(type: string, version: number): z.infer<typeof Fixture> {
  return Fixture.parse(JSON.parse(readFileSync(join(fixtures, `${type}.v${version}.json`), 'utf8')));
}

const sealed = { alg: 'A256GCM', iv: '', ciphertext: '', tag: '', commitment: '' } as const;

function recorded(from: z.infer<typeof Fixture>): RecordedEvent {
  return RecordedEvent.parse({
    id: '0190f0f0-0000-7000-8000-000000000001',
    stream: 'applicant-0190f0f0-0000-7000-8000-000000000001',
    version: 7,
    type: from.type,
    schemaVersion: from.schemaVersion,
    occurredAt: '2026-11-22T10:00:00.000Z',
    recordedAt: '2026-11-22T10:00:00.100Z',
    actor: { kind: 'system', id: 'test' },
    correlationId: 'test',
    causationId: null,
    data: from.data,
    sealed: from.personal === null ? null : sealed,
  });
}

const everyVersion = definitions.flatMap((definition) =>
  Array.from({ length: definition.version }, (_, index) => ({ type: definition.type, version: index + 1, definition })));

describe('every version of every event', () => {
  it.each(everyVersion)('G-5: $type v$version has a frozen fixture that opens', ({ type, version, definition }) => {
    const frozen = fixture(type, version);
    expect(frozen).toMatchObject({ type, schemaVersion: version });
    const opened = openEvent(recorded(frozen), frozen.personal);
    expect(opened).toMatchObject({ type, version: 7 });
    expect(opened.personal === null).toBe(definition.personal === null);
  });

  it.each(everyVersion)('$type v$version opens also after its personal fields are gone', ({ type, version }) => {
    expect(openEvent(recorded(fixture(type, version)), null)).toMatchObject({ type, personal: null });
  });

  it('has no fixture left over', () => {
    expect(readdirSync(fixtures).toSorted()).toEqual(everyVersion.map(({ type, version }) => `${type}.v${version}.json`).toSorted());
  });
});

describe('the newest version of every event', () => {
  it.each(definitions)('$type: its fixture has every field the definition has, so that a new field needs a new version', (definition) => {
    const { data, personal } = fixture(definition.type, definition.version);
    expect(Object.keys(data).toSorted()).toEqual(fieldsOf(definition.data));
    expect(personal === null ? null : Object.keys(personal).toSorted()).toEqual(definition.personal === null ? null : fieldsOf(definition.personal));
  });

  it.each(definitions)('$type: reading changes nothing of what was recorded', (definition) => {
    const frozen = fixture(definition.type, definition.version);
    const opened = openEvent(recorded(frozen), frozen.personal);
    expect({ data: opened.data, personal: opened.personal }).toEqual({ data: frozen.data, personal: frozen.personal });
  });
});

describe('the catalogue', () => {
  it('has each type once, in words that say what happened', () => {
    const types = definitions.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    for (const { type, summary } of definitions) {
      expect(type).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(summary).toMatch(/[.]$/);
    }
  });

  it('has JSON Schemas that are fresh (npm run generate)', () => {
    const stale = [...eventSchemas()].flatMap(([path, text]) => (readFileSync(join(root, path), 'utf8') === text ? [] : [path]));
    expect(stale).toEqual([]);
  });

  it('has a JSON Schema for every version, and none besides', () => {
    expect(readdirSync(join(root, 'schema', 'events')).toSorted()).toEqual(everyVersion.map(({ type, version }) => `${type}.v${version}.json`).toSorted());
  });
});

/** Open fields whose names sound personal and are not: results of comparisons, hashes, handles. */
const harmless: ReadonlySet<string> = new Set(['claimedName', 'documentName', 'executionName', 'documentNumberHash', 'emailHash', 'personalDataIncluded']);
const personal = /name|e-?mail|address|phone|birth|gender|^sex$|nationality|surname|^note$|statement|wording|registrationNumber|documentNumber|mrzLines|^lines$|^fields$|^text$|response|photo|plain/i;

describe('open data', () => {
  it.each(definitions)('$type: no field is personal by its name', ({ data }) => {
    const found = properties(z.toJSONSchema(data)).filter(({ name, schema }) => personal.test(name) && !harmless.has(name) && !isComparison(schema));
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  it.each(definitions)('$type: no field has room for free text', ({ data }) => {
    const strings = properties(z.toJSONSchema(data)).flatMap(({ name, schema }) => (isOpenEnded(schema) ? [name] : []));
    expect(strings).toEqual([]);
  });

  it('would be caught if a name were put there', () => {
    const data = z.strictObject({ surname: z.string(), nested: z.strictObject({ email: z.string() }) });
    const found = properties(z.toJSONSchema(data)).filter(({ name }) => personal.test(name));
    expect(found.map(({ name }) => name)).toEqual(['surname', 'email']);
    expect(found.every(({ schema }) => isOpenEnded(schema))).toBe(true);
  });
});

function fieldsOf(schema: z.ZodType): string[] {
  const described = z.toJSONSchema(schema);
  return Object.keys(described.properties ?? {}).toSorted();
}

type Schema = { readonly [key: string]: unknown };

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every property of a JSON Schema at any depth, with its own schema. */
function properties(schema: unknown): { name: string; schema: Schema }[] {
  if (Array.isArray(schema)) return schema.flatMap(properties);
  if (!isSchema(schema)) return [];
  const own = isSchema(schema['properties'])
    ? Object.entries(schema['properties']).flatMap(([name, value]) => (isSchema(value) ? [{ name, schema: value }] : []))
    : [];
  return [...own, ...Object.values(schema).flatMap(properties)];
}

/** The result of a comparison of names says which rule fired and never a name. */
function isComparison(schema: Schema): boolean {
  const options = Array.isArray(schema['anyOf']) ? schema['anyOf'] : [schema];
  return options.every((option) => isSchema(option) && (option['type'] === 'null' || 'evidence' in Object(option['properties'])));
}

function isOpenEnded(schema: Schema): boolean {
  const options: unknown[] = Array.isArray(schema['anyOf']) ? schema['anyOf'] : [schema['type'] === 'array' ? schema['items'] : schema];
  return options.some((option) => isSchema(option) && option['type'] === 'string'
    && !['enum', 'const', 'pattern', 'format', 'maxLength'].some((bound) => bound in option));
}
