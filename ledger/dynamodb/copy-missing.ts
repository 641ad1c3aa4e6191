import { type AttributeValue, type DynamoDBClient, ExecuteStatementCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { RecordCorrupt } from '../errors.ts';
import { read, write } from './answers.ts';
import { type TableId, tableNames } from './tables.ts';

export interface Copied {
  readonly table: TableId;
  readonly copied: number;
  /** Keys that were there, whatever is under them: nothing is overwritten. */
  readonly present: number;
}

/** What cannot be made again from anything else. */
const irreplaceable = ['events', 'event-hours', 'reservations', 'subject-keys'] as const satisfies readonly TableId[];
const COLUMN = /^\w+$/;

/**
 * Brings back from tables that were restored under another prefix what the live ones lack. It only inserts, with the
 * rights that appending needs: an event is never replaced, and a key that was destroyed stays so. Safe to repeat.
 */
export async function copyMissing(client: DynamoDBClient, from: string, to: string): Promise<readonly Copied[]> {
  const [source, target] = [tableNames(from), tableNames(to)];
  const all: Copied[] = [];
  for (const table of irreplaceable) all.push({ table, ...(await copyTable(client, source[table], target[table])) });
  return all;
}

async function copyTable(client: DynamoDBClient, from: string, to: string): Promise<{ readonly copied: number; readonly present: number }> {
  const count = { copied: 0, present: 0 };
  let next: Record<string, AttributeValue> | undefined;
  do {
    const scan = new ScanCommand({ TableName: from, ConsistentRead: true, ...(next !== undefined && { ExclusiveStartKey: next }) });
    const page = await read('reading a restored table', () => client.send(scan));
    for (const item of page.Items ?? []) {
      const answer = await write('putting back an item', () => client.send(insertOf(to, item)));
      count[answer.kind === 'written' ? 'copied' : 'present'] += 1;
    }
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  return count;
}

function insertOf(table: string, item: Record<string, AttributeValue>): ExecuteStatementCommand {
  const columns = Object.entries(item);
  if (columns.some(([name]) => !COLUMN.test(name))) throw new RecordCorrupt(`An item of the restored table for ${table}`);
  return new ExecuteStatementCommand({
    Statement: `INSERT INTO "${table}" VALUE {${columns.map(([name]) => `'${name}': ?`).join(', ')}}`,
    Parameters: columns.map(([, value]) => value),
  });
}
