import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { EventTooLarge, InvalidAppend } from '../../ledger/errors.ts';
import type { EventStore, Reservation } from '../../ledger/event-store.ts';
import { anApplicant, recorded, uuidv7 } from '../support/events.ts';
import { createMemoryEventStore } from '../support/memory/event-store.ts';

export interface EventStoreContract {
  /** Another store on the same tables, as a second process would have it: knows nothing of what the first has seen. */
  readonly another: () => Promise<EventStore>;
  /** False for a store without DynamoDB's limits. */
  readonly limits: boolean;
}

const aReservation = (kind: Reservation['kind'] = 'email'): Reservation => ({ kind, hash: randomBytes(32).toString('hex') });

const versionsOf = async (store: EventStore, stream: string, since: string): Promise<number[]> => {
  const found: number[] = [];
  for await (const batch of store.since(since)) for (const event of batch) if (event.stream === stream) found.push(event.version);
  return found;
};

/** What every event store must do. Tests share the store: each works on streams of its own. */
export function describeEventStoreContract(name: string, makeSubject: () => Promise<EventStore>, contract: EventStoreContract): void {
  describe(`event store: ${name}`, () => {
    let store: EventStore;
    beforeAll(async () => {
      store = await makeSubject();
    });

    async function begin(length: number, with_: EventStore = store): Promise<{ stream: string; events: RecordedEvent[] }> {
      const stream = anApplicant();
      const events = Array.from({ length }, (_, i) => recorded(stream, i + 1));
      expect(await with_.append(stream, 0, events)).toEqual({ kind: 'appended' });
      return { stream, events };
    }

    describe('appending and loading', () => {
      it('gives back what was appended, in order and unchanged', async () => {
        const stream = anApplicant();
        const sealed = { alg: 'A256GCM' as const, iv: 'AAAA', ciphertext: 'BBBB', tag: 'CCCC', commitment: 'DDDD' };
        const data = { text: 'Łukasz "O\'Connor" \u2028\ud83d\ude00', nested: { list: [1, -0.5, 1e21, null, true, { '': [] }] }, empty: {} };
        const events = [recorded(stream, 1, { data, sealed, causationId: uuidv7() }), recorded(stream, 2), recorded(stream, 3)];
        await store.append(stream, 0, events.slice(0, 1));
        await store.append(stream, 1, events.slice(1));
        expect(await store.load(stream)).toEqual(events);
      });

      it('gives nothing for a stream that is not there', async () => {
        expect(await store.load(anApplicant())).toEqual([]);
      });

      it('loads a range, both ends included', async () => {
        const { stream, events } = await begin(5);
        expect(await store.load(stream, { from: 2, to: 4 })).toEqual(events.slice(1, 4));
        expect(await store.load(stream, { from: 4 })).toEqual(events.slice(3));
        expect(await store.load(stream, { to: 1 })).toEqual(events.slice(0, 1));
        expect(await store.load(stream, { from: 6 })).toEqual([]);
        expect(await store.load(stream, { from: 3, to: 2 })).toEqual([]);
      });

      it('loads a stream that is longer than one page of the database', async () => {
        const stream = anApplicant();
        const filler = 'x'.repeat(90_000);
        const events = Array.from({ length: 30 }, (_, i) => recorded(stream, i + 1, { data: { filler } }));
        for (let i = 0; i < events.length; i += 10) await store.append(stream, i, events.slice(i, i + 10));
        expect((await store.load(stream)).map((event) => event.version)).toEqual(events.map((event) => event.version));
      });

      it('G-4: adds several events all or none', async () => {
        const { stream, events } = await begin(2);
        const result = await store.append(stream, 1, [recorded(stream, 2), recorded(stream, 3)]);
        expect(result).toEqual({ kind: 'conflict', since: events.slice(1) });
        expect(await store.load(stream)).toEqual(events);
      });
    });

    describe('conflicts and retries', () => {
      it('answers a conflict with what came in between, and writes nothing', async () => {
        const { stream, events } = await begin(3);
        expect(await store.append(stream, 1, [recorded(stream, 2)])).toEqual({ kind: 'conflict', since: events.slice(1) });
        expect(await store.load(stream)).toEqual(events);
      });

      it('answers already_appended when the same events come again', async () => {
        const { stream, events } = await begin(3);
        expect(await store.append(stream, 0, events)).toEqual({ kind: 'already_appended', events });
        expect(await store.append(stream, 2, events.slice(2))).toEqual({ kind: 'already_appended', events: events.slice(2) });
        expect(await store.load(stream)).toEqual(events);
      });

      it('G-3: answers already_appended also when others followed, with what was recorded the first time', async () => {
        const { stream, events } = await begin(4);
        const again = events.slice(1, 3).map((event) => ({ ...event, recordedAt: '2026-03-01T11:00:00.000Z' }));
        expect(await store.append(stream, 1, again)).toEqual({ kind: 'already_appended', events: events.slice(1, 3) });
      });

      it('does not take a half for a repetition', async () => {
        const { stream, events } = await begin(2);
        const half = [...events.slice(1), recorded(stream, 3)];
        expect(await store.append(stream, 1, half)).toEqual({ kind: 'conflict', since: events.slice(1) });
      });

      it('keeps a retry harmless when it comes from another process', async () => {
        const { stream, events } = await begin(2);
        const other = await contract.another();
        expect(await other.append(stream, 0, events)).toEqual({ kind: 'already_appended', events });
      });
    });

    describe('gaps and misfits', () => {
      it('G-2: refuses an expected version that the stream has not reached, loaded or not', async () => {
        const { stream, events } = await begin(2);
        const stranger = await contract.another();
        for (const each of [store, stranger]) {
          await expect(each.append(stream, 3, [recorded(stream, 4)])).rejects.toThrow(InvalidAppend);
          await each.load(stream);
          await expect(each.append(stream, 3, [recorded(stream, 4)])).rejects.toThrow(InvalidAppend);
        }
        await expect(store.append(anApplicant(), 1, [recorded(stream, 2)])).rejects.toThrow(InvalidAppend);
        expect(await store.load(stream)).toEqual(events);
      });

      it('appends to a stream that another process wrote, without loading it first', async () => {
        const { stream } = await begin(2, await contract.another());
        expect(await store.append(stream, 2, [recorded(stream, 3)])).toEqual({ kind: 'appended' });
      });

      it.each([
        ['no events', () => [0, []] as const],
        ['a version that does not follow', (stream: string) => [0, [recorded(stream, 2)]] as const],
        ['versions with a hole', (stream: string) => [0, [recorded(stream, 1), recorded(stream, 3)]] as const],
        ['an event of another stream', () => [0, [recorded(anApplicant(), 1)]] as const],
        ['a negative expected version', (stream: string) => [-1, [recorded(stream, 0)]] as const],
      ])('refuses %s', async (_, make) => {
        const stream = anApplicant();
        const [expected, events] = make(stream);
        await expect(store.append(stream, expected, events)).rejects.toThrow(InvalidAppend);
        expect(await store.load(stream)).toEqual([]);
      });

      it.runIf(contract.limits)('refuses what is too large, saying so, and takes what just fits', async () => {
        const stream = anApplicant();
        const large = (version: number, bytes: number) => recorded(stream, version, { data: { filler: 'é'.repeat(bytes / 2) } });
        await expect(store.append(stream, 0, [large(1, 409_600)])).rejects.toThrow(EventTooLarge);
        await expect(store.append(stream, 0, Array.from({ length: 101 }, (_, i) => recorded(stream, i + 1)))).rejects.toThrow(EventTooLarge);
        await expect(store.append(stream, 0, Array.from({ length: 11 }, (_, i) => large(i + 1, 400_000)))).rejects.toThrow(EventTooLarge);
        expect(await store.load(stream)).toEqual([]);
        expect(await store.append(stream, 0, [large(1, 408_800)])).toEqual({ kind: 'appended' });
        expect(await store.append(stream, 1, Array.from({ length: 100 }, (_, i) => recorded(stream, i + 2)))).toEqual({ kind: 'appended' });
      });
    });

    describe('reservations', () => {
      it('are made with the events, and found', async () => {
        const stream = anApplicant();
        const [email, number] = [aReservation('email'), aReservation('document_number')];
        expect(await store.holder(email)).toBeNull();
        expect(await store.append(stream, 0, [recorded(stream, 1)], [email, number])).toEqual({ kind: 'appended' });
        expect([await store.holder(email), await store.holder(number)]).toEqual([stream, stream]);
      });

      it('G-4: that another stream holds stop the events, and the other reservations too', async () => {
        const [first, second] = [anApplicant(), anApplicant()];
        const [taken, free] = [aReservation(), aReservation()];
        await store.append(first, 0, [recorded(first, 1)], [taken]);
        const result = await store.append(second, 0, [recorded(second, 1)], [free, taken]);
        expect(result).toEqual({ kind: 'reserved', reservation: taken, heldBy: first });
        expect(await store.load(second)).toEqual([]);
        expect(await store.holder(free)).toBeNull();
      });

      it('that the same stream holds are no obstacle', async () => {
        const stream = anApplicant();
        const [old, fresh] = [aReservation(), aReservation()];
        await store.append(stream, 0, [recorded(stream, 1)], [old]);
        expect(await store.append(stream, 1, [recorded(stream, 2)], [old])).toEqual({ kind: 'appended' });
        expect(await store.append(stream, 2, [recorded(stream, 3)], [old, fresh])).toEqual({ kind: 'appended' });
        expect(await store.holder(fresh)).toBe(stream);
        expect((await store.load(stream)).map((event) => event.version)).toEqual([1, 2, 3]);
      });

      it('keep a retry harmless', async () => {
        const stream = anApplicant();
        const events = [recorded(stream, 1)];
        const reservation = aReservation();
        await store.append(stream, 0, events, [reservation]);
        expect(await store.append(stream, 0, events, [reservation])).toEqual({ kind: 'already_appended', events });
      });

      it('are not made when the events conflict', async () => {
        const { stream, events } = await begin(1);
        const reservation = aReservation();
        expect(await store.append(stream, 0, [recorded(stream, 1)], [reservation])).toEqual({ kind: 'conflict', since: events });
        expect(await store.holder(reservation)).toBeNull();
      });

      it('are all given up by a release, which may be repeated', async () => {
        const [stream, other] = [anApplicant(), anApplicant()];
        const reservations = [aReservation(), aReservation('document_number')];
        await store.append(stream, 0, [recorded(stream, 1)], reservations);
        const kept = aReservation();
        await store.append(other, 0, [recorded(other, 1)], [kept]);
        expect(await store.release(stream)).toBe(2);
        expect(await store.release(stream)).toBe(0);
        expect(await store.append(other, 1, [recorded(other, 2)], reservations)).toEqual({ kind: 'appended' });
        expect(await store.release(stream)).toBe(0);
        expect([await store.holder(kept), ...(await Promise.all(reservations.map((each) => store.holder(each))))]).toEqual([other, other, other]);
      });

      it('go to one of many who ask at once', async () => {
        const reservation = aReservation();
        const streams = Array.from({ length: 8 }, anApplicant);
        const results = await Promise.all(streams.map((stream) => store.append(stream, 0, [recorded(stream, 1)], [reservation])));
        const winner = await store.holder(reservation);
        expect(results.map((result) => result.kind)).toEqual(streams.map((stream) => (stream === winner ? 'appended' : 'reserved')));
      });
    });

    describe('reading by time', () => {
      it('finds what was recorded at or after a moment, and nothing earlier', async () => {
        const stream = anApplicant();
        const at = ['2031-01-01T09:59:59.999Z', '2031-01-01T10:00:00.000Z', '2031-01-01T10:00:00.001Z', '2031-01-03T23:00:00.000Z'];
        for (const [i, recordedAt] of at.entries()) await store.append(stream, i, [recorded(stream, i + 1, { recordedAt })]);
        expect(await versionsOf(store, stream, '2031-01-01T09:00:00.000Z')).toEqual([1, 2, 3, 4]);
        expect(await versionsOf(store, stream, '2031-01-01T10:00:00.000Z')).toEqual([2, 3, 4]);
        expect(await versionsOf(store, stream, '2031-01-01T10:00:00.001Z')).toEqual([3, 4]);
        expect(await versionsOf(store, stream, '2031-01-02T00:00:00.000Z')).toEqual([4]);
        expect(await versionsOf(store, stream, '2031-01-04T00:00:00.000Z')).toEqual([]);
      });

      it('keeps the order of a stream whose writers disagree about the time', async () => {
        const stream = anApplicant();
        const at = ['2032-01-01T11:00:00.000Z', '2032-01-01T10:59:58.000Z', '2032-01-01T10:59:59.000Z', '2032-01-01T11:00:01.000Z'];
        for (const [i, recordedAt] of at.entries()) {
          const writer = await contract.another();
          await writer.append(stream, i, [recorded(stream, i + 1, { recordedAt })]);
        }
        expect(await versionsOf(store, stream, '2032-01-01T10:00:00.000Z')).toEqual([1, 2, 3, 4]);
      });

      it('finds each event of many streams once, more or less in the order of recording', async () => {
        const streams = Array.from({ length: 12 }, anApplicant);
        const times = new Map<string, string>();
        for (let version = 1; version <= 12; version += 1) {
          await Promise.all(streams.map((stream, i) => {
            const event = recorded(stream, version, { recordedAt: `2033-01-01T${10 + (version % 12 === 0 ? 3 : 0)}:00:${10 + version}.0${10 + i}Z` });
            times.set(event.id, event.recordedAt);
            return store.append(stream, version - 1, [event]);
          }));
        }
        const found: RecordedEvent[] = [];
        for await (const batch of store.since('2033-01-01T00:00:00.000Z')) found.push(...batch.filter((event) => times.has(event.id)));
        expect(found.map((event) => event.id).toSorted()).toEqual([...times.keys()].toSorted());
        const order = found.map((event) => event.recordedAt);
        expect(order).toEqual(order.toSorted());
      });
    });

    describe('laws', () => {
      it('G-2: sixteen writers at one stream leave no gap, lose nothing and double nothing', async () => {
        const stream = anApplicant();
        const writers = await Promise.all(Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? store : contract.another())));
        const written = await Promise.all(
          writers.map(async (writer) => {
            const ids: string[] = [];
            let version = 0;
            while (ids.length < 4) {
              const id = uuidv7();
              const result = await writer.append(stream, version, [recorded(stream, version + 1, { id })]);
              if (result.kind === 'appended') ids.push(id);
              version = result.kind === 'conflict' ? (result.since.at(-1)?.version ?? version) : version + 1;
            }
            return ids;
          }),
        );
        const events = await store.load(stream);
        expect(events.map((event) => event.version)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
        expect(events.map((event) => event.id).toSorted()).toEqual(written.flat().toSorted());
      });

      it('any sequence of operations answers as the model does', async () => {
        const operation = fc.oneof(
          fc.record({
            op: fc.constant('append' as const),
            stream: fc.nat(2),
            behind: fc.integer({ min: -1, max: 3 }),
            count: fc.integer({ min: 1, max: 3 }),
            reserve: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
            repeat: fc.boolean(),
          }),
          fc.record({ op: fc.constant('load' as const), stream: fc.nat(2), from: fc.integer({ min: 1, max: 4 }), to: fc.integer({ min: 1, max: 6 }) }),
          fc.record({ op: fc.constant('release' as const), stream: fc.nat(2) }),
          fc.record({ op: fc.constant('holder' as const), value: fc.nat(2) }),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 20 }), fc.boolean(), async (operations, forgetful) => {
            const model = createMemoryEventStore();
            const streams = Array.from({ length: 3 }, anApplicant);
            const values = Array.from({ length: 3 }, () => aReservation());
            const calls: [number, RecordedEvent[]][] = [];
            for (const each of operations) {
              const real = forgetful ? await contract.another() : store;
              const stream = streams['stream' in each ? each.stream : 0] ?? '';
              let run: (on: EventStore) => Promise<unknown>;
              if (each.op === 'append') {
                const length = (await model.load(stream)).length;
                const expected = Math.max(0, length - each.behind);
                const again = each.repeat ? calls.findLast(([, events]) => events[0]?.stream === stream) : undefined;
                const [at, events] = again ?? [expected, Array.from({ length: each.count }, (_, i) => recorded(stream, expected + i + 1))];
                calls.push([at, events]);
                const reservations = each.reserve.flatMap((i) => values[i] ?? []);
                run = (on) => on.append(stream, at, events, reservations);
              } else if (each.op === 'load') {
                run = (on) => on.load(stream, { from: each.from, to: each.to });
              } else if (each.op === 'release') {
                run = (on) => on.release(stream);
              } else {
                run = (on) => on.holder(values[each.value] ?? aReservation());
              }
              const outcome = (on: EventStore) => run(on).catch((error: unknown) => (error instanceof Error ? error.name : error));
              expect(await outcome(real)).toEqual(await outcome(model));
            }
            for (const stream of streams) expect(await store.load(stream)).toEqual(await model.load(stream));
          }),
          { numRuns: 25 },
        );
      });
    });
  });
}
