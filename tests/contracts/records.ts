import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PendingCallback, PendingCallbacks, RegisterCache, ReviewFeedback, ReviewFeedbackStore } from '../../gateways/records/port.ts';

export interface RecordsSubject {
  readonly pendingCallbacks: PendingCallbacks;
  readonly registerCache: RegisterCache;
  readonly reviewFeedback: ReviewFeedbackStore;
  readonly numbers: { next(): Promise<number> };
}

const aPending = (changes: Partial<PendingCallback> = {}): PendingCallback => ({
  requestId: randomUUID(),
  stream: `applicant-${randomUUID()}`,
  startVersion: 5,
  register: 'GDC',
  runId: null,
  taskToken: null,
  tokenHash: 'f'.repeat(64),
  deadline: '2026-03-01T10:00:00.000Z',
  ...changes,
});

const feedback = (version: number): ReviewFeedback => ({
  stream: `applicant-${randomUUID()}`,
  version,
  decidedAt: '2026-03-01T10:00:00.000Z',
  policyVersion: '1',
  signals: { similarity: 0.4375, mrz: 'valid', nested: { list: [1, null, 'a'], empty: '' } },
  machineDecision: 'MANUAL_REVIEW',
  machineReasons: ['FACE_BELOW_THRESHOLD'],
  humanOutcome: 'PASS',
  humanReason: 'SAME_PERSON',
});

/** What every keeper of the small records must do. Tests share the tables. */
export function describeRecordsContract(name: string, makeSubject: () => Promise<RecordsSubject>): void {
  describe(`records: ${name}`, () => {
    let subject: RecordsSubject;
    beforeAll(async () => {
      subject = await makeSubject();
    });

    describe('pending callbacks', () => {
      it('are found by request, and replaced by a later put', async () => {
        const pending = aPending();
        expect(await subject.pendingCallbacks.get(pending.requestId)).toBeNull();
        await subject.pendingCallbacks.put(pending);
        expect(await subject.pendingCallbacks.get(pending.requestId)).toEqual(pending);
        const started = { ...pending, runId: 'run-1', taskToken: 'token-1' };
        await subject.pendingCallbacks.put(started);
        expect(await subject.pendingCallbacks.get(pending.requestId)).toEqual(started);
      });

      it('are due once their deadline lies before now', async () => {
        const [early, exact, late] = ['09:59:59.999', '10:00:00.000', '10:00:00.001'].map((time) => aPending({ deadline: `2030-01-01T${time}Z` }));
        if (early === undefined || exact === undefined || late === undefined) throw new Error('three were made');
        for (const each of [late, exact, early]) await subject.pendingCallbacks.put(each);
        const due = await subject.pendingCallbacks.due('2030-01-01T10:00:00.000Z');
        expect(due).toContainEqual(early);
        expect(due).not.toContainEqual(exact);
        expect(due).not.toContainEqual(late);
        expect(await subject.pendingCallbacks.due('2030-01-01T10:00:01.000Z')).toEqual(expect.arrayContaining([early, exact, late]));
      });

      it('are gone when removed, which may be repeated', async () => {
        const pending = aPending();
        await subject.pendingCallbacks.put(pending);
        await subject.pendingCallbacks.remove(pending.requestId);
        await subject.pendingCallbacks.remove(pending.requestId);
        expect(await subject.pendingCallbacks.get(pending.requestId)).toBeNull();
        expect(await subject.pendingCallbacks.due('2099-01-01T00:00:00.000Z')).not.toContainEqual(pending);
      });
    });

    describe('register cache', () => {
      const answer = { stream: `applicant-${randomUUID()}`, version: 7, fetchedAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-03-02T10:00:00.000Z' };

      it('points at an answer until it expires', async () => {
        const key = randomUUID();
        expect(await subject.registerCache.get(key, '2026-03-01T10:00:00.000Z')).toBeNull();
        await subject.registerCache.put(key, answer);
        expect(await subject.registerCache.get(key, '2026-03-02T09:59:59.999Z')).toEqual(answer);
        expect(await subject.registerCache.get(key, '2026-03-02T10:00:00.000Z')).toBeNull();
      });

      it('keeps the latest answer of a key', async () => {
        const key = randomUUID();
        const later = { ...answer, version: 9, expiresAt: '2026-03-05T10:00:00.000Z' };
        await subject.registerCache.put(key, answer);
        await subject.registerCache.put(key, later);
        expect(await subject.registerCache.get(key, '2026-03-04T10:00:00.000Z')).toEqual(later);
      });
    });

    it('register cache: an erased stream is pointed at no more, others are', async () => {
      const [gone, kept] = [randomUUID(), randomUUID()];
      const mine = { stream: `applicant-${randomUUID()}`, version: 7, fetchedAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-03-02T10:00:00.000Z' };
      const other = { ...mine, stream: `applicant-${randomUUID()}` };
      await subject.registerCache.put(gone, mine);
      await subject.registerCache.put(kept, other);
      expect(await subject.registerCache.removeStream(mine.stream)).toBe(1);
      expect(await subject.registerCache.removeStream(mine.stream)).toBe(0);
      expect(await subject.registerCache.get(gone, '2026-03-01T10:00:00.000Z')).toBeNull();
      expect(await subject.registerCache.get(kept, '2026-03-01T10:00:00.000Z')).toEqual(other);
    });

    describe('review feedback', () => {
      it('comes back whole, each once, also when it is put again', async () => {
        const all = Array.from({ length: 5 }, (_, i) => feedback(i + 1));
        for (const each of [...all, ...all]) await subject.reviewFeedback.put(each);
        const found: ReviewFeedback[] = [];
        for await (const each of subject.reviewFeedback.all()) found.push(each);
        const streams = new Set(all.map((each) => each.stream));
        const ours = found.filter((each) => streams.has(each.stream));
        expect(ours.toSorted((a, b) => a.version - b.version)).toEqual(all);
      });
    });

    describe('applicant numbers', () => {
      it('are positive whole numbers, each handed out once, also to many at a time', async () => {
        const numbers = await Promise.all(Array.from({ length: 40 }, () => subject.numbers.next()));
        expect(new Set(numbers).size).toBe(40);
        expect(numbers.every((number) => Number.isSafeInteger(number) && number > 0)).toBe(true);
        expect(await subject.numbers.next()).toBeGreaterThan(Math.max(...numbers));
      });
    });
  });
}
