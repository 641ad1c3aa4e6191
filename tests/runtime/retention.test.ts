import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { sql } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProjector } from '../../projectors/engine/projector.ts';
import { buildAsOf, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { openRetention, type Retention } from '../../runtime/embedded/retention.ts';
import { openStores, type Stores } from '../../runtime/embedded/stores.ts';
import { readSettings, type Settings } from '../../runtime/settings.ts';
import { ada, applicantInput, createMemoryPlatform, passport, type MemoryPlatform } from '../support/memory/platform.ts';
import { playCase } from '../support/play.ts';

const by = { actor: { kind: 'operator', id: 'olga' }, correlationId: 'retention-1' } as const;

let folder: string;
let settings: Settings;
let stores: Stores;
let platform: MemoryPlatform;
let retention: Retention;
let number = 925076474;
let now = Date.parse('2026-11-20T10:00:00.000Z');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-retention-'));
  settings = readSettings({ KYC_DATA: folder });
  stores = await openStores(settings, { attach: false });
  platform = createMemoryPlatform({ ledger: stores.ledger, store: stores.store, clock: () => new Date((now += 1)) });
  platform.registers.registrants.push(ada);
  retention = open();
});

afterAll(async () => {
  await stores.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As a start of the platform does. */
function open(): Retention {
  const { pool, ledger, store } = stores;
  const readModels = [{ name: 'relational', projector: createProjector(relational, { pool, ledger, store }), types: 'all' as const, projection: relational }];
  return openRetention({ settings, stores, deps: platform.deps, readModels, directory: null });
}

/** A decided case whose retention period is over, in the ledger and in the tables. */
async function aDueCase(): Promise<string> {
  number += 1;
  const applicant = applicantInput({ email: `${randomUUID()}@example.test` });
  const { stream } = await playCase(platform, { applicant, document: passport({ number: String(number) }) });
  await retention.end({ stream, endedOn: '2020-01-31', reason: 'LEFT', ...by });
  await createProjector(relational, stores).catchUp(stream);
  return stream;
}

const erasureOf = async (stream: string) => (await stores.ledger.load(stream)).map(({ type }) => type).filter((type) => type === 'ErasureRequested' || type === 'ApplicantErased');
const emailOf = (stream: string) => stores.pool.oneFirst(sql.unsafe`SELECT email FROM kyc.users WHERE applicant_id = ${stream.replace('applicant-', '')}::uuid`);
const keyOf = async (stream: string) => (await createDynamoSubjectKeys(stores).find([stream])).get(stream);

describe('the daily run', () => {
  it('erases whose data are due in every store, and leaves who is held', async () => {
    const [due, held] = [await aDueCase(), await aDueCase()];
    await retention.hold({ stream: held, holdId: randomUUID(), basis: 'LITIGATION', note: 'claim', ...by });
    await createProjector(relational, stores).catchUp(held);
    expect((await retention.due('2026-11-22')).map(({ stream }) => stream)).toEqual([due]);
    expect(await retention.runDue()).toEqual({ erased: 1, refused: 0, failed: 0 });
    expect(await erasureOf(due)).toEqual(['ErasureRequested', 'ApplicantErased']);
    expect(await emailOf(due)).toMatch(/^erased-\d+@erased\.invalid$/);
    expect(await readdir(join(folder, 'evidence', due)).catch(() => [])).toEqual([]);
    expect(await erasureOf(held)).toEqual([]);
    expect(await emailOf(held)).toMatch(/@example\.test$/);
    expect(await retention.due('2026-11-22')).toEqual([]);
  });

  it('drops copies of the tables that are older than a day, and an erasure drops them all', async () => {
    // Past the days in which what was under way at an erasure is looked after.
    now += 3 * 24 * 3_600_000;
    const build = (at: Date) => buildAsOf(relational, stores, { recordedUpTo: '2026-11-21T00:00:00.000Z' }, { moment: '2026-11-21T00:00:00.000Z', now: at, reader: 'kyc_analyst' });
    const { schema } = await build(platform.deps.clock());
    await build(new Date(now - 25 * 3_600_000));
    await retention.runDue();
    expect((await listAsOf(stores.pool)).map((each) => each.schema)).toEqual([schema]);
    await aDueCase();
    await retention.runDue();
    expect(await listAsOf(stores.pool)).toEqual([]);
  });
});

describe('a start', () => {
  it('finishes an erasure that was cut off after the order', async () => {
    const stream = await aDueCase();
    const cut = openRetention({
      settings, stores, readModels: [], directory: null,
      deps: { ...platform.deps, ledger: { ...stores.ledger, destroyKey: async () => { throw new Error('cut off'); } } },
    });
    await expect(cut.erase({ stream, basis: 'RETENTION_PERIOD_OVER', ...by })).rejects.toThrow('cut off');
    expect(await erasureOf(stream)).toEqual(['ErasureRequested']);
    await createProjector(relational, stores).catchUp(stream);
    await open().resume();
    expect(await erasureOf(stream)).toEqual(['ErasureRequested', 'ApplicantErased']);
    expect(await emailOf(stream)).toMatch(/erased\.invalid$/);
    expect(await keyOf(stream)).toEqual({ kind: 'destroyed' });
  });

  it('destroys a key again that came back with a backup, also years after', async () => {
    const stream = await aDueCase();
    const { TableName, Item } = { TableName: stores.tables['subject-keys'], Item: { stream: { S: stream }, state: { S: 'wrapped' }, wrapped: { B: new Uint8Array(60) } } };
    await retention.runDue();
    now += 3 * 365 * 24 * 3_600_000;
    await stores.client.send(new PutItemCommand({ TableName, Item }));
    expect((await open().resume()).erased).toBeGreaterThan(0);
    expect(await keyOf(stream)).toEqual({ kind: 'destroyed' });
    expect(await open().resume()).toEqual({ erased: 0, refused: 0, failed: 0 });
  });
});

describe('scrubbing', () => {
  it('leaves the log of changes of both databases short', async () => {
    await aDueCase();
    await retention.runDue();
    expect((await stat(join(folder, 'dynamodb', 'dynamodb.sqlite-wal'))).size).toBe(0);
    const segments = (await readdir(join(folder, 'postgres', 'data', 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name));
    expect(segments.length).toBeLessThanOrEqual(2);
  });
});
