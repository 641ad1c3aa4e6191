import type { DatabaseTransactionConnection } from 'slonik';
import type { z } from 'zod';
import type { LedgerEvent } from '../../events/read.ts';

interface Common<State, Operation> {
  readonly name: string;
  /** The schema in which its positions are kept: its own where it is made of tables, so that both are swapped together. */
  readonly schema: string;
  /** Streams it does not want are never loaded. */
  handles(stream: string): boolean;
  readonly state: z.ZodType<State>;
  initial(): State;
  /** Pure. Puts what is to be written into `out`, and answers the state after the event. Throwing fails the stream, not the others. */
  project(state: State, event: LedgerEvent, out: Operation[]): State;
}

/** A read model made of tables: rows and position are written in one transaction. */
export interface TableProjection<State, Operation> extends Common<State, Operation> {
  readonly kind: 'tables';
  /** Counted up with every change of the mapping or the tables, so that a start knows that a rebuild is due. */
  readonly revision: number;
  write(transaction: DatabaseTransactionConnection, schema: string, operations: readonly Operation[]): Promise<void>;
}

/** A read model kept elsewhere: it is written first and the position after, so putting again must change nothing. */
export interface OutsideProjection<State, Operation> extends Common<State, Operation> {
  readonly kind: 'outside';
  put(operations: readonly Operation[]): Promise<void>;
}

/**
 * A read model, as the engine runs it. `State` is what has to be remembered of a stream to apply its next event
 * (plain JSON, nothing personal); `Operation` is what an event makes of that, to be written.
 */
export type Projection<State, Operation> = TableProjection<State, Operation> | OutsideProjection<State, Operation>;

/** "The stream has come to this version", which is all that a consumer of the bus needs to know. */
export interface StreamNotice {
  readonly stream: string;
  readonly version: number;
}

/** An event that could not be applied; its stream waits there, and is tried again. */
export interface ProjectionFailure {
  readonly readModel: string;
  readonly stream: string;
  readonly version: number;
  readonly eventId: string | null;
  /** Stable code or SQLSTATE, never a message: that could quote data. */
  readonly code: string;
}

export interface Delivered {
  /** Events applied. */
  readonly applied: number;
  readonly failed: readonly ProjectionFailure[];
}
