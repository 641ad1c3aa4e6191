import type { CommonQueryMethods } from 'slonik';
import type { EventMetadata, RecordedEvent } from '../../events/envelope.ts';
import type { LedgerEvent } from '../../events/read.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { applyStreams, type Applied, type StreamEvents } from './apply.ts';
import { readFailures, readPositions, recordFailure } from './positions.ts';
import { ProjectorError, errorCode } from '../errors.ts';
import type { Delivered, Projection, ProjectionFailure, StreamNotice } from './projection.ts';

export interface ProjectorDeps {
  /** A pool; or a transaction, within which everything then happens. */
  readonly pool: CommonQueryMethods;
  readonly ledger: Pick<Ledger, 'load' | 'open'>;
  readonly store: Pick<EventStore, 'since'>;
  /** Told of each failure when it happens, besides its place in the answer and in projection_failures. */
  readonly onFailure?: (failure: ProjectionFailure) => void;
  /** Another schema than the projection's own (a rebuild beside the live one). Nobody else may write there: no locks are taken. */
  readonly copy?: string;
  /** Where a stream ends for this run (a rebuild as of a moment): the first event it refuses, and all after it, are left out. */
  readonly accepts?: (event: EventMetadata) => boolean;
}

export interface Projector {
  /**
   * Applies what is new of the given events, or of the streams that notices name. Order, duplicates and gaps do not
   * matter: what is missing in between is read from the ledger. Concurrent deliveries of one stream wait for each other.
   * Rejects only when nothing can be done at present (no database, no ledger): deliver again.
   */
  deliver(news: readonly (StreamNotice | LedgerEvent)[]): Promise<Delivered>;
  /** Applies everything that the ledger has beyond the position of this stream. */
  catchUp(stream: string): Promise<Delivered>;
  /** Goes through every event recorded since (RFC 3339) and applies what is new. `onProgress` is told how many it has gone through. */
  catchUpAll(since: string, onProgress?: (events: number) => void): Promise<Delivered>;
  /** Tries the streams again that wait at a failure. */
  retryFailed(): Promise<Delivered>;
  failures(): Promise<ProjectionFailure[]>;
  /** Last version applied; 0 for a stream never seen. */
  position(stream: string): Promise<number>;
}

const STREAMS_A_BATCH = 200;
const EVENTS_A_COPY_BATCH = 5_000;
const LOADS_AT_ONCE = 8;

