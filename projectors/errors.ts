export type ProjectorErrorCode =
  /** A database row does not fit the schema of its query. */
  | 'ROW_UNEXPECTED'
  /** A cursor that no page has given. */
  | 'CURSOR_INVALID'
  /** A migration that was applied has been changed since, or is missing. */
  | 'MIGRATION_ALTERED'
  /** An event of a stream that does not begin with its registration. */
  | 'NOT_REGISTERED'
  /** An event names an earlier one that is not in the stream. */
  | 'UNKNOWN_REFERENCE'
  /** Version or number too large for a row id. */
  | 'ROW_ID_RANGE'
  /** The ledger does not have an event that was announced. */
  | 'EVENT_MISSING'
  /** The schema to be replaced holds tables that are not ours. */
  | 'FOREIGN_TABLES'
  /** The new tables are missing something that the live ones have: they were not swapped. */
  | 'REBUILD_INCOMPLETE'
  /** Another rebuild of the same schema is under way. */
  | 'REBUILD_RUNNING';

/** What goes wrong in read models. `message` never carries data of an event or a row. */
export class ProjectorError extends Error {
  override readonly name = 'ProjectorError';
  readonly code: ProjectorErrorCode;
  constructor(code: ProjectorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The stable code of any error: its own, the SQLSTATE beneath it, or its class name. Never its message, which may quote data. */
export function errorCode(error: unknown): string {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if ('code' in each && typeof each.code === 'string' && /^[A-Z0-9_]{2,80}$/.test(each.code)) return each.code;
  }
  if (!(error instanceof Error)) return 'UNKNOWN';
  return error.name === 'Error' ? error.constructor.name : error.name;
}

// 08 connection, 25P03 idle in transaction, 40 rollback, 53 resources, 55 not ready, 57 operator, 58 system (PostgreSQL, appendix A).
const TRANSIENT_STATE = /^(08|25P03|40|53|55|57|58)/;
const TRANSIENT_CODE = /UNAVAILABLE|^E(CONN|PIPE|TIMEDOUT|AI_AGAIN)/;
const TRANSIENT_CLASS = /^(Backend|Connection|Statement(Timeout|Cancelled)|IdleTransaction|UnexpectedState)/;

/** Would the same thing work a little later, so that the fault is not the event's? */
export function isTransient(error: unknown): boolean {
  const code = errorCode(error);
  if (/^[0-9A-Z]{5}$/.test(code) && TRANSIENT_STATE.test(code)) return true;
  return TRANSIENT_CODE.test(code) || (error instanceof Error && TRANSIENT_CLASS.test(error.constructor.name));
}
