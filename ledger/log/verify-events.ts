import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventStore } from '../event-store.ts';
import type { Finding } from './findings.ts';
import { equalBytes, HASH_SIZE } from './hash.ts';
import { type EventPosition, sealedHash } from './leaf.ts';
import type { LogSource } from './ports.ts';
import { readEntry } from './read-tiles.ts';
import type { LogEntries } from './verify-entries.ts';
import { loadVersions, storedHash, type StoredRow, type StoreTable } from './verify-store.ts';
import type { ReferenceTree } from './verify-tree.ts';

export interface EventsToCompare {
  readonly source: LogSource;
  readonly store: Pick<EventStore, 'load'>;
  readonly entries: LogEntries;
  readonly tree: ReferenceTree;
  readonly table: StoreTable;
  /** Events recorded between these moments (milliseconds) need not be in the log yet. */
  readonly fresh: { readonly after: number; readonly before: number };
  readonly report: (finding: Finding) => void;
}

export interface ComparedEvents {
  /** How many agree. */
  readonly events: number;
  /** How many are too fresh to be in the log. */
  readonly pending: number;
  /** Events of the store that the tree vouches for although their entries in the bundles are altered. */
  readonly claimed: readonly RecordedEvent[];
}

/** Compares log and store, event by event, and each stream's versions. */
export async function compareEvents(all: EventsToCompare): Promise<ComparedEvents> {
  const { entries, tree, table, report } = all;
  const leaves = tree.levels[0] ?? Buffer.of();
  const leaf = (index: number) => leaves.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE);
  const places = placesInLog(entries, tree, leaf, report);
  const agreed = new Uint8Array(entries.size);
  const claimed: EventPosition[] = [];
  let pending = 0;

  for (const [stream, rows] of table.streams) {
    const logged = places.streams.get(stream) ?? [];
    for (const [at, each] of rows.entries()) {
      if (each < 0) continue;
      const version = at + 1;
      const usual = logged[at] ?? -1;
      if (usual >= 0 && table.agrees(each, leaves, usual)) {
        agreed[usual] = 1;
        continue;
      }
      const [row, where] = [table.row(each), `${stream}/${version}`];
      let index = places.of(stream, version);
      if (index === null && row.readable) {
        index = places.claim(stream, version, row.hash);
        if (index !== null) claimed.push({ stream, version });
      }
      if (index !== null) {
        if (row.readable && equalBytes(leaf(index), row.hash)) agreed[index] = 1;
        if (!row.indexed) report({ kind: 'altered', what: 'event', where, detail: 'the time index of the store does not lead to it' });
      } else if (row.indexed && row.recordedAt > all.fresh.after && row.recordedAt < all.fresh.before) pending += 1;
      else report({ kind: 'added', what: 'event', where, detail: addition(row) });
    }
  }
  for (const where of table.surplus) report({ kind: 'added', what: 'event', where, detail: 'the store has it twice, or under an impossible version' });
  await lookUpRest(all, places, agreed, leaf);
  reportOrder(places, report);
  return { events: agreed.reduce((sum, each) => sum + each, 0), pending, claimed: await loadAll(all.store, claimed) };
}

function addition({ readable, indexed }: StoredRow): string {
  if (!readable) return 'it is in the store but not in the log, and does not read as an event';
  return `it is in the store but not in the log${indexed ? '' : ', and the time index does not lead to it'}`;
}

async function loadAll(store: Pick<EventStore, 'load'>, positions: readonly EventPosition[]): Promise<RecordedEvent[]> {
  const found = await Promise.all(positions.map(({ stream, version }) => loadVersions(store, stream, [version])));
  return found.flatMap((versions) => [...versions.values()]).filter((event) => event !== 'unreadable');
}

/** Where in the log each event is, so far as the entries can be believed. */
interface Places {
  of(stream: string, version: number): number | null;
  /** Takes an entry that does not say which event it is, if its leaf hash is this event's. */
  claim(stream: string, version: number, hash: Buffer): number | null;
  readonly streams: ReadonlyMap<string, readonly number[]>;
  /** Entries that nobody has claimed. */
  readonly unclaimed: ReadonlyMap<string, number>;
}

