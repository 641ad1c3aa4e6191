import { sql } from 'slonik';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue, type DomainEvent } from '../../events/catalogue.ts';
import type { Actor } from '../../events/envelope.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { createPostgresAuditIndex } from '../../gateways/audit-index/postgres.ts';
import { accessLog } from '../../projectors/access-log/projection.ts';
import { listAccess } from '../../projectors/access-log/queries.ts';
import { auditTrail, entryOf } from '../../projectors/audit-trail/projection.ts';
import { createProjector } from '../../projectors/engine/projector.ts';
import { rebuild, refill } from '../../projectors/engine/rebuild.ts';
import { reviewFeedback, type Feedback } from '../../projectors/review-feedback/projection.ts';
import { useDatabases } from './support/database.ts';
import { envelope, makeHistories } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';
import { randomFrom } from './support/random.ts';

const databases = useDatabases();
const BEGINNING = '1970-01-01T00:00:00.000Z';
const histories = makeHistories(41, 120, 50);
const everything = histories.flatMap(({ events }) => events);
const APPLICANT = 'applicant-11111111-1111-7111-8111-111111111111';

function accessEvents(stream: string, actor: Actor, contents: readonly DomainEvent[]): LedgerEvent[] {
  return contents.map((content, index) => envelope(randomFrom(index), stream, index + 1, `2026-05-0${index + 1}T10:00:00.000Z`, content, actor));
}

const viewed = (what: 'status' | 'personal', upToVersion: number): DomainEvent => ({ type: 'RecordViewed', data: { applicant: APPLICANT, what, upToVersion }, personal: null });
const exported = (personalDataIncluded: boolean): DomainEvent => ({
  type: 'RecordExported',
  data: { applicant: APPLICANT, exportId: '22222222-2222-4222-8222-222222222222', upToVersion: 9, basis: null, personalDataIncluded, manifestSha256: 'a'.repeat(64) },
  personal: null,
});

const exportedAll: DomainEvent = {
  type: 'LedgerExported',
  data: {
    exportId: '33333333-3333-4333-8333-333333333333', selection: { applicant: null, from: null, to: null, registerType: null, decision: null },
    basis: 'REGULATOR_REQUEST', applicants: 3, events: 40, personalDataIncluded: false, evidenceIncluded: false, treeSize: 50, checkpoint: 'kyc.example/log\n50\n', manifestSha256: 'b'.repeat(64),
  },
  personal: null,
};

describe('the audit trail', () => {
  test('has one entry for each event of every stream, however often it is delivered', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...everything, ...accessEvents('access-1', { kind: 'reviewer', id: 'reviewer-1' }, [viewed('status', 3)]));
    const projector = createProjector(auditTrail(createPostgresAuditIndex(pool)), { pool, ...ledger.deps });
    await projector.catchUpAll(BEGINNING);
    await projector.deliver(everything);
    const count = await pool.oneFirst(sql.type(z.object({ n: z.bigint() }))`SELECT count(*) AS n FROM kyc_audit.audit_entries`);
    expect(count).toBe(BigInt(everything.length + 1));
  });

  test('is found by words, by reason and by who did it', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...everything);
    const index = createPostgresAuditIndex(pool);
    await createProjector(auditTrail(index), { pool, ...ledger.deps }).catchUpAll(BEGINNING);
    const { entries } = await index.search({ text: 'person decided PASS', reason: 'MACHINE_ERROR', actorId: 'reviewer-2', limit: 200 });
    const expected = everything.filter((event) =>
      event.type === 'ReviewOverridden' && event.data.reason === 'MACHINE_ERROR' && event.data.outcome === 'PASS' && event.actor.id === 'reviewer-2');
    expect(entries.map(({ eventId }) => eventId).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    expect(expected.length).toBeGreaterThan(0);
  });

  test('says each kind of event in words, and nothing personal', () => {
    const entries = [...everything, ...accessEvents('access-1', { kind: 'reviewer', id: 'r' }, [viewed('personal', 1), exported(true), exportedAll])].map(entryOf);
    expect(new Set(entries.map(({ type }) => type))).toEqual(new Set(catalogue.map(({ type }) => type)));
    for (const { summary } of entries) expect(summary).toMatch(/^[A-Z0-9][^\n]{5,200}$/);
    expect(JSON.stringify(entries)).not.toMatch(/example\.org|JANE|Jane|1984-02-29|925076473|not right|photograph is old/);
  });

  test('is filled again from the ledger when its index was lost', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...everything.slice(0, 200));
    const index = createPostgresAuditIndex(pool);
    const trail = auditTrail(index);
    await createProjector(trail, { pool, ...ledger.deps }).catchUpAll(BEGINNING);
    const before = await index.search({ limit: 200 });
    await pool.query(sql.unsafe`DELETE FROM kyc_audit.audit_entries`);
    expect(await refill(trail, { pool, ...ledger.deps })).toEqual({ applied: 200, failed: [] });
    expect(await index.search({ limit: 200 })).toEqual(before);
  });

  test('waits, and loses nothing, while the index does not answer', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...everything.slice(0, 50));
    const got: string[] = [];
    let up = false;
    const index = {
      put: async (entries: readonly { id: string }[]) => {
        if (!up) throw Object.assign(new Error('down'), { code: 'SERVICE_UNAVAILABLE' });
        got.push(...entries.map(({ id }) => id));
      },
    };
    const projector = createProjector(auditTrail(index), { pool, ...ledger.deps });
    await expect(projector.catchUpAll(BEGINNING)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await projector.failures()).toEqual([]);
    up = true;
    await projector.catchUpAll(BEGINNING);
    expect(got).toHaveLength(50);
  });
});

