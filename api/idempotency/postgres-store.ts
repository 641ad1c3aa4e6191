import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { KeptResponse, type Begun, type IdempotencyStore } from './store.ts';

const Row = z.object({
  fingerprint: z.string(),
  status: z.number().nullable(),
  content_type: z.string().nullable(),
  body: z.string().nullable(),
});

/** Idempotency keys that outlive a restart, in the schema `kyc_api`. */
export class PostgresIdempotencyStore implements IdempotencyStore {
  readonly #pool: DatabasePool;

  constructor(pool: DatabasePool) {
    this.#pool = pool;
  }

  async begin({ id, fingerprint, now, lockedUntil, keepUntil }: Parameters<IdempotencyStore['begin']>[0]): Promise<Begun> {
    const moment = now.toISOString();
    // Whoever inserts, or takes over what a crash left locked, has begun; everybody else reads what is there.
    const begun = await this.#pool.query(sql.unsafe`
      INSERT INTO kyc_api.idempotency_keys AS known (id, fingerprint, locked_until, keep_until)
      VALUES (${id}, ${fingerprint}, ${lockedUntil.toISOString()}::timestamptz, ${keepUntil.toISOString()}::timestamptz)
      ON CONFLICT (id) DO UPDATE
        SET fingerprint = excluded.fingerprint, locked_until = excluded.locked_until, keep_until = excluded.keep_until,
            status = NULL, content_type = NULL, body = NULL
        WHERE known.keep_until <= ${moment}::timestamptz
           OR (known.status IS NULL AND known.locked_until <= ${moment}::timestamptz)`);
    if (begun.rowCount === 1) return { kind: 'begun' };
    const row: unknown = await this.#pool.maybeOne(sql.unsafe`
      SELECT fingerprint, status, content_type, body FROM kyc_api.idempotency_keys WHERE id = ${id}`);
    // It was abandoned between the two statements; the client may come again at once.
    if (row === null) return { kind: 'in_progress' };
    const known = Row.parse(row);
    if (known.fingerprint !== fingerprint) return { kind: 'mismatch' };
    if (known.status === null) return { kind: 'in_progress' };
    return { kind: 'replay', response: KeptResponse.parse({ status: known.status, contentType: known.content_type, body: known.body }) };
  }

  async finish(id: string, { status, contentType, body }: KeptResponse): Promise<void> {
    await this.#pool.query(sql.unsafe`
      UPDATE kyc_api.idempotency_keys SET status = ${status}, content_type = ${contentType}, body = ${body} WHERE id = ${id}`);
  }

  async abandon(id: string): Promise<void> {
    await this.#pool.query(sql.unsafe`DELETE FROM kyc_api.idempotency_keys WHERE id = ${id} AND status IS NULL`);
  }

  async purge(now: Date): Promise<number> {
    const result = await this.#pool.query(sql.unsafe`DELETE FROM kyc_api.idempotency_keys WHERE keep_until <= ${now.toISOString()}::timestamptz`);
    return result.rowCount;
  }
}
