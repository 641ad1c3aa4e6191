import * as fc from 'fast-check';
import { sql } from 'slonik';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { awaitsReview } from '../../aggregates/applicant/queries.ts';
import { fold } from '../../aggregates/applicant/evolve.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { createProjector } from '../../projectors/engine/projector.ts';
import { rebuildInto } from '../../projectors/engine/rebuild.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { relationalTables } from '../../projectors/relational/tables.ts';
import { useDatabases } from './support/database.ts';
import { dump } from './support/dump.ts';
import { makeHistories } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';
import { randomFrom } from './support/random.ts';

const databases = useDatabases();

describe('the relational tables', () => {
  test('G-16: come out the same from any order, with duplicates and losses, as from a rebuild', async () => {
    const { pool } = await databases.fresh();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 60 }), async (seed, extra) => {
        await pool.query(sql.unsafe`TRUNCATE kyc.users, kyc.projection_positions, kyc.projection_failures CASCADE`);
        const ledger = new MemoryLedger();
        const live = createProjector(relational, { pool, ...ledger.deps });
        for (const delivery of disturbed(seed, makeHistories(seed, 5, extra).flatMap(({ events }) => events), ledger)) await live.deliver(delivery);
        await live.catchUpAll('1970-01-01T00:00:00.000Z');
        const { failed } = await rebuildInto(relational, { pool, ...ledger.deps }, 'again');
        expect(failed).toEqual([]);
        expect(await dump(pool)).toEqual(await dump(pool, 'again'));
      }),
      { numRuns: 25 },
    );
  });

  test('hold the queue that the aggregate says waits for a person', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    const histories = makeHistories(11, 240, 60);
    for (const { events } of histories) ledger.append(...events);
    await createProjector(relational, { pool, ...ledger.deps }).catchUpAll('1970-01-01T00:00:00.000Z');
    const rows = await pool.any(sql.type(z.object({ applicant_id: z.string(), status: z.string().nullable(), claimed_by: z.string().nullable(), proposed_by: z.string().nullable(), user_status: z.string() }))`
      SELECT applicant_id, r.status, claimed_by, proposed_by, u.status AS user_status
      FROM kyc.users u LEFT JOIN kyc.reviews r ON r.user_id = u.id AND r.status <> 'CLOSED'`);
    expect(rows).toHaveLength(histories.length);
    const seen = new Set<string>();
    for (const { stream, events } of histories) {
      const state = fold(events);
      const row = rows.find(({ applicant_id }) => stream.endsWith(applicant_id));
      if (state.kind !== 'registered' || row === undefined) throw new Error('lost an applicant');
      expect(row.user_status).toBe(state.status);
      const open = awaitsReview(state);
      const expected = !open ? null : state.review.proposal !== null ? 'PROPOSED' : state.review.claim !== null ? 'CLAIMED' : 'OPEN';
      expect(row.status).toBe(expected);
      const { claim, proposal } = state.review;
      expect([row.claimed_by, row.proposed_by]).toEqual(open ? [claim?.by.id ?? null, proposal?.by.id ?? null] : [null, null]);
      seen.add(String(expected));
    }
    expect([...seen].toSorted()).toEqual(['CLAIMED', 'OPEN', 'PROPOSED', 'null']);
  });

  test('G-9: hold nothing personal of an erased applicant, and are then what a rebuild makes', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    const live = createProjector(relational, { pool, ...ledger.deps });
    const histories = makeHistories(5, 150, 80);
    for (const { events } of histories) await live.deliver(events);
    const erased = histories.filter(({ events }) => events.some(({ type }) => type === 'ApplicantErased'));
    expect(erased.length).toBeGreaterThan(2);
    const left = await pool.anyFirst(sql.type(z.object({ row: z.string() }))`
      SELECT concat(u.email, u.reg_no, d.expiry_date, s.textract_json, s.parsed_name, s.parsed_dob, s.parsed_expiry, r.raw_response_json) AS row
      FROM kyc.users u LEFT JOIN kyc.id_documents d ON d.user_id = u.id LEFT JOIN kyc.doc_scans s ON s.id_document_id = d.id
      LEFT JOIN kyc.reg_checks r ON r.user_id = u.id
      WHERE u.erased_at IS NOT NULL`);
    expect(left.length).toBeGreaterThanOrEqual(erased.length);
    for (const row of left) expect(row).toMatch(/^erased-\d+@erased\.invalid(\{"Blocks": \[\], "DocumentMetadata": \{"Pages": 0\}\})?(\{\})?$/);

    for (const { stream, events } of histories) {
      ledger.append(...events);
      if (erased.some((each) => each.stream === stream)) ledger.erase(stream);
    }
    await rebuildInto(relational, { pool, ...ledger.deps }, 'again');
    expect(await dump(pool)).toEqual(await dump(pool, 'again'));
  });

  test('have the columns that the writer knows, in order, and a comment on each table and column', async () => {
    const { pool } = await databases.fresh();
    const columns = await pool.any(sql.type(z.object({ table: z.string(), column: z.string(), type: z.string(), comment: z.string().nullable(), table_comment: z.string().nullable() }))`
      SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type,
        col_description(c.oid, a.attnum) AS comment, obj_description(c.oid) AS table_comment
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'kyc'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY c.relname, a.attnum`);
    for (const table of relationalTables) {
      expect(columns.filter((each) => each.table === table.name).map(({ column }) => column)).toEqual(Object.keys(table.columns));
    }
    expect(columns.filter(({ comment, table_comment }) => comment === null || table_comment === null)).toEqual([]);
  });
});

/** Delivers events as a bad bus does: shuffled, some lost, some twice; the ledger always has them before. */
function disturbed(seed: number, events: readonly LedgerEvent[], ledger: MemoryLedger): LedgerEvent[][] {
  const random = randomFrom(seed);
  ledger.append(...events);
  const arriving = random.shuffle(events).filter(() => random.chance(0.8)).flatMap((event) => (random.chance(0.2) ? [event, event] : [event]));
  const deliveries: LedgerEvent[][] = [];
  while (arriving.length > 0) deliveries.push(arriving.splice(0, random.int(1, 8)));
  return deliveries;
}