describe('review feedback', () => {
  test('puts each human decision beside what the policy had decided and on which signals', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    const kept = new Map<string, Feedback>();
    const store = { put: async (feedback: Feedback) => void kept.set(`${feedback.stream}:${feedback.version}`, feedback) };
    ledger.append(...everything);
    await createProjector(reviewFeedback(store), { pool, ...ledger.deps }).catchUpAll(BEGINNING);
    const overridden = everything.filter((event) => event.type === 'ReviewOverridden');
    expect(kept.size).toBe(overridden.length);
    for (const event of overridden) {
      const machine = ledger.streams.get(event.stream)?.findLast((each) => each.type === 'DecisionMade' && each.version < event.version);
      expect(kept.get(`${event.stream}:${event.version}`)).toMatchObject({
        humanOutcome: event.data.outcome, humanReason: event.data.reason, machineDecision: machine?.data['decision' as never], signals: machine?.data['signals' as never],
      });
    }
  });

  test('comes out the same when the two events arrive in different deliveries', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...everything);
    const kept: Feedback[] = [];
    const projector = createProjector(reviewFeedback({ put: async (feedback) => void kept.push(feedback) }), { pool, ...ledger.deps });
    for (const event of everything.slice(0, 600)) await projector.deliver([event]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every(({ policyVersion }) => policyVersion === '2026-11')).toBe(true);
    expect(ledger.loads).toBe(0);
  });
});

describe('the access log', () => {
  const reviewer: Actor = { kind: 'reviewer', id: 'reviewer-1' };
  const contents = [viewed('status', 3), viewed('personal', 5), exported(false), exported(true)];

  test('says who saw or exported what, when and how far, newest first', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...accessEvents('access-1', reviewer, contents), ...everything.slice(0, 20));
    const projector = createProjector(accessLog, { pool, ...ledger.deps });
    await projector.catchUpAll(BEGINNING);
    await projector.catchUpAll(BEGINNING);
    const found = await listAccess(pool, { applicant: APPLICANT });
    expect(found.map(({ what, personalData, upToVersion, actorId, at }) => [what, personalData, upToVersion, actorId, at])).toEqual([
      ['export', true, 9, 'reviewer-1', '2026-05-04T10:00:00.000Z'],
      ['export', false, 9, 'reviewer-1', '2026-05-03T10:00:00.000Z'],
      ['personal', true, 5, 'reviewer-1', '2026-05-02T10:00:00.000Z'],
      ['status', false, 3, 'reviewer-1', '2026-05-01T10:00:00.000Z'],
    ]);
    const [first] = await listAccess(pool, { actorId: 'reviewer-1', from: '2026-05-02T00:00:00.000Z', to: '2026-05-04T00:00:00.000Z', limit: 1 });
    expect(first?.at).toBe('2026-05-03T10:00:00.000Z');
    const rest = await listAccess(pool, first === undefined ? {} : { after: first });
    expect(rest.map(({ what }) => what)).toEqual(['personal', 'status']);
  });

  test('lists an export of several applicants as one', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...accessEvents('exports-ledger', { kind: 'operator', id: 'operator-1' }, [exportedAll]));
    await createProjector(accessLog, { pool, ...ledger.deps }).catchUpAll(BEGINNING);
    expect(await listAccess(pool)).toMatchObject([{ applicant: null, what: 'ledger', action: 'exported', upToVersion: null, personalData: false, actorId: 'operator-1' }]);
  });

  test('can be rebuilt like the relational tables', async () => {
    const { pool } = await databases.fresh();
    const ledger = new MemoryLedger();
    ledger.append(...accessEvents('access-1', reviewer, contents));
    await createProjector(accessLog, { pool, ...ledger.deps }).catchUpAll(BEGINNING);
    const before = await listAccess(pool);
    await pool.query(sql.unsafe`DELETE FROM kyc_access.access_log`);
    await rebuild(accessLog, { pool, ...ledger.deps });
    expect(await listAccess(pool)).toEqual(before);
  });
});
