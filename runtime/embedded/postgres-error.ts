/** PostgreSQL cannot be run here; the message says why and what to do about it. */
export class PostgresUnusable extends Error {
  override readonly name = 'PostgresUnusable';
  readonly code = 'POSTGRES_UNUSABLE';
}
