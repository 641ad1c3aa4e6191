import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eraseApplicant, eraseDue, orderedErasures, reapplyErasures, subjectOf, type ErasureDeps, type Subject } from '../../handlers/erasure.ts';
import { endRelationship, holdRecords, releaseHold } from '../../handlers/retention.ts';
import { loadCase } from '../../handlers/case.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { ada, applicantInput, createMemoryPlatform, passport, type MemoryPlatform } from '../support/memory/platform.ts';
import { playCase, typesOf } from '../support/play.ts';
import { registerApplicant } from '../../handlers/register-applicant.ts';

const by = { actor: { kind: 'operator', id: 'olga' }, correlationId: 'erasure-1' } as const;
const holdId = '0190f0f0-0000-4000-8000-000000000001';

/** The platform's stores behind an erasure, with steps that fail when the test says so. */
function erasing(platform: MemoryPlatform, failAt: (step: string) => boolean = () => false) {
  const steps: string[] = [];
  const scrubbed: string[][] = [];
  const evidence = new Set<string>();
  const guard = <T>(step: string, work: () => T): T => {
    steps.push(step);
    if (failAt(step)) throw new ServiceUnavailable(step);
    return work();
  };
  const deps: ErasureDeps = {
    ...platform.deps,
    ledger: {
      ...platform.deps.ledger,
      load: (stream, range) => platform.deps.ledger.load(stream, range),
      append: async (...given) => guard(`append ${given[2][0]?.event.type}`, () => platform.deps.ledger.append(...given)),
      destroyKey: async (stream) => guard('destroy key', () => platform.deps.ledger.destroyKey(stream)),
    },
    store: { ...platform.deps.store, release: async (stream) => guard('release', () => platform.deps.store.release(stream)) },
    evidence: {
      async *list(prefix: string) {
        for (const key of evidence) if (key.startsWith(prefix)) yield key;
      },
      delete: async (key) => guard('delete evidence', () => evidence.delete(key)),
    },
    personalStores: [
      { name: 'emails', purge: async ({ emailKeys }) => guard('purge emails', () => emailKeys.filter((key) => platform.messenger.emails.delete(key)).length) },
      { name: 'registerCache', purge: async ({ stream }) => guard('purge cache', () => platform.registerCache.removeStream(stream)) },
    ],
    scrub: async (streams) => guard('scrub', () => void scrubbed.push([...streams])),
  };
  return { deps, steps, scrubbed, evidence };
}

async function aCase(): Promise<{ platform: MemoryPlatform; stream: string }> {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  const { stream } = await playCase(platform);
  return { platform, stream };
}

async function ended(platform: MemoryPlatform, stream: string): Promise<void> {
  const done = await endRelationship(platform.deps, { stream, endedOn: '2020-01-31', reason: 'LEFT', ...by });
  expect(done).toMatchObject({ kind: 'done', dueOn: '2025-01-31' });
}

const order = (stream: string) => ({ stream, basis: 'RETENTION_PERIOD_OVER', ...by });

