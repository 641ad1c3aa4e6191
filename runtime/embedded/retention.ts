import { join } from 'node:path';
import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { RetentionOperations } from '../../api/deps.ts';
import type { RegisterDirectory } from '../../gateways/registers/directory.ts';
import type { Deps } from '../../handlers/deps.ts';
import { eraseApplicant, eraseDue, orderedErasures, reapplyErasures, type DueErasures, type ErasureDeps } from '../../handlers/erasure.ts';
import { endRelationship, holdRecords, releaseHold } from '../../handlers/retention.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { dropAsOfSchemas } from '../../projectors/engine/as-of-schemas.ts';
import { dueErasures } from '../../projectors/relational/queries.ts';
import { LIVE_SCHEMA } from '../../projectors/relational/tables.ts';
import { tableIn } from '../../projectors/sql.ts';
import type { Settings } from '../settings.ts';
import { personalStores } from './personal-stores.ts';
import type { ReadModel } from './read-models.ts';
import { scrub } from './scrub.ts';
import type { Stores } from './stores.ts';

export interface RetentionParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly deps: Deps;
  readonly readModels: readonly ReadModel[];
  readonly directory: Pick<RegisterDirectory, 'forget'> | null;
}

/** Work under way when the order was given may still have written something: it is looked after for so long. */
const AFTERCARE_DAYS = 2;
const AS_OF_KEPT_MS = 24 * 3_600_000;

export interface Retention extends RetentionOperations {
  /** The daily run: erases what is due, finishes what was cut off, drops old copies of tables. */
  runDue(): Promise<DueErasures>;
  /** Whatever the tables know was to be erased and is not for certain; cheap enough for every start. */
  resume(): Promise<DueErasures>;
}

export function openRetention({ settings, stores, deps, readModels, directory }: RetentionParts): Retention {
  const { pool } = stores;
  const subjectKeys = createDynamoSubjectKeys({ client: stores.client, tables: stores.tables });
  const embedded = settings.values.KYC_DYNAMODB_ENDPOINT === undefined;
  const keys = embedded ? { file: join(settings.dataFolder, 'dynamodb', 'dynamodb.sqlite'), table: stores.tables['subject-keys'] } : null;
  const erasure: ErasureDeps = {
    ...deps,
    evidence: stores.evidence,
    personalStores: personalStores({ settings, pool, deps, directory }),
    scrub: async (streams) => {
      // Whoever is erased while the files are being scrubbed is for the next time.
      const began = deps.clock();
      for (const stream of streams) await Promise.all(readModels.map(({ projector }) => projector.catchUp(stream)));
      await scrub({ pool, log: deps.log, keys });
      await recordScrubbed(pool, began);
    },
  };

  const resume = async (): Promise<DueErasures> => {
    const ordered = await orderedInTables(pool, deps.clock());
    const known = await subjectKeys.find(ordered.map(({ stream }) => stream));
    const unsure = ordered.filter(({ stream, settled }) => !settled || known.get(stream)?.kind !== 'destroyed').map(({ stream }) => stream);
    const result = await reapplyErasures(erasure, unsure);
    // A crash between the last record and the scrubbing leaves nothing to reapply but the latter.
    if (unsure.length === 0 && !(await isScrubbed(pool))) await erasure.scrub([]);
    return result;
  };

  return {
    end: (command) => endRelationship(deps, command),
    hold: (command) => holdRecords(deps, command),
    release: (command) => releaseHold(deps, command),
    erase: (command) => eraseApplicant(erasure, command),
    reapply: async () => reapplyErasures(erasure, await orderedErasures(deps)),
    due: (on) => dueErasures(pool, on),
    resume,
    runDue: async () => {
      await dropAsOfSchemas(pool, new Date(deps.clock().getTime() - AS_OF_KEPT_MS));
      const due = await dueErasures(pool, deps.clock().toISOString().slice(0, 10));
      const result = await eraseDue(erasure, due.map(({ stream }) => stream));
      await resume();
      return result;
    },
  };
}

const Ordered = z.object({ stream: z.string(), settled: z.boolean() });

/** Those whose erasure was ordered, as far as the tables know; not settled while it is unfinished or of the last days. */
async function orderedInTables(pool: DatabasePool, now: Date): Promise<readonly z.infer<typeof Ordered>[]> {
  const recent = new Date(now.getTime() - AFTERCARE_DAYS * 24 * 3_600_000).toISOString();
  return pool.any(sql.type(Ordered)`
    SELECT 'applicant-' || applicant_id AS stream, erased_at IS NOT NULL AND erased_at < ${recent}::timestamptz AS settled
    FROM ${tableIn(LIVE_SCHEMA, 'users')} WHERE erasure_requested_at IS NOT NULL ORDER BY id`);
}

/** Is everything that was erased also scrubbed from the databases' files? */
async function isScrubbed(pool: DatabasePool): Promise<boolean> {
  await createMark(pool);
  return pool.oneFirst(sql.type(z.object({ scrubbed: z.boolean() }))`
    SELECT NOT EXISTS (SELECT FROM ${tableIn(LIVE_SCHEMA, 'users')}
      WHERE erased_at >= coalesce((SELECT at FROM embedded.scrub_mark), '-infinity')) AS scrubbed`);
}

async function recordScrubbed(pool: DatabasePool, now: Date): Promise<void> {
  await createMark(pool);
  await pool.query(sql.unsafe`
    INSERT INTO embedded.scrub_mark VALUES (true, ${now.toISOString()}) ON CONFLICT (single) DO UPDATE SET at = excluded.at`);
}

async function createMark(pool: DatabasePool): Promise<void> {
  await pool.query(sql.unsafe`CREATE SCHEMA IF NOT EXISTS embedded`);
  await pool.query(sql.unsafe`CREATE TABLE IF NOT EXISTS embedded.scrub_mark (single boolean PRIMARY KEY CHECK (single), at timestamptz NOT NULL)`);
}
