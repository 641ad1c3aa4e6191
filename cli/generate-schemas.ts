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

/** As one schema, so that what `data` and `personal` refer to ($defs) stands where references look for it. */
function schemaOf({ type, version, summary, data, personal }: EventDefinition): object {
  const { $schema, ...schema } = z.toJSONSchema(z.strictObject({
    type: z.literal(type),
    schemaVersion: z.literal(version),
    data,
    personal: personal === null
      ? z.null().describe('This event has no personal fields.')
      : personal.nullable().describe('Sealed where it is stored; null once the subject is erased.'),
  }));
  return { $schema, $id: `urn:kyc-ledger:event:${type}:v${version}`, title: type, description: summary, ...schema };
}

if (import.meta.main) console.log(`${await writeEventSchemas(join(import.meta.dirname, '..'))} event schemas written`);
