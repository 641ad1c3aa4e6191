import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  type DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../events/envelope.ts';
import { EventTooLarge, InvalidAppend, StoreUnavailable } from '../errors.ts';
import type { AppendResult, EventStore, Reservation, VersionRange } from '../event-store.ts';
import { type WriteAnswer, read, write } from './answers.ts';
import { type EventItem, INSERT_COLUMNS, fromItem, itemBytes, parameters, timeOf, toItem } from './event-item.ts';
import { type Insert, ReservationTable } from './reservations.ts';
import { StreamTips, type Tip } from './stream-tips.ts';
import type { TableNames } from './tables.ts';
import { HourNotes, eventsSince } from './time-order.ts';

export interface DynamoEventStoreOptions {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
}

/** How far the padding of the time index's sort key reaches. */
const MAX_VERSION = 9_999_999_999;
const MAX_TRANSACTION_ITEMS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const RESERVING_ATTEMPTS = 5;
const BEGINNING: Tip = { version: 0, time: '' };

/**
 * The event store on DynamoDB. Writes with PartiQL INSERT and nothing else, so that its role needs no permission that
 * could replace or remove an event.
 *
 * Why there is never a gap, without a read before each append: INSERT of version n+1 fails when n+1 is there, so a gap
 * could only come from n missing. An event is never removed; so having once seen n in the table (by loading it, or by
 * having written it) is enough for ever. Handlers load before they append, hence the check costs nothing; a caller that
 * never loaded pays one read.
 */
export function createDynamoEventStore({ client, tables }: DynamoEventStoreOptions): EventStore {
  const tips = new StreamTips();
  const hours = new HourNotes(client, tables);
  const reservationTable = new ReservationTable(client, tables.reservations);
  const insert = `INSERT INTO "${tables.events}" VALUE ${INSERT_COLUMNS}`;

  async function load(stream: string, range: VersionRange = {}): Promise<RecordedEvent[]> {
    const from = range.from ?? 1;
    const to = range.to ?? MAX_VERSION;
    if (to < from) return [];
    const events: RecordedEvent[] = [];
    let last: Record<string, AttributeValue> | undefined;
    let next: Record<string, AttributeValue> | undefined;
    do {
      const query = new QueryCommand({
        TableName: tables.events,
        KeyConditionExpression: '#stream = :stream AND #version BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#stream': 'stream', '#version': 'version' },
        ExpressionAttributeValues: { ':stream': { S: stream }, ':from': { N: String(from) }, ':to': { N: String(to) } },
        ConsistentRead: true,
        ...(next !== undefined && { ExclusiveStartKey: next }),
      });
      const page = await read('loading a stream', () => client.send(query));
      for (const item of page.Items ?? []) events.push(fromItem(item));
      last = page.Items?.at(-1) ?? last;
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    if (last !== undefined) learn(stream, last);
    return events;
  }

  function learn(stream: string, item: Record<string, AttributeValue>): Tip {
    const tip: Tip = { version: Number(item['version']?.N), time: timeOf(item['at']?.S ?? '') };
    tips.learn(stream, tip);
    return tip;
  }

  /** A tip at or past `expectedVersion`, or null when the stream does not reach that far. */
  async function tipAt(stream: string, expectedVersion: number): Promise<Tip | null> {
    if (expectedVersion === 0) return BEGINNING;
    const known = tips.get(stream);
    if (known !== undefined && known.version >= expectedVersion) return known;
    const get = new GetItemCommand({
      TableName: tables.events,
      Key: { stream: { S: stream }, version: { N: String(expectedVersion) } },
      ProjectionExpression: '#version, #at',
      ExpressionAttributeNames: { '#version': 'version', '#at': 'at' },
      ConsistentRead: true,
    });
    const { Item } = await read('looking for the expected version', () => client.send(get));
    return Item === undefined ? null : learn(stream, Item);
  }

  async function append(
    stream: string,
    expectedVersion: number,
    events: readonly RecordedEvent[],
    reservations: readonly Reservation[] = [],
  ): Promise<AppendResult> {
    checkAppend(stream, expectedVersion, events, reservations);
    const tip = await tipAt(stream, expectedVersion);
    if (tip === null) throw new InvalidAppend(`${stream} has no version ${expectedVersion}: an append there would leave a gap`);
    // A tip past the expected version belongs to a later event; the insert is going to fail, its time does not matter.
    const items = placed(events, tip.time);
    checkTransaction(items, reservations);
    for (const item of items) if (!hours.has(item.at)) await hours.note(item.at);

    const eventInserts = items.map((item) => ({ Statement: insert, Parameters: parameters(item) }));
    let reserving = reservations.flatMap((reservation) => reservationTable.inserts(stream, reservation));
    for (let attempt = 1; attempt <= RESERVING_ATTEMPTS; attempt += 1) {
      const answer = await send([...eventInserts, ...reserving.map((each) => each.insert)]);
      if (answer.kind === 'written') {
        const last = items.at(-1);
        if (last !== undefined) tips.learn(stream, { version: last.version, time: timeOf(last.at) });
        return { kind: 'appended' };
      }
      if (answer.positions.some((position) => position < items.length)) return cameFirst(stream, expectedVersion, events);
      const taken = answer.positions.flatMap((position) => reserving[position - items.length] ?? []);
      const settled = await reservationTable.settle(stream, reservations, taken);
      if (settled.kind === 'reserved') return settled;
      reserving = settled.inserts;
    }
    throw new StoreUnavailable('reservations keep changing hands');
  }

  async function send(statements: readonly Insert[]): Promise<WriteAnswer> {
    const [first] = statements;
    if (statements.length === 1 && first !== undefined) {
      const command = new ExecuteStatementCommand(first);
      return write('appending', () => client.send(command));
    }
    const command = new ExecuteTransactionCommand({ TransactStatements: [...statements], ClientRequestToken: randomUUID() });
    return write('appending', () => client.send(command));
  }

  /** The version was taken: by ourselves in an earlier attempt, or by somebody else. */
  async function cameFirst(stream: string, expectedVersion: number, events: readonly RecordedEvent[]): Promise<AppendResult> {
    const since = await load(stream, { from: expectedVersion + 1 });
    const start = since.findIndex((event) => event.id === events[0]?.id);
    const ours = start === -1 ? [] : since.slice(start, start + events.length);
    const repeated = ours.length === events.length && ours.every((event, i) => event.id === events[i]?.id);
    return repeated ? { kind: 'already_appended', events: ours } : { kind: 'conflict', since };
  }

  return {
    append,
    load,
    since: (since) => eventsSince(client, tables, new Date(since).toISOString()),
    holder: (reservation) => reservationTable.holder(reservation),
    release: (stream) => reservationTable.release(stream),
  };
}

