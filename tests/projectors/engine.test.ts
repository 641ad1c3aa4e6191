import { UnexpectedStateError, sql, type DatabasePool } from 'slonik';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { LedgerEvent } from '../../events/read.ts';
import type { ProjectionFailure } from '../../projectors/engine/projection.ts';
import { createProjector, type Projector } from '../../projectors/engine/projector.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { useDatabases } from './support/database.ts';
import { dump } from './support/dump.ts';
import { makeHistories, makeHistory, type History } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';

const databases = useDatabases();
const BEGINNING = '1970-01-01T00:00:00.000Z';

let pool: DatabasePool;
let ledger: MemoryLedger;
let told: ProjectionFailure[];
let projector: Projector;

beforeEach(async () => {
  ({ pool } = await databases.fresh());
  ledger = new MemoryLedger();
  told = [];
  projector = createProjector(relational, { pool, ...ledger.deps, onFailure: (failure) => told.push(failure) });
});

function recorded(history: History): History {
  ledger.append(...history.events);
  return history;
}

function at(events: readonly LedgerEvent[], index: number): LedgerEvent {
  const event = events.at(index);
  if (event === undefined) throw new RangeError('no such event');
  return event;
}

/** The third event of the first of three streams refers to something that is not there. */
function withPoison() {
  const histories = makeHistories(7, 3, 0);
  const [bad] = histories;
  if (bad === undefined) throw new Error('no histories');
  const poison: LedgerEvent = { ...at(bad.events, 2), type: 'IdDocumentExpired', data: { documentVersion: 999 }, personal: null };
  const good = [...bad.events];
  bad.events[2] = poison;
  for (const each of histories) recorded(each);
  return { histories, bad, good, poison };
}

const refuse = () => Promise.reject(Object.assign(new Error('does not fit'), { code: 'SEAL_BROKEN' }));

const usersIn = (database: DatabasePool) => database.oneFirst(sql.type(z.object({ n: z.bigint() }))`SELECT count(*) AS n FROM kyc.users`);

describe('order, duplicates and gaps', () => {
  test('the next event is applied without asking the ledger', async () => {
    const { stream, events } = recorded(makeHistory(1, 1, 0));
    for (const event of events) expect(await projector.deliver([event])).toEqual({ applied: 1, failed: [] });
    expect(ledger.loads).toBe(0);
    expect(await projector.position(stream)).toBe(events.length);
  });

  test('an event that is known already changes nothing', async () => {
    const { events } = recorded(makeHistory(1, 1, 0));
    await projector.deliver(events);
    const before = await dump(pool);
    expect(await projector.deliver([...events, ...events])).toEqual({ applied: 0, failed: [] });
    expect(await dump(pool)).toEqual(before);
    expect(ledger.loads).toBe(0);
  });

  test('on a gap what is missing is read from the ledger, and what comes late is then known', async () => {
    const { stream, events } = recorded(makeHistory(1, 1, 0));
    expect(await projector.deliver([at(events, 3)])).toMatchObject({ applied: events.length });
    expect(ledger.loads).toBe(1);
    expect(await projector.deliver(events.slice(0, 3))).toEqual({ applied: 0, failed: [] });
    expect(await projector.position(stream)).toBe(events.length);
  });

  test('a notice is enough', async () => {
    const { stream, events } = recorded(makeHistory(1, 1, 0));
    expect(await projector.deliver([{ stream, version: 1 }])).toEqual({ applied: events.length, failed: [] });
  });

  test('a stream that is not the read model\'s own is left alone', async () => {
    expect(await projector.deliver([{ stream: 'exports-ledger', version: 3 }])).toEqual({ applied: 0, failed: [] });
    expect(ledger.loads).toBe(0);
  });

  test('the same stream delivered by many at once is applied once, in order', async () => {
    const histories = makeHistories(3, 6, 25).map(recorded);
    const everything = histories.flatMap(({ events }) => events);
    const others = Array.from({ length: 5 }, () => createProjector(relational, { pool, ...ledger.deps }));
    const results = await Promise.all(others.map((each, index) => each.deliver(index % 2 === 0 ? everything : everything.toReversed())));
    expect(results.reduce((sum, { applied }) => sum + applied, 0)).toBe(everything.length);
    expect(results.flatMap(({ failed }) => failed)).toEqual([]);
    expect(await usersIn(pool)).toBe(6n);
  });

  test('a sweep finds everything that was never delivered', async () => {
    const histories = makeHistories(4, 30, 10).map(recorded);
    const total = histories.reduce((sum, { events }) => sum + events.length, 0);
    await projector.deliver(histories.slice(0, 10).flatMap(({ events }) => events));
    let gone = 0;
    await projector.catchUpAll(BEGINNING, (events) => (gone = events));
    expect(gone).toBe(total);
    expect(await usersIn(pool)).toBe(30n);
    expect(await projector.catchUpAll(BEGINNING)).toEqual({ applied: 0, failed: [] });
  });
});

