import type { CommonQueryMethods } from 'slonik';
import type { LedgerEvent } from '../../events/read.ts';
import { errorCode, isOutage } from '../errors.ts';
import { forgetFailures, lockStreams, readPositions, writePositions, type Position } from './positions.ts';
import type { OutsideProjection, Projection, ProjectionFailure, TableProjection } from './projection.ts';

/** Events of one stream, in order and without gaps. */
export interface StreamEvents {
  readonly stream: string;
  readonly events: readonly LedgerEvent[];
}

export interface Applied {
  readonly applied: number;
  readonly failed: readonly ProjectionFailure[];
  /** Streams whose position turned out to lie before their first event: nothing was applied. */
  readonly behind: readonly string[];
}

export interface Target {
  readonly pool: CommonQueryMethods;
  readonly schema: string;
  /** Nobody else writes into this schema, so nothing needs to be locked. */
  readonly exclusive: boolean;
}

/**
 * Applies the events of several streams together with their positions. When what they make is refused, each stream is
 * tried alone, and then each event, so that one bad event holds up its own stream only.
 */
export async function applyStreams<State, Operation>(projection: Projection<State, Operation>, target: Target, streams: readonly StreamEvents[]): Promise<Applied> {
  try {
    return projection.kind === 'tables' ? await applyToTables(projection, target, streams) : await applyOutside(projection, target, streams);
  } catch (error) {
    if (isOutage(error)) throw error;
    const [first] = streams;
    if (first === undefined) throw error;
    if (streams.length > 1) return applyEach(projection, target, streams);
    const [event] = first.events;
    if (event === undefined) throw error;
    if (first.events.length > 1) return applyOneByOne(projection, target, first);
    return { applied: 0, failed: [failureOf(projection.name, event, error)], behind: [] };
  }
}

async function applyEach<State, Operation>(projection: Projection<State, Operation>, target: Target, streams: readonly StreamEvents[]): Promise<Applied> {
  let applied = 0;
  const failed: ProjectionFailure[] = [];
  const behind: string[] = [];
  for (const each of streams) {
    const result = await applyStreams(projection, target, [each]);
    applied += result.applied;
    failed.push(...result.failed);
    behind.push(...result.behind);
  }
  return { applied, failed, behind };
}

async function applyOneByOne<State, Operation>(projection: Projection<State, Operation>, target: Target, { stream, events }: StreamEvents): Promise<Applied> {
  let applied = 0;
  for (const event of events) {
    const result = await applyStreams(projection, target, [{ stream, events: [event] }]);
    applied += result.applied;
    if (result.failed.length > 0 || result.behind.length > 0) return { ...result, applied };
  }
  return { applied, failed: [], behind: [] };
}

function applyToTables<State, Operation>(projection: TableProjection<State, Operation>, { pool, schema, exclusive }: Target, streams: readonly StreamEvents[]): Promise<Applied> {
  const { name } = projection;
  const names = streams.map(({ stream }) => stream);
  return pool.transaction(async (transaction) => {
    if (!exclusive) await lockStreams(transaction, schema, name, names);
    const step = nextStep(projection, await readPositions(transaction, schema, name, names), streams);
    if (step.moved.length > 0) {
      await projection.write(transaction, schema, step.operations);
      await keepPositions(transaction, schema, name, step.moved);
    }
    return step;
  });
}

/** No transaction is held open while another service is written to. Two deliveries at once put the same, in any order. */
async function applyOutside<State, Operation>(projection: OutsideProjection<State, Operation>, { pool, schema }: Target, streams: readonly StreamEvents[]): Promise<Applied> {
  const { name } = projection;
  const step = nextStep(projection, await readPositions(pool, schema, name, streams.map(({ stream }) => stream)), streams);
  if (step.operations.length > 0) await projection.put(step.operations);
  if (step.moved.length > 0) await pool.transaction((transaction) => keepPositions(transaction, schema, name, step.moved));
  return step;
}

async function keepPositions(transaction: CommonQueryMethods, schema: string, name: string, moved: readonly Position[]): Promise<void> {
  await writePositions(transaction, schema, name, moved);
  await forgetFailures(transaction, schema, name, moved.map(({ stream }) => stream));
}

interface Step<Operation> extends Applied {
  readonly moved: readonly Position[];
  readonly operations: readonly Operation[];
}

/** What is new of the streams after their positions, folded into operations and new positions. */
function nextStep<State, Operation>(projection: Projection<State, Operation>, positions: ReadonlyMap<string, Position>, streams: readonly StreamEvents[]): Step<Operation> {
  const behind: string[] = [];
  const failed: ProjectionFailure[] = [];
  const moved: Position[] = [];
  const operations: Operation[] = [];
  let applied = 0;
  for (const { stream, events } of streams) {
    const position = positions.get(stream);
    const version = position?.version ?? 0;
    const news = events.filter((event) => event.version > version);
    const [first] = news;
    if (first === undefined) continue;
    if (first.version !== version + 1) {
      behind.push(stream);
      continue;
    }
    const folded = foldStream(projection, position, news);
    if (folded.failure !== null) failed.push(folded.failure);
    if (folded.position === null) continue;
    moved.push(folded.position);
    for (const operation of folded.operations) operations.push(operation);
    applied += folded.position.version - version;
  }
  return { applied, failed, behind, moved, operations };
}

interface Folded<Operation> {
  readonly operations: readonly Operation[];
  /** null when not even the first event could be applied. */
  readonly position: Position | null;
  readonly failure: ProjectionFailure | null;
}

function foldStream<State, Operation>(projection: Projection<State, Operation>, position: Position | undefined, events: readonly LedgerEvent[]): Folded<Operation> {
  const operations: Operation[] = [];
  let state = position === undefined ? projection.initial() : projection.state.parse(position.state);
  let reached: Position | null = null;
  for (const event of events) {
    const out: Operation[] = [];
    try {
      state = projection.project(state, event, out);
    } catch (error) {
      return { operations, position: reached, failure: failureOf(projection.name, event, error) };
    }
    for (const operation of out) operations.push(operation);
    reached = { stream: event.stream, version: event.version, state };
  }
  return { operations, position: reached, failure: null };
}

function failureOf(readModel: string, event: LedgerEvent, error: unknown): ProjectionFailure {
  return { readModel, stream: event.stream, version: event.version, eventId: event.id, code: errorCode(error) };
}
