import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createPool, sql } from 'slonik';
import { z } from 'zod';

/** What to look for, by a name that tells nothing: plain bytes, hex and base64 at every alignment. */
export type Needles = ReadonlyMap<string, readonly Buffer[]>;

export function needle(value: string | Buffer): Buffer[] {
  const bytes = Buffer.from(value);
  // Base64 of a text inside a longer one depends on where it begins, and its ends mix with what surrounds it.
  const aligned = [0, 1, 2].map((offset) => Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').slice(offset === 0 ? 0 : 4).replace(/=+$/, '').slice(0, -1));
  return [bytes, Buffer.from(bytes.toString('hex')), ...aligned.filter((text) => text.length >= 10).map((text) => Buffer.from(text))];
}

/** Texts as they may be written: as given, in capitals, in small letters. */
export function written(...texts: readonly string[]): Buffer[] {
  return [...new Set(texts.flatMap((text) => [text, text.toUpperCase(), text.toLowerCase()]))].flatMap((text) => needle(text));
}

function findIn(bytes: Buffer, where: string, needles: Needles): string[] {
  return Array.from(needles).flatMap(([name, forms]) => (forms.some((form) => bytes.includes(form)) ? [`${name} in ${where}`] : []));
}

/** Every file below a folder, whatever it is. */
export async function searchFiles(folder: string, needles: Needles): Promise<{ readonly files: number; readonly bytes: number; readonly found: readonly string[] }> {
  const found: string[] = [];
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    // A platform that runs replaces files meanwhile.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (content.length === 0) continue;
    found.push(...findIn(content, relative(folder, path), needles), ...findIn(Buffer.from(path), `the path ${relative(folder, path)}`, needles));
    files += 1;
    bytes += content.length;
  }
  return { files, bytes, found };
}

const Table = z.object({ schema: z.string(), name: z.string() });

/** Every row of every table of every schema, the server's own too. */
export async function searchPostgres(url: string, needles: Needles): Promise<{ readonly tables: number; readonly found: readonly string[] }> {
  const pool = await createPool(url, { maxPoolSize: 1 });
  try {
    const tables = await pool.any(sql.type(Table)`
      SELECT nspname AS schema, relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE relkind IN ('r', 'm') ORDER BY 1, 2`);
    const found: string[] = [];
    for (const { schema, name } of tables) {
      const rows = await pool.anyFirst(sql.unsafe`SELECT each::text FROM ${sql.identifier([schema, name])} AS each`);
      found.push(...findIn(Buffer.from(rows.join('\n')), `table ${schema}.${name}`, needles));
    }
    return { tables: tables.length, found };
  } finally {
    await pool.end();
  }
}

/** Every item of every DynamoDB table. */
export async function searchDynamo(endpoint: string, needles: Needles): Promise<{ readonly items: number; readonly found: readonly string[] }> {
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-2', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const found: string[] = [];
  let items = 0;
  try {
    for (const TableName of (await client.send(new ListTablesCommand({}))).TableNames ?? []) {
      let next: Record<string, never> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ...(next !== undefined && { ExclusiveStartKey: next }) }));
        for (const item of page.Items ?? []) {
          items += 1;
          const text = JSON.stringify(item, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value));
          found.push(...findIn(Buffer.from(text, 'latin1'), `DynamoDB ${TableName}`, needles));
        }
        next = page.LastEvaluatedKey as Record<string, never> | undefined;
      } while (next !== undefined);
    }
    return { items, found };
  } finally {
    client.destroy();
  }
}
