import { array, assert, asyncProperty, constantFrom, oneof, string, tuple } from 'fast-check';
import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresAuditIndex } from '../../gateways/audit-index/postgres.ts';
import { migrate } from '../../projectors/migrate.ts';
import { readFigures } from '../../projectors/relational/figures.ts';
import { dashboardNumbers } from '../../projectors/relational/numbers.ts';
import { listApplicants, reviewQueue } from '../../projectors/relational/queries.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { applicantId, makeWorld, type World } from './support/world.ts';

let server: TestPostgres;
let pool: DatabasePool;
let world: World;
beforeAll(async () => {
  server = await startTestPostgres();
  pool = await openDatabase(server.url);
  await migrate(pool);
  world = makeWorld({
    settings: { limits: { session: 1e9, signIn: 1e9, callback: 1e9 } },
    deps: {
      queries: {
        reviewQueue: (query) => reviewQueue(pool, query),
        applicants: (query) => listApplicants(pool, query),
        numbers: () => dashboardNumbers(pool, world.deps.clock()),
        figures: () => readFigures(pool),
      },
      audit: createPostgresAuditIndex(pool),
    },
  });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const entry = (version: number) => ({
  id: `applicant-${applicantId}:${version}`, eventId: applicantId, stream: `applicant-${applicantId}`, version, type: 'DecisionMade',
  recordedAt: `2026-11-22T12:00:0${version}.000Z`, occurredAt: '2026-11-22T12:00:00.000Z', actorKind: 'system', actorId: 'decision',
  correlationId: 'c', reasons: ['MRZ_INVALID'], summary: 'The policy decided MANUAL_REVIEW.', data: { decision: 'MANUAL_REVIEW' },
});

type Page = { readonly entries: readonly { readonly version: number }[]; readonly cursor: string | null };
const decidedPage = async (query: string): Promise<Page> =>
  await (await world.send('GET', `/audit?text=decided&limit=2${query}`, { as: 'auditor' })).json() as Page;

describe('before the real read models', () => {
  test('the audit trail is searched page by page', async () => {
    const audit = createPostgresAuditIndex(pool);
    await audit.put([entry(1), entry(2), entry(3)]);
    const first = await decidedPage('');
    expect(first.entries.map(({ version }) => version)).toEqual([3, 2]);
    const second = await decidedPage(`&cursor=${encodeURIComponent(first.cursor ?? '')}`);
    expect(second.entries.map(({ version }) => version)).toEqual([1]);
    expect(second.cursor).toBeNull();
  });

  test.each(['/reviews', '/applicants', '/audit'])('a forged cursor of %s is refused', async (path) => {
    for (const cursor of ['x', 'e30', 'W10', Buffer.from('["2026-11-22T12:00:00.000Z","x",1e400]').toString('base64url')]) {
      const response = await world.send('GET', `${path}?cursor=${cursor}`, { as: 'senior_reviewer' });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'CURSOR_INVALID' });
    }
  });

  test('the figures and the lists of an empty house are there', async () => {
    expect((await world.send('GET', '/numbers', { as: 'analyst' })).status).toBe(200);
    expect((await world.send('GET', '/numbers/figures', { as: 'analyst' })).status).toBe(200);
    expect(await (await world.send('GET', '/reviews', { as: 'reviewer' })).json()).toEqual({ cases: [], cursor: null, total: 0 });
    expect(await (await world.send('GET', '/applicants', { as: 'operator' })).json()).toEqual({ applicants: [], cursor: null });
  });

  test('no question whatever is answered with a server error', async () => {
    const headers = await world.as('senior_reviewer');
    const nasty = constantFrom(
      "'", '"', '\\', '%', '_', '& | ! ( ) : *', "a' & b", '<->', '-', 'or', '"unclosed', '\u00e9\u0301', '𝒳', 'MRZ_INVALID', 'DecisionMade', applicantId,
      '2026-11-22T12:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '200', 'GMC', 'REVIEW', 'mine', 'nobody', 'x'.repeat(200),
    );
    const name = constantFrom('text', 'applicant', 'types', 'actorId', 'reason', 'from', 'to', 'limit', 'cursor', 'registerType', 'status', 'claimed');
    await assert(asyncProperty(
      constantFrom('/audit', '/reviews', '/applicants'),
      array(tuple(name, oneof(nasty, string({ unit: 'binary', maxLength: 20 }))), { maxLength: 3 }),
      async (path, query) => {
        const search = query.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join('&');
        const response = await world.send('GET', `${path}?${search}`, { headers });
        expect([200, 422]).toContain(response.status);
      },
    ), { numRuns: 400 });
  });
});