function checkAppend(stream: string, expectedVersion: number, events: readonly RecordedEvent[], reservations: readonly Reservation[]): void {
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0 || expectedVersion + events.length > MAX_VERSION) {
    throw new InvalidAppend(`${expectedVersion} is no version to append after`);
  }
  if (events.length === 0) throw new InvalidAppend('There is nothing to append');
  for (const [i, event] of events.entries()) {
    if (event.stream !== stream) throw new InvalidAppend(`An event of ${event.stream} does not belong to ${stream}`);
    if (event.version !== expectedVersion + i + 1) {
      throw new InvalidAppend(`Version ${event.version} of ${stream} is not ${expectedVersion + i + 1}`);
    }
  }
  if (events.length > 1 && new Set(events.map((event) => event.id)).size < events.length) throw new InvalidAppend('Two events have the same id');
  if (reservations.length > 1 && new Set(reservations.map((each) => `${each.kind}#${each.hash}`)).size < reservations.length) {
    throw new InvalidAppend('Two reservations are the same');
  }
}

function checkTransaction(items: readonly EventItem[], reservations: readonly Reservation[]): void {
  const count = items.length + 2 * reservations.length;
  if (count > MAX_TRANSACTION_ITEMS) throw new EventTooLarge(`${count} items are more than the ${MAX_TRANSACTION_ITEMS} of a transaction`);
  if (items.length === 1) return;
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  if (bytes > MAX_TRANSACTION_BYTES) throw new EventTooLarge(`${bytes} bytes are more than the 4 MB of a transaction`);
}

function placed(events: readonly RecordedEvent[], after: string): EventItem[] {
  let notBefore = after;
  return events.map((event) => {
    const item = toItem(event, notBefore);
    notBefore = timeOf(item.at);
    return item;
  });
}
