import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../events/envelope.ts';
import { EventTooLarge, InvalidAppend, RecordCorrupt } from '../errors.ts';
import { canonicalJson } from '../log/canonical-json.ts';

/**
 * An event as an item of the table: key, type, the two attributes of the time index, and everything else as one JSON
 * string. One string instead of nested maps: a stream of 1,000 events loads several times as fast.
 */
export interface EventItem {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** `<hour>#<shard>`, for example `2026-03-01T14#2`. */
  readonly bucket: string;
  /** Order within the bucket: time, then version, so that events of one stream never change places. */
  readonly at: string;
  readonly body: string;
}

/** By how many partitions of the time index the writers of one hour are spread. Fixed: readers ask each of them. */
export const SHARDS = 4;

const MAX_ITEM_BYTES = 400 * 1024;

/**
 * `notBefore` is the time (RFC 3339) of the stream's last event: a writer whose clock runs behind another's still gets a
 * place after it in the time index. Throws EventTooLarge over DynamoDB's 400 KB.
 */
export function toItem(event: RecordedEvent, notBefore: string): EventItem {
  const { stream, version, type, ...rest } = event;
  const time = event.recordedAt < notBefore ? notBefore : event.recordedAt;
  const item: EventItem = {
    stream,
    version,
    type,
    bucket: bucketOf(hourOf(time), shardOf(stream)),
    at: placeOf(time, version),
    body: canonicalBody(event, rest),
  };
  if (itemBytes(item) > MAX_ITEM_BYTES) throw new EventTooLarge(`${type} at ${stream}/${version} has more than 400 KB`);
  return item;
}

const placeOf = (time: string, version: number): string => `${time}#${String(version).padStart(10, '0')}`;

/** Does the item lie where the time index is read: in the bucket of its time and stream, in the order of its version? */
export function isPlaced(item: Record<string, AttributeValue>): boolean {
  const [stream, version, at] = [item['stream']?.S ?? '', Number(item['version']?.N), item['at']?.S ?? ''];
  return at === placeOf(timeOf(at), version) && item['bucket']?.S === bucketOf(hourOf(at), shardOf(stream));
}

/**
 * Canonical JSON (RFC 8785), so that verification can make the leaf from the text as it lies here, without parsing it.
 * Throws InvalidAppend for what has none (lone surrogates): the log could never take such an event.
 */
function canonicalBody({ stream, version }: RecordedEvent, rest: object): string {
  try {
    return canonicalJson(rest);
  } catch (cause) {
    throw new InvalidAppend(`${stream}/${version} has no canonical JSON`, { cause });
  }
}

/** Size as DynamoDB counts it: names and values in UTF-8, a little more than the truth for the number. */
export function itemBytes(item: EventItem): number {
  const names = 'streamversiontypebucketatbody'.length;
  return names + 21 + item.stream.length + item.type.length + item.bucket.length + item.at.length + Buffer.byteLength(item.body);
}

/** The attributes in the order of INSERT_COLUMNS. */
export function parameters(item: EventItem): AttributeValue[] {
  return [{ S: item.stream }, { N: String(item.version) }, { S: item.type }, { S: item.bucket }, { S: item.at }, { S: item.body }];
}

export const INSERT_COLUMNS = `{'stream': ?, 'version': ?, 'type': ?, 'bucket': ?, 'at': ?, 'body': ?}`;

/** Throws RecordCorrupt for an item that this module did not write. */
export function fromItem(item: Record<string, AttributeValue>): RecordedEvent {
  const stream = item['stream']?.S;
  const version = Number(item['version']?.N);
  const type = item['type']?.S;
  const body = item['body']?.S;
  if (stream === undefined || type === undefined || body === undefined) throw new RecordCorrupt(`${stream ?? '?'}/${version}`);
  let event: unknown;
  try {
    event = Object.assign(JSON.parse(body), { stream, version, type });
  } catch (error) {
    throw new RecordCorrupt(`${stream}/${version}`, { cause: error });
  }
  if (!hasShape(event)) throw new RecordCorrupt(`${stream}/${version}`);
  return event;
}

/**
 * The envelope was parsed in full before it was inserted and cannot have been replaced since, so reading checks its
 * shape only: a full parse of each event would cost more than the query. Content is parsed when the event is opened.
 */
function hasShape(value: unknown): value is RecordedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const event = value as Partial<Record<keyof RecordedEvent, unknown>>;
  return (
    typeof event.id === 'string' &&
    Number.isSafeInteger(event.version) &&
    typeof event.schemaVersion === 'number' &&
    typeof event.occurredAt === 'string' &&
    typeof event.recordedAt === 'string' &&
    typeof event.correlationId === 'string' &&
    (event.causationId === null || typeof event.causationId === 'string') &&
    isObject(event.actor) &&
    isObject(event.data) &&
    (event.sealed === null || isObject(event.sealed))
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The time part of `at`. */
export function timeOf(at: string): string {
  return at.slice(0, at.indexOf('#'));
}

/** `2026-03-01T14` for any time of that hour (UTC). */
export function hourOf(time: string): string {
  return time.slice(0, 13);
}

export function bucketOf(hour: string, shard: number): string {
  return `${hour}#${shard}`;
}

/** FNV-1a, 32 bits. A stream stays in one shard, so its events are in order there. */
function shardOf(stream: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i += 1) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SHARDS;
}
