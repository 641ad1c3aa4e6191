import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { IdempotencyStore } from '../../api/idempotency/store.ts';

const fresh = (): string => createHash('sha256').update(randomUUID()).digest('hex');
const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 22, 12, minutes));
const answer = { status: 201, contentType: 'application/json', body: '{"id":"a","version":1}' };

const request = (id: string, fingerprint: string, minute = 0) => ({
  id, fingerprint, now: at(minute), lockedUntil: at(minute + 1), keepUntil: at(minute + 60),
});

/** What every memory for idempotency keys must do. */
export function describeIdempotencyStoreContract(name: string, makeSubject: () => IdempotencyStore): void {
  describe(`${name} remembers requests by their key`, () => {
    test('the same request gets the kept answer, another one under the key is told apart', async () => {
      const store = makeSubject();
      const [id, same, other] = [fresh(), fresh(), fresh()];
      expect(await store.begin(request(id, same))).toEqual({ kind: 'begun' });
      expect(await store.begin(request(id, same))).toEqual({ kind: 'in_progress' });
      expect(await store.begin(request(id, other))).toEqual({ kind: 'mismatch' });
      await store.finish(id, answer);
      expect(await store.begin(request(id, same))).toEqual({ kind: 'replay', response: answer });
      expect(await store.begin(request(id, other))).toEqual({ kind: 'mismatch' });
    });

    test('of many that come at the same moment one begins', async () => {
      const store = makeSubject();
      const [id, same] = [fresh(), fresh()];
      const begun = await Promise.all(Array.from({ length: 8 }, () => store.begin(request(id, same))));
      expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
      expect(begun.filter(({ kind }) => kind === 'in_progress')).toHaveLength(7);
    });

    test('what was abandoned runs again; what was answered cannot be abandoned', async () => {
      const store = makeSubject();
      const [id, same] = [fresh(), fresh()];
      await store.begin(request(id, same));
      await store.abandon(id);
      expect(await store.begin(request(id, same))).toEqual({ kind: 'begun' });
      await store.finish(id, answer);
      await store.abandon(id);
      expect(await store.begin(request(id, same))).toEqual({ kind: 'replay', response: answer });
    });

    test('a request that a crash cut off may be taken up again when its lock is over', async () => {
      const store = makeSubject();
      const [id, same] = [fresh(), fresh()];
      await store.begin(request(id, same));
      expect(await store.begin(request(id, same, 1))).toEqual({ kind: 'begun' });
      expect(await store.begin(request(id, same, 1))).toEqual({ kind: 'in_progress' });
    });

    test('an answer is forgotten after its time', async () => {
      const store = makeSubject();
      await store.purge(at(1000));
      const [id, same] = [fresh(), fresh()];
      await store.begin(request(id, same));
      await store.finish(id, answer);
      expect(await store.begin(request(id, fresh(), 60))).toEqual({ kind: 'begun' });
      const [second, third] = [fresh(), fresh()];
      await store.begin(request(second, same));
      await store.begin(request(third, same, 30));
      await store.finish(second, answer);
      expect(await store.purge(at(60))).toBe(1);
      expect(await store.begin(request(third, same, 30))).toEqual({ kind: 'in_progress' });
    });
  });
}