describe('rows and position are one', () => {
  test('when the rows cannot be written the position stays', async () => {
    const { stream, events } = recorded(makeHistory(1, 1, 0));
    await pool.query(sql.unsafe`ALTER TABLE kyc.consents ADD CONSTRAINT broken CHECK (text_version = 'nothing')`);
    expect(await projector.deliver(events)).toMatchObject({ applied: 1, failed: [{ version: 2, code: '23514' }] });
    expect(await projector.position(stream)).toBe(1);
    expect(await usersIn(pool)).toBe(1n);
  });

  test('a database that is gone is the caller\'s to try again, and no fault of the event', async () => {
    const { events } = recorded(makeHistory(1, 1, 0));
    const { pool: other } = await databases.fresh();
    const away = createProjector(relational, { pool: other, ...ledger.deps, onFailure: (failure) => told.push(failure) });
    await other.end();
    await expect(away.deliver(events)).rejects.toBeInstanceOf(UnexpectedStateError);
    expect(told).toEqual([]);
  });

  test('nor are tables that have not been made yet', async () => {
    const { events } = recorded(makeHistory(1, 1, 0));
    await pool.query(sql.unsafe`ALTER TABLE kyc.users RENAME TO elsewhere`);
    await expect(projector.deliver(events)).rejects.toMatchObject({ code: '42P01' });
    expect(await projector.failures()).toEqual([]);
  });
});

describe('an event that cannot be applied', () => {
  test('holds up its own stream only, just before itself, and is reported by id and code', async () => {
    const { histories, bad, poison } = withPoison();
    const failure = { readModel: 'relational', stream: bad.stream, version: 3, eventId: poison.id, code: 'UNKNOWN_REFERENCE' };
    const { failed } = await projector.deliver(histories.flatMap(({ events }) => events));
    expect(failed).toEqual([failure]);
    expect(told).toEqual([failure]);
    expect(await projector.failures()).toEqual([failure]);
    expect(await projector.position(bad.stream)).toBe(2);
    expect(await usersIn(pool)).toBe(3n);
  });

  test('is tried again, and forgotten once it goes through', async () => {
    const { bad, good } = withPoison();
    await projector.catchUp(bad.stream);
    expect(await projector.retryFailed()).toMatchObject({ applied: 0, failed: [{ version: 3 }] });
    const attempts = await pool.oneFirst(sql.type(z.object({ attempts: z.number() }))`SELECT attempts FROM kyc.projection_failures`);
    expect(attempts).toBe(2);
    ledger.streams.set(bad.stream, good);
    expect(await projector.retryFailed()).toEqual({ applied: good.length - 2, failed: [] });
    expect(await projector.failures()).toEqual([]);
  });

  test('that the database refuses is found among the others of its batch', async () => {
    const histories = makeHistories(8, 5, 0);
    const [first, second] = histories.map(({ events }) => at(events, 0));
    if (first?.type !== 'ApplicantRegistered' || second?.type !== 'ApplicantRegistered') throw new Error('no registration');
    const taken: LedgerEvent = { ...second, personal: first.personal };
    histories[1]?.events.splice(0, 1, taken);
    for (const each of histories) recorded(each);
    const { failed } = await projector.deliver(histories.flatMap(({ events }) => events));
    expect(failed).toEqual([{ readModel: 'relational', stream: taken.stream, version: 1, eventId: taken.id, code: '23505' }]);
    expect(await usersIn(pool)).toBe(4n);
  });

  test('that the ledger cannot open is a failure of its stream alone', async () => {
    const [one, two] = makeHistories(9, 2, 0).map(recorded);
    if (one === undefined || two === undefined) throw new Error('no histories');
    const { load, open } = ledger.deps.ledger;
    const broken = createProjector(relational, {
      pool, ...ledger.deps,
      ledger: {
        load: (stream, range) => (stream === one.stream ? refuse() : load(stream, range)),
        open: (events) => (events.some(({ stream }) => stream === one.stream) ? refuse() : open(events)),
      },
    });
    const { failed } = await broken.catchUpAll(BEGINNING);
    expect(failed).toEqual([{ readModel: 'relational', stream: one.stream, version: 1, eventId: null, code: 'SEAL_BROKEN' }]);
    expect(await broken.position(two.stream)).toBe(two.events.length);
  });

  test('is none where a stream is caught up that already is, as an erasure does (regression)', async () => {
    const { stream, events } = recorded(makeHistory(1, 1, 0));
    expect(await projector.catchUp(stream)).toEqual({ applied: events.length, failed: [] });
    expect(await projector.catchUp(stream)).toEqual({ applied: 0, failed: [] });
    expect(await projector.failures()).toEqual([]);
  });

  test('that was announced but is not in the ledger is reported', async () => {
    const { stream } = makeHistory(1, 1, 0);
    expect(await projector.deliver([{ stream, version: 4 }])).toMatchObject({ applied: 0, failed: [{ stream, version: 1, code: 'EVENT_MISSING' }] });
  });
});

test('an address is free for a new applicant as soon as its former holder is erased, whichever is heard of first', async () => {
  const histories = makeHistories(21, 400, 60);
  const former = histories.find(({ events }) => events.some(({ type }) => type === 'ApplicantErased'));
  const newcomer = makeHistory(22, 5_000, 0);
  const [registered, again] = [at(former?.events ?? [], 0), at(newcomer.events, 0)];
  if (former === undefined || registered.type !== 'ApplicantRegistered' || again.type !== 'ApplicantRegistered') throw new Error('nobody was erased');
  newcomer.events[0] = { ...again, personal: registered.personal };
  await projector.deliver(former.events.slice(0, 3));
  recorded(former);
  recorded(newcomer);
  expect((await projector.deliver(newcomer.events)).failed).toMatchObject([{ code: '23505' }]);
  expect((await projector.deliver(former.events)).failed).toEqual([]);
  expect((await projector.retryFailed()).failed).toEqual([]);
  expect(await usersIn(pool)).toBe(2n);
});
