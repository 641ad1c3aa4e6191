import { sql, type DatabasePool } from 'slonik';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { awaitsReview } from '../../aggregates/applicant/queries.ts';
import { fold } from '../../aggregates/applicant/evolve.ts';
import type { Applicant } from '../../aggregates/applicant/state.ts';
import { createProjector } from '../../projectors/engine/projector.ts';
import { dashboardNumbers } from '../../projectors/relational/numbers.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { dueErasures, expiringDocuments, listApplicants, reviewQueue } from '../../projectors/relational/queries.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { useDatabases, type Database } from './support/database.ts';
import { makeHistories } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';

const databases = useDatabases();
const histories = makeHistories(11, 240, 60);
const applicants = histories.map(({ stream, events }) => {
  const state = fold(events);
  if (state.kind !== 'registered') throw new Error('a history without a registration');
  return { stream, id: stream.replace('applicant-', ''), state };
});
let database: Database;
let pool: DatabasePool;

beforeAll(async () => {
  database = await databases.fresh();
  pool = database.pool;
  const ledger = new MemoryLedger();
  for (const { events } of histories) ledger.append(...events);
  await createProjector(relational, { pool, ...ledger.deps }).catchUpAll('1970-01-01T00:00:00.000Z');
});

const where = (condition: (state: Applicant) => boolean) => applicants.filter(({ state }) => condition(state)).map(({ id }) => id).toSorted();

