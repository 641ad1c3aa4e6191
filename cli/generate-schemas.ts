import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { catalogue } from '../events/catalogue.ts';
import type { EventDefinition } from '../events/define.ts';

/** The files of schema/events by path under the project's folder: one JSON Schema (2020-12) an event's newest version. */
export function eventSchemas(definitions: readonly EventDefinition[] = catalogue): ReadonlyMap<string, string> {
  return new Map(definitions.map((definition) => [
    `schema/events/${definition.type}.v${definition.version}.json`,
    `${JSON.stringify(schemaOf(definition), null, 2)}\n`,
  ]));
}

/** Writes them. Files of older versions stay as they are: events recorded so are there for ever. */
export async function writeEventSchemas(folder: string): Promise<number> {
  const files = eventSchemas();
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return files.size;
}

function schemaOf({ type, version, summary, data, personal }: EventDefinition): object {
  const open = withoutDialect(data);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:kyc-ledger:event:${type}:v${version}`,
    title: type,
    description: summary,
    type: 'object',
    properties: {
      type: { const: type },
      schemaVersion: { const: version },
      data: open,
      personal: personal === null
        ? { type: 'null', description: 'This event has no personal fields.' }
        : { description: 'Sealed where it is stored; null once the subject is erased.', anyOf: [withoutDialect(personal), { type: 'null' }] },
    },
    required: ['type', 'schemaVersion', 'data', 'personal'],
    additionalProperties: false,
  };
}

function withoutDialect(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

if (import.meta.main) console.log(`${await writeEventSchemas(join(import.meta.dirname, '..'))} event schemas written`);
