import { sql, type CommonQueryMethods, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { tableIn } from '../sql.ts';

interface Revised {
  readonly name: string;
  readonly schema: string;
  readonly revision: number;
}

const table = tableIn('kyc_system', 'read_models');

/**
 * Were the tables built by another revision of the mapping than this code's? Then `rebuild` is due before deliveries
 * go on. Tables that hold nothing yet count as built by this code.
 */
export async function needsRebuild(projection: Revised, pool: DatabasePool): Promise<boolean> {
  return pool.transaction(async (transaction) => {
    const built = await transaction.maybeOneFirst(sql.type(z.object({ revision: z.number() }))`
      SELECT revision FROM ${table} WHERE name = ${projection.name}`);
    if (built !== null) return built !== projection.revision;
    const used = await transaction.exists(sql.unsafe`
      SELECT FROM ${tableIn(projection.schema, 'projection_positions')} WHERE read_model = ${projection.name}`);
    if (!used) await recordRevision(projection, transaction);
    return used;
  });
}

/** Notes that the live tables are this revision's; belongs in the transaction that puts them in place. */
export async function recordRevision({ name, revision }: Revised, transaction: CommonQueryMethods): Promise<void> {
  await transaction.query(sql.unsafe`
    INSERT INTO ${table} (name, revision, built_at) VALUES (${name}, ${revision}, now())
    ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, built_at = excluded.built_at`);
}