describe('the review queue', () => {
  test('has every case that waits for a person, second approvals first, each part oldest first', async () => {
    const { cases, cursor, total } = await reviewQueue(pool, { limit: 200 });
    expect(cases.map(({ id }) => id).toSorted()).toEqual(where(awaitsReview));
    const part = (second: boolean) => cases.filter(({ awaitsSecond }) => awaitsSecond === second);
    expect(cases).toEqual([...part(true), ...part(false)]);
    for (const second of [true, false]) expect(part(second).map(({ since }) => since)).toEqual(part(second).map(({ since }) => since).toSorted());
    expect(part(true).length).toBeGreaterThan(0);
    expect({ cursor, total }).toEqual({ cursor: null, total: cases.length });
  });

  test('is narrowed by register, reason, claim and open proposal', async () => {
    expect(await queueOf({ registerType: 'NMC' })).toEqual(where((state) => awaitsReview(state) && state.registerType === 'NMC'));
    expect(await queueOf({ claimedBy: 'reviewer-1' })).toEqual(where((state) => awaitsReview(state) && state.review.claim?.by.id === 'reviewer-1'));
    expect(await queueOf({ claimedBy: null })).toEqual(where((state) => awaitsReview(state) && state.review.claim === null));
    expect(await queueOf({ awaitsSecond: true })).toEqual(where((state) => awaitsReview(state) && state.review.proposal !== null));
    expect(await queueOf({ reason: 'APPEAL_LODGED' })).toEqual(where((state) => awaitsReview(state) && state.appeal !== null));
  });

  test('says of each case what a reviewer must know before taking it', async () => {
    const { cases } = await reviewQueue(pool, { limit: 200 });
    for (const each of cases) {
      const state = applicants.find(({ id }) => id === each.id)?.state;
      expect(each).toMatchObject({
        number: state?.number, registerType: state?.registerType, version: state?.version, appeal: state?.appeal !== null,
        awaitsSecond: state?.review.proposal !== null, claimedBy: state?.review.claim?.by.id ?? null,
      });
      expect(each.proposal?.by).toBe(state?.review.proposal?.by.id);
      expect(each.reasons.length).toBeGreaterThan(0);
    }
  });

  test('pages without a gap or a repetition', async () => {
    const whole = (await reviewQueue(pool, { limit: 200 })).cases.map(({ id }) => id);
    expect(await pages(async (cursor) => {
      const page = await reviewQueue(pool, { limit: 3, ...(cursor !== null && { cursor }) });
      return { ids: page.cases.map(({ id }) => id), cursor: page.cursor };
    })).toEqual(whole);
    expect((await reviewQueue(pool, { limit: 3, offset: 4 })).cases.map(({ id }) => id)).toEqual(whole.slice(4, 7));
    expect(await reviewQueue(pool, { limit: 3, offset: whole.length })).toEqual({ cases: [], cursor: null, total: whole.length });
    await expect(reviewQueue(pool, { limit: 3, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('goes on after a case, whichever part of the queue that is in, and after one that has left it', async () => {
    const whole = (await reviewQueue(pool, { limit: 200 })).cases;
    for (const [at, { id }] of whole.entries()) {
      expect((await reviewQueue(pool, { limit: 2, after: id })).cases.map((each) => each.id)).toEqual(whole.slice(at + 1, at + 3).map((each) => each.id));
    }
    const left = applicants.find(({ id, state }) => state.inForce?.by.kind === 'person' && !whole.some((each) => each.id === id))?.id ?? '';
    const { opened_at: openedAt } = await pool.one(sql.type(z.object({ opened_at: z.string() }))`
      SELECT opened_at FROM kyc.reviews JOIN kyc.users ON users.id = user_id WHERE applicant_id = ${left} ORDER BY reviews.id DESC LIMIT 1`);
    expect((await reviewQueue(pool, { limit: 200, after: left })).cases.map(({ id }) => id))
      .toEqual(whole.filter(({ awaitsSecond, since }) => !awaitsSecond && since > openedAt).map(({ id }) => id));
  });
});

describe('the list of applicants', () => {
  test('pages through everybody, those registered last first', async () => {
    const expected = applicants.toSorted((a, b) => b.state.registeredAt.localeCompare(a.state.registeredAt)).map(({ id }) => id);
    expect(await pages(async (cursor) => {
      const page = await listApplicants(pool, { limit: 50, ...(cursor !== null && { cursor }) });
      return { ids: page.applicants.map(({ id }) => id), cursor: page.cursor };
    })).toEqual(expected);
  });

  test('is narrowed by status and register', async () => {
    const { applicants: found } = await listApplicants(pool, { status: 'VERIFIED', registerType: 'GMC', limit: 200 });
    expect(found.map(({ id }) => id).toSorted()).toEqual(where((state) => state.status === 'VERIFIED' && state.registerType === 'GMC'));
    expect(found.length).toBeGreaterThan(0);
  });

  test('finds one by address, registration number, number and id, and takes no text for a pattern', async () => {
    const one = applicants.find(({ state }) => state.personal !== null && state.registerType === 'NMC');
    const { email = '', registrationNumber = '' } = one?.state.personal ?? {};
    expect(await find(email.toUpperCase())).toEqual([one?.id]);
    expect(await find(email.slice(0, email.indexOf('@')))).toEqual([one?.id]);
    expect(await find(` ${registrationNumber.toLowerCase()} `)).toContain(one?.id);
    expect(await find(String(one?.state.number))).toContain(one?.id);
    expect(await find(one?.id ?? '')).toEqual([one?.id]);
    expect(await find('%')).toEqual([]);
    expect(await find('person_')).toEqual([]);
  });

  test('finds people by words of the name on a document, in any order, accents left out or not', async () => {
    const named = applicants.flatMap(({ id, state }) => {
      const name = state.documents.findLast(({ scan }) => scan.kind === 'scanned' && scan.fields?.name)?.scan;
      return state.erasure.kind === 'none' && name?.kind === 'scanned' && name.fields?.name ? [{ id, name: name.fields.name }] : [];
    });
    expect(named.length).toBeGreaterThan(20);
    for (const { id, name: { givenNames, surname } } of named.slice(0, 20)) {
      expect(await find(`${surname.toLowerCase()} ${givenNames}`)).toContain(id);
      expect(await find(surname.slice(0, 3))).toContain(id);
      expect(await find(surname.normalize('NFD').replaceAll(/[\p{M}'’]/gu, ''))).toContain(id);
    }
    expect(await find('Nobody-Of-That-Name')).toEqual([]);
    expect(await find('a')).toEqual([]);
  });
});

test('documents that expire soon, or have unmarked, are candidates for a reminder', async () => {
  const today = '2026-09-01';
  const expected = applicants.flatMap(({ stream, state }) =>
    state.erasure.kind === 'none'
      ? state.documents.flatMap((document) => {
          const date = document.scan.kind === 'scanned' ? document.scan.fields?.expiryDate ?? null : null;
          return date !== null && date <= '2026-11-30' && !document.expired ? [`${stream} ${document.version} ${date} ${document.reminders.join()}`] : [];
        })
      : []);
  const found = await expiringDocuments(pool, today, 90);
  expect(found.map((each) => `${each.stream} ${each.documentVersion} ${each.expiryDate} ${each.remindersSent.join()}`).toSorted()).toEqual(expected.toSorted());
  expect(found.length).toBeGreaterThan(5);
  for (const { expiryDate, daysLeft } of found) expect(daysLeft).toBe((Date.parse(expiryDate) - Date.parse(today)) / 86_400_000);
});

test('data fall due when the day has come, no hold applies and no erasure is ordered', async () => {
  for (const today of ['2026-02-01', '2026-06-01', '2030-01-01']) {
    expect((await dueErasures(pool, today)).map(({ stream }) => stream.replace('applicant-', '')).toSorted()).toEqual(due(today));
  }
  expect(due('2030-01-01').length).toBeGreaterThan(0);
});

test('the dashboard counts what is there', async () => {
  const decisions = applicants.flatMap(({ state }) => state.decisions);
  const now = new Date(Math.max(...decisions.map(({ at }) => Date.parse(at))));
  const since = new Date(now.getTime() - 30 * 86_400_000).toISOString();
  const recent = decisions.filter(({ at }) => at > since);
  const numbers = await dashboardNumbers(pool, now);
  expect(numbers.applicants.reduce((sum, { count }) => sum + count, 0)).toBe(applicants.length);
  expect(numbers.decisions.reduce((sum, { count }) => sum + count, 0)).toBe(recent.length);
  expect(numbers.decisions.filter(({ by }) => by === 'person').reduce((sum, { count }) => sum + count, 0)).toBe(recent.filter(({ by }) => by.kind === 'person').length);
  expect(numbers.queue.open + numbers.queue.claimed + numbers.queue.awaitingSecond).toBe(where(awaitsReview).length);
});

test('the dashboard of an empty database is all zeros', async () => {
  const empty = await databases.fresh();
  expect(await dashboardNumbers(empty.pool, new Date('2026-06-01T00:00:00.000Z'))).toEqual({
    applicants: [], decisions: [], reasons: [], queue: { open: 0, claimed: 0, awaitingSecond: 0, appeals: 0, oldestSince: null },
    secondsToDecision: { p50: null, p95: null }, documentsExpiring: { within7: 0, within30: 0, within90: 0 },
  });
});

describe('an analyst', () => {
  let analyst: DatabasePool;
  beforeAll(async () => {
    analyst = await openDatabase(database.analystUrl, { maxPoolSize: 1 });
    return () => analyst.end();
  });
  const count = (query: ReturnType<typeof sql.unsafe>) => analyst.oneFirst({ ...query, parser: z.object({ n: z.bigint() }) });

  test('G-18: runs queries written against the seed\'s tables as they stand', async () => {
    const found = await analyst.any(sql.type(z.object({ email: z.string(), status: z.string(), decision: z.string(), match_score: z.number().nullable() }))`
      SELECT u.email, u.status, k.decision, f.match_score
      FROM users u JOIN kyc_decisions k ON k.user_id = u.id LEFT JOIN face_checks f ON f.user_id = u.id
      WHERE u.status = 'VERIFIED' AND k.decision = 'PASS' AND 'x' <> ALL (k.reasons) ORDER BY k.decided_at DESC`);
    expect(found.length).toBeGreaterThan(0);
  });

  test('reads the views', async () => {
    const decided = applicants.filter(({ state }) => state.decisions.length > 0).length;
    const all = applicants.reduce((sum, { state }) => sum + state.decisions.length, 0);
    const people = applicants.reduce((sum, { state }) => sum + state.decisions.filter(({ by }) => by.kind === 'person').length, 0);
    expect(await count(sql.unsafe`SELECT sum(registered)::bigint AS n FROM funnel_by_day`)).toBe(BigInt(applicants.length));
    expect(await count(sql.unsafe`SELECT sum(decided)::bigint AS n FROM funnel_by_day`)).toBe(BigInt(decided));
    expect(await count(sql.unsafe`SELECT sum(decisions)::bigint AS n FROM decision_mix`)).toBe(BigInt(all));
    expect(await count(sql.unsafe`SELECT sum(decided)::bigint AS n FROM time_to_decision WHERE registered_p50_s <= registered_p95_s`)).toBe(BigInt(decided));
    expect(await count(sql.unsafe`SELECT sum(cases)::bigint AS n FROM reviewer_agreement`)).toBe(BigInt(people));
    expect(await count(sql.unsafe`SELECT sum(decisions)::bigint AS n FROM decision_reasons WHERE reason IN ('MACHINE_ERROR', 'NEW_EVIDENCE')`)).toBe(BigInt(people));
    expect(await count(sql.unsafe`SELECT count(*) AS n FROM documents_expiring WHERE days_left > 90`)).toBe(0n);
  });

  test.each([
    ['read who accessed records', sql.unsafe`SELECT * FROM kyc_access.access_log`],
    ['read the audit trail', sql.unsafe`SELECT * FROM kyc_audit.audit_entries`],
    ['read the positions', sql.unsafe`SELECT * FROM projection_positions`],
    ['read the platform\'s bookkeeping', sql.unsafe`SELECT * FROM kyc_system.migrations`],
    ['change a row', sql.unsafe`UPDATE users SET email = 'x@example.org'`],
    ['make a table', sql.unsafe`CREATE TABLE kyc.mine (n INT)`],
  ])('may not %s', async (_what, query) => {
    await expect(analyst.query(query)).rejects.toMatchObject({ message: expect.stringMatching(/permission denied|read-only|does not exist/) });
  });

  test('G-18: may not change a row even after lifting the read-only setting', async () => {
    await expect(analyst.transaction(async (transaction) => {
      await transaction.query(sql.unsafe`SET TRANSACTION READ WRITE`);
      await transaction.query(sql.unsafe`DELETE FROM users`);
    })).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
  });
});

async function queueOf(filter: Omit<Parameters<typeof reviewQueue>[1], 'limit'>): Promise<string[]> {
  return (await reviewQueue(pool, { ...filter, limit: 200 })).cases.map(({ id }) => id).toSorted();
}

async function find(search: string): Promise<string[]> {
  return (await listApplicants(pool, { search, limit: 200 })).applicants.map(({ id }) => id);
}

function due(today: string): string[] {
  return where(({ retention: { ended, holds }, erasure }) =>
    ended !== null && ended.dueOn <= today && holds.length === 0 && erasure.kind === 'none');
}

async function pages(read: (cursor: string | null) => Promise<{ ids: string[]; cursor: string | null }>): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(cursor);
    seen.push(...page.ids);
    cursor = page.cursor;
  } while (cursor !== null);
  return seen;
}