describe('erasing an applicant', () => {
  it('records the order, destroys the key, purges the copies, records that, and scrubs last', async () => {
    const { platform, stream } = await aCase();
    await ended(platform, stream);
    const { deps, steps, scrubbed, evidence } = erasing(platform);
    evidence.add(`${stream}/document-1`).add('applicant-other/document-1');
    expect(await eraseApplicant(deps, order(stream))).toMatchObject({ kind: 'done', purged: { reservations: 2, evidence: 1, emails: 1, registerCache: 1 } });
    expect(steps).toEqual([
      'append ErasureRequested', 'destroy key', 'release', 'delete evidence', 'purge emails', 'purge cache', 'append ApplicantErased', 'scrub',
    ]);
    expect(scrubbed).toEqual([[stream]]);
    expect([...evidence]).toEqual(['applicant-other/document-1']);
    const events = await platform.deps.ledger.load(stream);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['ErasureRequested', 'ApplicantErased']);
    expect(events.every(({ personal }) => personal === null)).toBe(true);
  });

  it('frees the e-mail address for somebody else', async () => {
    const { platform, stream } = await aCase();
    await ended(platform, stream);
    await eraseApplicant(erasing(platform).deps, order(stream));
    const again = applicantInput({ applicantId: '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e99' });
    expect(await registerApplicant(platform.deps, again)).toMatchObject({ kind: 'done' });
  });

  it('G-24: is refused by a hold until that is released, and by a retention period that still runs', async () => {
    const { platform, stream } = await aCase();
    const { deps, steps } = erasing(platform);
    expect(await eraseApplicant(deps, order(stream))).toMatchObject({ kind: 'refused', code: 'UNDER_RETENTION' });
    await ended(platform, stream);
    await holdRecords(platform.deps, { stream, holdId, basis: 'LITIGATION', note: 'claim', ...by });
    expect(await eraseApplicant(deps, order(stream))).toMatchObject({ kind: 'refused', code: 'RETENTION_HOLD' });
    expect(steps).toEqual([]);
    await releaseHold(platform.deps, { stream, holdId, basis: 'CLOSED', note: 'withdrawn', ...by });
    expect(await eraseApplicant(deps, order(stream))).toMatchObject({ kind: 'done' });
  });

  it('can be repeated: everything is purged again and nothing is recorded twice', async () => {
    const { platform, stream } = await aCase();
    await ended(platform, stream);
    const { deps } = erasing(platform);
    await eraseApplicant(deps, order(stream));
    expect(await eraseApplicant(deps, order(stream))).toMatchObject({ kind: 'done', purged: { reservations: 0, emails: 0 } });
    expect((await typesOf(platform, stream)).filter((type) => type.startsWith('Eras') || type === 'ApplicantErased')).toEqual(['ErasureRequested', 'ApplicantErased']);
  });

  it('G-23: is finished by repeating it, whichever step was cut off, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), async (fates) => {
        const { platform, stream } = await aCase();
        await ended(platform, stream);
        let step = 0;
        const { deps, scrubbed, evidence } = erasing(platform, () => fates[step++] ?? false);
        evidence.add(`${stream}/a`).add(`${stream}/b`);
        let attempts = 0;
        for (let done = false; !done; attempts += 1) {
          if (attempts > 40) throw new Error('never finished');
          done = await eraseApplicant(deps, order(stream)).then(({ kind }) => kind === 'done', () => false);
        }
        const events = await platform.deps.ledger.load(stream);
        expect(events.filter(({ type }) => type === 'ErasureRequested' || type === 'ApplicantErased')).toHaveLength(2);
        expect(events.every(({ personal }) => personal === null)).toBe(true);
        expect(evidence.size).toBe(0);
        expect(platform.messenger.emails.size).toBe(0);
        expect(scrubbed.at(-1)).toEqual([stream]);
      }),
      { numRuns: 40 },
    );
  });

  it('G-23: is carried on by reapplying when nobody repeats it, and again after a backup', async () => {
    const { platform, stream } = await aCase();
    await ended(platform, stream);
    const cut = erasing(platform, (step) => step === 'release');
    await expect(eraseApplicant(cut.deps, order(stream))).rejects.toThrow(ServiceUnavailable);
    const { deps, steps } = erasing(platform);
    const streams = await orderedErasures(platform.deps);
    expect([...streams]).toEqual([stream]);
    expect(await reapplyErasures(deps, streams)).toEqual({ erased: 1, refused: 0, failed: 0 });
    expect((await loadCase(platform.deps, stream))?.state.erasure.kind).toBe('erased');
    steps.length = 0;
    expect(await reapplyErasures(deps, streams)).toEqual({ erased: 1, refused: 0, failed: 0 });
    expect(steps).toEqual(['destroy key', 'destroy key', 'release', 'purge emails', 'purge cache', 'scrub']);
  });

  it('does not reapply to anybody whose erasure was never ordered', async () => {
    const { platform, stream } = await aCase();
    const { deps, steps } = erasing(platform);
    expect(await reapplyErasures(deps, [stream, 'applicant-0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e98'])).toEqual({ erased: 0, refused: 2, failed: 0 });
    expect(steps).toEqual([]);
  });

  it('by schedule erases who is due, leaves who is held, and goes on after a failure', async () => {
    const platform = createMemoryPlatform();
    platform.registers.registrants.push(ada);
    const due = (await playCase(platform)).stream;
    const other = { applicantId: '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e77', email: 'other@example.test' };
    const held = (await playCase(platform, { applicant: other, document: passport({ number: '925076474' }) })).stream;
    for (const stream of [due, held]) await ended(platform, stream);
    await holdRecords(platform.deps, { stream: held, holdId, basis: 'LITIGATION', note: 'claim', ...by });
    let first = true;
    const { deps, scrubbed } = erasing(platform, (step) => step === 'destroy key' && first && !(first = false));
    expect(await eraseDue(deps, [due, held])).toEqual({ erased: 0, refused: 1, failed: 1 });
    expect(await eraseDue(deps, [due, held])).toEqual({ erased: 1, refused: 1, failed: 0 });
    expect(scrubbed).toEqual([[due]]);
  });

  it('knows every key under which an e-mail can have been sent, from open data alone', async () => {
    const { platform, stream } = await aCase();
    const sent = [...platform.messenger.emails.keys()];
    await platform.deps.ledger.destroyKey(stream);
    const loaded = await loadCase(platform.deps, stream);
    if (loaded === null) throw new Error('the case is there');
    const subject: Subject = subjectOf(loaded);
    expect(sent.length).toBeGreaterThan(0);
    expect(subject.emailKeys).toEqual(expect.arrayContaining(sent));
    expect(subject.requestIds).toEqual([...platform.pendingCallbacks.all.keys()]);
  });
});

describe('the end of a relationship', () => {
  it('is not taken for a day that is still to come', async () => {
    const { platform, stream } = await aCase();
    expect(await endRelationship(platform.deps, { stream, endedOn: '2026-11-21', reason: 'LEFT', ...by })).toMatchObject({ kind: 'refused', code: 'ENDED_IN_FUTURE' });
    expect(await endRelationship(platform.deps, { stream, endedOn: '2026-11-20', reason: 'LEFT', ...by })).toMatchObject({ kind: 'done', dueOn: '2031-11-20' });
  });
});
