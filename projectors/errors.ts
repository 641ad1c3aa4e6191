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

const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Data exceptions and broken constraints (PostgreSQL, appendix A): of all SQLSTATE classes only these come from what is written. */
const OF_THE_DATA = /^2[23]/;
const AWAY = /UNAVAILABLE|^E(CONN|PIPE|TIMEDOUT|AI_AGAIN)/;
const AWAY_CLASS = /^(Backend|Connection|Statement(Timeout|Cancelled)|IdleTransaction|UnexpectedState)/;

/** Is the fault the surroundings' (database away, table missing, service down) and not the event's? Then trying again can help. */
export function isOutage(error: unknown): boolean {
  const code = errorCode(error);
  if (SQLSTATE.test(code)) return !OF_THE_DATA.test(code);
  return AWAY.test(code) || (error instanceof Error && AWAY_CLASS.test(error.constructor.name));
}
