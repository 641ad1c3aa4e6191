import { type AttributeValue, type DynamoDBClient, ExecuteStatementCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../events/envelope.ts';
import { read, write } from './answers.ts';
import { SHARDS, bucketOf, fromItem, hourOf } from './event-item.ts';
import type { TableNames } from './tables.ts';

const LOG = 'events';

/**
 * Notes the hours in which events are recorded. An hour is noted before its first event is written, so that a sweep
 * which follows the notes misses nothing; once an hour and process it costs one more insert.
 */
export class HourNotes {
  readonly #noted = new Set<string>();
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tables: TableNames) {
    this.#client = client;
    this.#table = tables['event-hours'];
  }

  has(time: string): boolean {
    return this.#noted.has(hourOf(time));
  }

  async note(time: string): Promise<void> {
    const hour = hourOf(time);
    const insert = new ExecuteStatementCommand({
      Statement: `INSERT INTO "${this.#table}" VALUE {'log': ?, 'hour': ?}`,
      Parameters: [{ S: LOG }, { S: hour }],
    });
    await write('noting the hour', () => this.#client.send(insert));
    this.#noted.add(hour);
  }
}

interface Placed {
  readonly at: string;
  readonly event: RecordedEvent;
}

/** One shard of one hour, read page by page. */
class ShardReader {
  buffer: Placed[] = [];
  done = false;
  readonly #query: (from: Record<string, AttributeValue> | undefined) => QueryCommand;
  readonly #client: DynamoDBClient;
  #next: Record<string, AttributeValue> | undefined;

  constructor(client: DynamoDBClient, table: string, bucket: string, since: string) {
    this.#client = client;
    this.#query = (from) =>
      new QueryCommand({
        TableName: table,
        IndexName: 'by-time',
        KeyConditionExpression: '#bucket = :bucket AND #at >= :since',
        ExpressionAttributeNames: { '#bucket': 'bucket', '#at': 'at' },
        ExpressionAttributeValues: { ':bucket': { S: bucket }, ':since': { S: since } },
        Limit: 500,
        ...(from !== undefined && { ExclusiveStartKey: from }),
      });
  }

  async fill(): Promise<void> {
    while (!this.done && this.buffer.length === 0) {
      const page = await read('reading by time', () => this.#client.send(this.#query(this.#next)));
      this.buffer = (page.Items ?? []).map((item) => ({ at: item['at']?.S ?? '', event: fromItem(item) }));
      this.#next = page.LastEvaluatedKey;
      this.done = this.#next === undefined;
    }
  }
}

/**
 * Every event whose place in the time index is at or after `since`, hour by hour, the shards of an hour merged.
 * The index of a table on AWS lags by moments, and clocks differ: a sweep starts a few minutes before where it ended.
 */
export async function* eventsSince(client: DynamoDBClient, tables: TableNames, since: string): AsyncGenerator<readonly RecordedEvent[]> {
  let from = hourOf(since);
  for (;;) {
    const hours = await notedHours(client, tables, from);
    if (hours.length === 0) return;
    for (const hour of hours) {
      const shards = Array.from({ length: SHARDS }, (_, shard) => new ShardReader(client, tables.events, bucketOf(hour, shard), since));
      yield* merge(shards);
    }
    // Hours that began while we were reading; `~` sorts after every character of an hour.
    from = `${hours.at(-1) ?? from}~`;
  }
}

async function* merge(shards: readonly ShardReader[]): AsyncGenerator<readonly RecordedEvent[]> {
  for (;;) {
    await Promise.all(shards.map((shard) => shard.fill()));
    // A shard with pages to come may go on right after what it has given: nothing later than that is settled yet.
    const open = shards.filter((shard) => !shard.done).map((shard) => shard.buffer.at(-1)?.at ?? '');
    const frontier = open.length === 0 ? null : open.reduce((least, at) => (at < least ? at : least));
    const batch: Placed[] = [];
    for (const shard of shards) {
      const end = frontier === null ? -1 : shard.buffer.findIndex((placed) => placed.at > frontier);
      batch.push(...shard.buffer.splice(0, end === -1 ? shard.buffer.length : end));
    }
    if (batch.length > 0) yield batch.toSorted(inOrder).map((placed) => placed.event);
    else if (frontier === null) return;
  }
}

function inOrder(a: Placed, b: Placed): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.event.stream < b.event.stream ? -1 : 1;
}

/** The hours noted at or after `from`, in order. */
export async function notedHours(client: DynamoDBClient, tables: TableNames, from: string): Promise<string[]> {
  const hours: string[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const query = new QueryCommand({
      TableName: tables['event-hours'],
      KeyConditionExpression: '#log = :log AND #hour >= :from',
      ExpressionAttributeNames: { '#log': 'log', '#hour': 'hour' },
      ExpressionAttributeValues: { ':log': { S: LOG }, ':from': { S: from } },
      ConsistentRead: true,
      ...(next !== undefined && { ExclusiveStartKey: next }),
    });
    const page = await read('reading the hours', () => client.send(query));
    hours.push(...(page.Items ?? []).flatMap((item) => item['hour']?.S ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  return hours;
}
