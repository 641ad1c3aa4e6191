import { describe, expect, test } from 'vitest';
import type { AuditEntry, AuditIndex } from '../../gateways/audit-index/port.ts';

/** What every audit index does. `makeSubject` answers an empty one. */
export function describeAuditIndexContract(name: string, makeSubject: () => Promise<AuditIndex>): void {
  describe(`${name} is an audit index`, () => {
    test('gives back what was put, whole', async () => {
      const index = await makeSubject();
      const one = entry('a', 1, { data: { nested: { list: [1, 'two', null, true] }, text: 'It\'s "quoted" \\ {x}' }, reasons: ['NO_FACE'] });
      await index.put([one]);
      expect(await index.search({})).toEqual({ entries: [one], cursor: null });
    });

    test('takes the same entry twice, in one call or two, as once', async () => {
      const index = await makeSubject();
      await index.put([entry('a', 1), entry('a', 1), entry('a', 2)]);
      await index.put([entry('a', 2), entry('a', 1)]);
      await index.put([]);
      expect(ids(await index.search({}))).toEqual(['applicant-a:2', 'applicant-a:1']);
    });

    test('answers newest first, ties by stream and version', async () => {
      const index = await makeSubject();
      const late = { recordedAt: '2026-05-02T00:00:00.000Z' };
      await index.put([entry('a', 2), entry('b', 9), entry('b', 10), entry('a', 1), entry('a', 3, late)]);
      expect(ids(await index.search({}))).toEqual(['applicant-a:3', 'applicant-b:10', 'applicant-b:9', 'applicant-a:2', 'applicant-a:1']);
    });

    test('pages without a gap or a repetition, also when entries come in meanwhile', async () => {
      const index = await makeSubject();
      await index.put(Array.from({ length: 7 }, (_, at) => entry('a', at + 1)));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<AuditIndex['search']>> = await index.search({ limit: 3, ...(cursor !== null && { cursor }) });
        seen.push(...ids(page));
        await index.put([entry('z', seen.length, { recordedAt: '2026-12-01T00:00:00.000Z' })]);
        cursor = page.cursor;
      } while (cursor !== null);
      expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((version) => `applicant-a:${version}`));
    });

    test('refuses a cursor that no page has given', async () => {
      const index = await makeSubject();
      await expect(index.search({ cursor: 'bm90IG91cnM' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    });

    test.each([
      ['a word of the summary, in any case', 'PASSPORT', ['applicant-a:1']],
      ['all words, in any order', 'uploaded identity', ['applicant-a:1']],
      ['no entry that lacks one of the words', 'identity selfie', []],
      ['a type', 'SelfieUploaded', ['applicant-a:2']],
      ['one word of a type', 'selfie', ['applicant-a:2']],
      ['a reason code', 'DOCUMENT_EXPIRED', ['applicant-a:3']],
      ['a word of a reason code', 'expired', ['applicant-a:3']],
      ['a value in the data', 'policy 2026-11', ['applicant-a:3']],
      ['a value deep in the data', 'evidence/0f0f', ['applicant-a:1']],
      ['the beginning of a word only when it is the word', 'docum', []],
      ['text that looks like syntax as words', '\'identity\' & !uploaded:*', ['applicant-a:1']],
      ['nothing for a text without a word', '!?', []],
      ['letters beyond ASCII', 'ZOË', ['applicant-a:4']],
    ])('finds %s', async (_what, text, expected) => {
      const index = await makeSubject();
      await index.put([
        entry('a', 1, { summary: 'Identity document uploaded: passport', data: { evidence: { key: 'evidence/0f0f/1' } } }),
        entry('a', 2, { summary: 'Photograph received', type: 'SelfieUploaded' }),
        entry('a', 3, { summary: 'Decided FAIL', reasons: ['DOCUMENT_EXPIRED'], data: { policy: 'policy 2026-11' } }),
        entry('a', 4, { summary: 'Handler zoë' }),
      ]);
      expect(ids(await index.search({ text }))).toEqual(expected);
    });

    test('narrows by stream, type, actor, reason and time, together', async () => {
      const index = await makeSubject();
      await index.put([
        entry('a', 1, { type: 'DecisionMade', reasons: ['NO_FACE', 'TOO_OLD'], recordedAt: '2026-03-01T00:00:00.000Z' }),
        entry('a', 2, { type: 'ReviewOverridden', actorId: 'reviewer-1', recordedAt: '2026-03-02T00:00:00.000Z' }),
        entry('b', 1, { type: 'DecisionMade', reasons: ['NO_FACE'], recordedAt: '2026-03-03T00:00:00.000Z' }),
      ]);
      expect(ids(await index.search({ stream: 'applicant-a' }))).toEqual(['applicant-a:2', 'applicant-a:1']);
      expect(ids(await index.search({ types: ['DecisionMade'] }))).toEqual(['applicant-b:1', 'applicant-a:1']);
      expect(ids(await index.search({ types: [] }))).toEqual([]);
      expect(ids(await index.search({ actorId: 'reviewer-1' }))).toEqual(['applicant-a:2']);
      expect(ids(await index.search({ reason: 'NO_FACE' }))).toEqual(['applicant-b:1', 'applicant-a:1']);
      expect(ids(await index.search({ reason: 'NO' }))).toEqual([]);
      expect(ids(await index.search({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z' }))).toEqual(['applicant-a:2', 'applicant-a:1']);
      expect(ids(await index.search({ reason: 'NO_FACE', stream: 'applicant-a', text: 'TOO_OLD' }))).toEqual(['applicant-a:1']);
    });

    test('forgets a stream, and no other', async () => {
      const index = await makeSubject();
      await index.put([entry('a', 1), entry('a', 2), entry('b', 1)]);
      await index.removeStream('applicant-a');
      await index.removeStream('applicant-a');
      expect(ids(await index.search({}))).toEqual(['applicant-b:1']);
    });
  });
}

function ids({ entries }: { readonly entries: readonly AuditEntry[] }): string[] {
  return entries.map(({ id }) => id);
}

export function entry(which: string, version: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  const stream = `applicant-${which}`;
  return {
    id: `${stream}:${version}`,
    eventId: `01900000-0000-7000-8000-0000000${String(version).padStart(5, '0')}`,
    stream,
    version,
    type: 'ReviewNoted',
    recordedAt: '2026-05-01T00:00:00.000Z',
    occurredAt: '2026-04-30T23:59:59.999Z',
    actorKind: 'system',
    actorId: 'handler',
    correlationId: 'c-1',
    reasons: [],
    summary: 'A note was written',
    data: {},
    ...changes,
  };
}
