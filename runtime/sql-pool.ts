import { type DatabasePool, type Interceptor, SchemaValidationError, createPool } from 'slonik';

export interface SqlPoolOptions {
  /** Most connections at a time; the embedded server allows 60 in all. */
  readonly max?: number;
  /** Connections kept open, so that the first query after a rest need not wait for one. */
  readonly min?: number;
  /** Longest a statement may take, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /** Told when an idle connection is lost; the pool opens another by itself. */
  readonly onLost?: (error: Error) => void;
}

/**
 * A pool for PostgreSQL as all of the platform uses it: every row goes through the query's schema (slonik leaves that
 * to an interceptor), and connections are not reset between uses. So nobody may leave session state behind: use
 * `SET LOCAL` in a transaction, transaction-level advisory locks, no temporary tables.
 * Arrives as: int8 bigint, timestamptz milliseconds since 1970.
 */
export async function createSqlPool(url: string, options: SqlPoolOptions = {}): Promise<DatabasePool> {
  const pool = await createPool(url, {
    maxPoolSize: options.max ?? 10,
    minPoolSize: options.min ?? 0,
    idleTimeout: 60_000,
    statementTimeout: options.statementTimeoutMs ?? 60_000,
    interceptors: [schemaInterceptor],
    // slonik's own reset (DISCARD ALL) costs as much as a small query does.
    resetConnection: async () => undefined,
  });
  pool.on('error', (error) => options.onLost?.(error));
  return pool;
}

const schemaInterceptor: Interceptor = {
  name: 'parse-rows',
  transformRow: ({ resultParser }, query, row) => {
    if (resultParser === undefined) return row;
    const result = resultParser['~standard'].validate(row);
    if (result instanceof Promise) throw new TypeError('A row schema must be synchronous');
    if (result.issues !== undefined) throw new SchemaValidationError(query, row, result.issues);
    return result.value as typeof row;
  },
};
