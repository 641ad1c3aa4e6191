import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { Grant, type Session, type SessionStore } from './session-store.ts';

const SessionRow = Grant.extend({ expires: z.number() });

/** Sessions that outlive a restart, in the schema `kyc_api`. */
export class PostgresSessionStore implements SessionStore {
  readonly #pool: DatabasePool;

  constructor(pool: DatabasePool) {
    this.#pool = pool;
  }

  async putLink({ tokenHash, role, subject, expiresAt }: Grant & { readonly tokenHash: string; readonly expiresAt: Date }): Promise<void> {
    await this.#pool.query(sql.unsafe`
      INSERT INTO kyc_api.sign_in_links (token_hash, role, subject, expires_at)
      VALUES (${tokenHash}, ${role}, ${subject}, ${expiresAt.toISOString()}::timestamptz)`);
  }

  async redeemLink(tokenHash: string, now: Date): Promise<Grant | null> {
    // One statement: of two who come at the same moment, one deletes the row and the other finds none.
    const row: unknown = await this.#pool.maybeOne(sql.unsafe`
      DELETE FROM kyc_api.sign_in_links WHERE token_hash = ${tokenHash}
      RETURNING role, subject, extract(epoch FROM expires_at)::float8 * 1000 AS expires`);
    if (row === null) return null;
    const { expires, ...grant } = SessionRow.parse(row);
    return expires > now.getTime() ? grant : null;
  }

  async putSession({ idHash, role, subject, expiresAt }: Session): Promise<void> {
    await this.#pool.query(sql.unsafe`
      INSERT INTO kyc_api.sessions (id_hash, role, subject, expires_at)
      VALUES (${idHash}, ${role}, ${subject}, ${expiresAt.toISOString()}::timestamptz)`);
  }

  async findSession(idHash: string, now: Date): Promise<Session | null> {
    const row: unknown = await this.#pool.maybeOne(sql.unsafe`
      SELECT role, subject, extract(epoch FROM expires_at)::float8 * 1000 AS expires
      FROM kyc_api.sessions WHERE id_hash = ${idHash} AND expires_at > ${now.toISOString()}::timestamptz`);
    if (row === null) return null;
    const { expires, ...grant } = SessionRow.parse(row);
    return { ...grant, idHash, expiresAt: new Date(expires) };
  }

  async endSession(idHash: string): Promise<void> {
    await this.#pool.query(sql.unsafe`DELETE FROM kyc_api.sessions WHERE id_hash = ${idHash}`);
  }

  async purge(now: Date): Promise<number> {
    const moment = now.toISOString();
    const links = await this.#pool.query(sql.unsafe`DELETE FROM kyc_api.sign_in_links WHERE expires_at <= ${moment}::timestamptz`);
    const sessions = await this.#pool.query(sql.unsafe`DELETE FROM kyc_api.sessions WHERE expires_at <= ${moment}::timestamptz`);
    return links.rowCount + sessions.rowCount;
  }
}