/** The one engine that runs every read model; see Projector. */
export function createProjector<State, Operation>(projection: Projection<State, Operation>, deps: ProjectorDeps): Projector {
  const { pool, ledger } = deps;
  const schema = deps.copy ?? projection.schema;
  const target = { pool, schema, exclusive: deps.copy !== undefined };

  const fail = async (failure: ProjectionFailure): Promise<ProjectionFailure> => {
    await recordFailure(pool, schema, failure);
    deps.onFailure?.(failure);
    return failure;
  };

  /** The next events of a stream after `position`: those given where they follow on, otherwise from the ledger. */
  const complete = async ({ stream, version, events }: Wanted, position: number): Promise<StreamEvents | ProjectionFailure | null> => {
    if (version <= position) return null;
    let next = events.filter((event) => event.version > position);
    if (!followsOn(next, position, version)) {
      try {
        next = await ledger.load(stream, { from: position + 1 });
        if (next.length === 0) {
          if (version === Infinity) return null;
          throw new ProjectorError('EVENT_MISSING', 'The ledger has no event that was announced');
        }
      } catch (error) {
        return { readModel: projection.name, stream, version: position + 1, eventId: null, code: errorCode(error) };
      }
    }
    const end = deps.accepts === undefined ? -1 : next.findIndex((event) => deps.accepts?.(event) === false);
    const accepted = end === -1 ? next : next.slice(0, end);
    return accepted.length === 0 ? null : { stream, events: accepted };
  };

  const deliverStreams = async (wanted: readonly Wanted[]): Promise<Delivered> => {
    let applied = 0;
    const failed: ProjectionFailure[] = [];
    let left = wanted;
    while (left.length > 0) {
      const positions = await readPositions(pool, schema, projection.name, left.map(({ stream }) => stream));
      const completed = await mapSome(left, LOADS_AT_ONCE, (each) => complete(each, positions.get(each.stream)?.version ?? 0));
      const ready: StreamEvents[] = [];
      for (const each of completed) {
        if (each === null) continue;
        if ('code' in each) failed.push(await fail(each));
        else ready.push(each);
      }
      const result: Applied = ready.length === 0 ? NOTHING : await applyStreams(projection, target, ready);
      applied += result.applied;
      for (const failure of result.failed) failed.push(await fail(failure));
      // A swap put a copy in place that is behind what was read: begin again for these.
      left = left.filter(({ stream }) => result.behind.includes(stream));
    }
    return { applied, failed };
  };

  const inBatches = async (wanted: readonly Wanted[], size: number): Promise<Delivered> => {
    const total = { applied: 0, failed: [] as ProjectionFailure[] };
    for (let from = 0; from < wanted.length; from += size) add(total, await deliverStreams(wanted.slice(from, from + size)));
    return total;
  };

  const catchUp = (streams: readonly StreamNotice[]) =>
    inBatches(streams.filter(({ stream }) => projection.handles(stream)).map(({ stream, version }) => ({ stream, version, events: [] })), STREAMS_A_BATCH);

  /** Opens only those events that are beyond their stream's position: a sweep mostly meets known ones. */
  const deliverRecorded = async (recorded: readonly RecordedEvent[]): Promise<Delivered> => {
    const positions = await readPositions(pool, schema, projection.name, [...new Set(recorded.map(({ stream }) => stream))]);
    const news = recorded.filter(({ stream, version }) => version > (positions.get(stream)?.version ?? 0));
    const opened = await ledger.open(news).catch(() => null);
    // One event that cannot be opened must not stop the others: each stream is then read, and fails, by itself.
    return inBatches(wantedOf(opened ?? news.map(({ stream, version }) => ({ stream, version }))), target.exclusive ? Infinity : STREAMS_A_BATCH);
  };

  return {
    deliver: (news) => inBatches(wantedOf(news.filter(({ stream }) => projection.handles(stream))), STREAMS_A_BATCH),
    catchUp: (stream) => catchUp([{ stream, version: Infinity }]),
    async catchUpAll(since, onProgress) {
      const total = { applied: 0, failed: [] as ProjectionFailure[] };
      let seen = 0;
      let waiting: RecordedEvent[] = [];
      const flush = async () => {
        add(total, await deliverRecorded(waiting));
        waiting = [];
      };
      for await (const batch of deps.store.since(since)) {
        const ours = batch.filter((event) => projection.handles(event.stream));
        for (const event of ours) if (deps.accepts?.(event) !== false) waiting.push(event);
        seen += ours.length;
        if (waiting.length >= EVENTS_A_COPY_BATCH) await flush();
        onProgress?.(seen);
      }
      await flush();
      return total;
    },
    retryFailed: async () => catchUp(await readFailures(pool, schema, projection.name)),
    failures: () => readFailures(pool, schema, projection.name),
    position: async (stream) => (await readPositions(pool, schema, projection.name, [stream])).get(stream)?.version ?? 0,
  };
}

interface Wanted {
  readonly stream: string;
  /** The version that is known to exist; infinite for "whatever there is". */
  readonly version: number;
  /** In order, without duplicates, perhaps with gaps. */
  readonly events: readonly LedgerEvent[];
}

const NOTHING: Applied = { applied: 0, failed: [], behind: [] };

function wantedOf(news: readonly (StreamNotice | LedgerEvent)[]): Wanted[] {
  const streams = new Map<string, { version: number; events: Map<number, LedgerEvent> }>();
  for (const each of news) {
    const known = streams.get(each.stream) ?? { version: 0, events: new Map<number, LedgerEvent>() };
    known.version = Math.max(known.version, each.version);
    if ('type' in each) known.events.set(each.version, each);
    streams.set(each.stream, known);
  }
  return Array.from(streams, ([stream, { version, events }]) => ({
    stream,
    version,
    events: [...events.values()].toSorted((a, b) => a.version - b.version),
  }));
}

function followsOn(events: readonly LedgerEvent[], position: number, version: number): boolean {
  return events.length === version - position && events.every((event, index) => event.version === position + 1 + index);
}

function add(total: { applied: number; failed: ProjectionFailure[] }, more: Delivered): void {
  total.applied += more.applied;
  total.failed.push(...more.failed);
}

async function mapSome<T, R>(items: readonly T[], atOnce: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) results.push(...(await Promise.all(items.slice(from, from + atOnce).map(map))));
  return results;
}
