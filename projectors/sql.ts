import {
  createBigintTypeParser, createDateTypeParser, createNumericTypeParser, createPool, sql,
  type DatabasePool, type Interceptor, type QueryResultRow,
} from 'slonik';
import { ProjectorError } from './errors.ts';

export interface DatabaseOptions {
  readonly maxPoolSize?: number;
  /** Milliseconds after which the server gives up a statement; 60,000 by default. */
  readonly statementTimeout?: number;
  /** Asked for each new connection, where it is not in the URL (IAM authentication). */
  readonly password?: () => Promise<string>;
}

/**
 * A pool whose result schemas are enforced: `sql.type(schema)` answers what the schema parsed, or throws ROW_UNEXPECTED.
 * `int8` arrives as bigint, `numeric` as number, `date` as `YYYY-MM-DD`, `timestamptz` as RFC 3339 in UTC with milliseconds.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Promise<DatabasePool> {
  return createPool(url, {
    maxPoolSize: options.maxPoolSize ?? 10,
    statementTimeout: options.statementTimeout ?? 60_000,
    ...(options.password !== undefined && { password: options.password }),
    interceptors: [resultSchemas],
    typeParsers: [
      createBigintTypeParser(),
      createDateTypeParser(),
      createNumericTypeParser(),
      { name: 'timestamptz', parse: (text: string) => new Date(text).toISOString() },
    ],
  });
}

const resultSchemas: Interceptor = {
  name: 'result-schemas',
  transformRow: ({ resultParser }, _query, row) => {
    const parsed = resultParser?.['~standard'].validate(row);
    if (parsed === undefined) return row;
    if (parsed instanceof Promise) throw new ProjectorError('ROW_UNEXPECTED', 'A result schema may not be asynchronous');
    // Only names of columns: the row itself may be personal.
    if (parsed.issues !== undefined) {
      const columns = parsed.issues.map(({ path }) => String(path?.[0] ?? '?')).join(', ');
      throw new ProjectorError('ROW_UNEXPECTED', `A row is not what its query promised in ${columns}`);
    }
    return parsed.value as QueryResultRow;
  },
};

/** A table in a schema chosen at run time. */
export function tableIn(schema: string, table: string) {
  return sql.identifier([schema, table]);
}