function placesInLog(entries: LogEntries, tree: ReferenceTree, leaf: (index: number) => Buffer, report: (finding: Finding) => void): Places {
  const streams = new Map<string, number[]>();
  const unclaimed = new Map<string, number>();

  function enter(stream: string, version: number, index: number): void {
    const indexes = streams.get(stream) ?? [];
    streams.set(stream, indexes);
    while (indexes.length < version - 1) indexes.push(-1);
    if ((indexes[version - 1] ?? -1) < 0) indexes[version - 1] = index;
    else report({ kind: 'added', what: 'event', where: `${stream}/${version}`, detail: `the log has it twice, as entry ${indexes[version - 1]} and ${index}` });
  }

  for (let index = 0; index < entries.size; index += 1) {
    const stream = entries.streams[index] ?? '';
    const version = entries.versions[index] ?? 0;
    if (!tree.alteredEntries.has(index) && stream !== '' && version > 0) enter(stream, version, index);
    else unclaimed.set(leaf(index).toString('hex'), index);
  }
  return {
    streams,
    unclaimed,
    of: (stream, version) => {
      const index = streams.get(stream)?.[version - 1] ?? -1;
      return index < 0 ? null : index;
    },
    claim: (stream, version, hash) => {
      if (unclaimed.size === 0) return null;
      const key = hash.toString('hex');
      const index = unclaimed.get(key);
      if (index === undefined) return null;
      unclaimed.delete(key);
      enter(stream, version, index);
      return index;
    },
  };
}

/** Looks by their keys for the events of the log that the inventory did not bring as they should be. */
async function lookUpRest(all: EventsToCompare, places: Places, agreed: Uint8Array, leaf: (index: number) => Buffer): Promise<void> {
  const { store, table, report } = all;
  for (const [stream, indexes] of places.streams) {
    const open = [...indexes.entries()].filter(([, index]) => index >= 0 && agreed[index] === 0).map(([at]) => at + 1);
    if (open.length === 0) continue;
    // What the inventory could not read is not asked for again: a server may fail over it, and over whatever lies beside it.
    const unreadable = new Set(open.filter((version) => isUnreadable(table, stream, version)));
    const found = await loadVersions(store, stream, open.filter((version) => !unreadable.has(version)));
    for (const version of unreadable) found.set(version, 'unreadable');
    for (const version of open) {
      const [index, event, where] = [places.of(stream, version) ?? 0, found.get(version), `${stream}/${version}`];
      if (event === undefined) report({ kind: 'missing', what: 'event', where, detail: `entry ${index} of the log is not in the store` });
      else if (event === 'unreadable') report({ kind: 'altered', what: 'event', where, detail: 'what the store has does not read as an event' });
      else if (!equalBytes(storedHash(event), leaf(index))) report(await alteredEvent(all, event, index, where));
      else agreed[index] = 1;
    }
  }
  for (const index of places.unclaimed.values()) {
    report({ kind: 'missing', what: 'event', where: `entry ${index}`, detail: 'no event of the store has the leaf hash of this entry' });
  }
}

function isUnreadable(table: StoreTable, stream: string, version: number): boolean {
  const row = table.streams.get(stream)?.[version - 1] ?? -1;
  return row >= 0 && !table.row(row).readable;
}

/** Says which fields differ, by name alone. */
async function alteredEvent({ source, entries }: EventsToCompare, event: RecordedEvent, index: number, where: string): Promise<Finding> {
  const stored: Record<string, unknown> = { ...event, sealed: sealedHash(event.sealed) };
  const recorded: Record<string, unknown> = await readEntry(source, index, entries.size).then((entry) => parseObject(entry), () => ({}));
  const names = [...new Set([...Object.keys(stored), ...Object.keys(recorded)])];
  const differ = names.filter((name) => JSON.stringify(sorted(stored[name])) !== JSON.stringify(sorted(recorded[name])));
  return { kind: 'altered', what: 'event', where, detail: `the store's differs from entry ${index} of the log in ${differ.toSorted().join(', ')}` };
}

/** Each stream's versions are 1, 2, 3 ... and stand in the log in this order. */
function reportOrder({ streams }: Places, report: (finding: Finding) => void): void {
  for (const [stream, indexes] of streams) {
    let before = -1;
    for (const [at, index] of indexes.entries()) {
      const where = `${stream}/${at + 1}`;
      if (index < 0) report({ kind: 'missing', what: 'event', where, detail: 'the log has a later version of this stream, but not this one' });
      else if (index < before) report({ kind: 'out_of_order', what: 'event', where, detail: `entry ${index} stands before its predecessor` });
      before = Math.max(before, index);
    }
  }
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The same value with its fields in order, so that it can be compared as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
