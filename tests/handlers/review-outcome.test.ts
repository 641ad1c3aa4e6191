import { beforeEach, describe, expect, it } from 'vitest';
import { claimReview, lodgeAppeal, noteReview, releaseReview, reviewCase, secondReview } from '../../handlers/review-outcome.ts';
import { applicantStatus } from '../../handlers/status.ts';
import { sweepCases } from '../../handlers/sweeper.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { ada, createMemoryPlatform, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { MemoryMessenger } from '../support/memory/messenger.ts';
import { playCase, typesOf } from '../support/play.ts';

let platform: MemoryPlatform;
let stream: string;
const rita = { actor: { kind: 'reviewer', id: 'rita' }, correlationId: 'review-1' } as const;
const sam = { actor: { kind: 'reviewer', id: 'sam' }, correlationId: 'review-2' } as const;
const judgement = { reason: 'MACHINE_ERROR', note: 'Compared by eye, same person.' };

beforeEach(async () => {
  platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  stream = (await playCase(platform, { selfie: selfie({ face: 'b' }) })).stream;
});

const seenVersion = async () => (await platform.deps.ledger.load(stream)).length;

describe('a review', () => {
  it('is in force at once and published to the applicant', async () => {
    await claimReview(platform.deps, { stream, ...rita });
    const done = await reviewCase(platform.deps, { stream, ...rita, ...judgement, outcome: 'PASS', seenVersion: await seenVersion() });
    expect(done).toMatchObject({ kind: 'done', outcome: 'decided' });
    expect((await typesOf(platform, stream)).slice(-3)).toEqual(['ReviewClaimed', 'ReviewOverridden', 'ResultPublished']);
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ status: 'VERIFIED', decision: { by: 'person', published: true } });
    expect([...platform.messenger.emails.values()].at(-1)).toMatchObject({ to: 'ada@example.test', template: 'decision_pass' });
  });

  it('repeated changes nothing and sends nothing twice', async () => {
    const input = { stream, ...rita, ...judgement, outcome: 'PASS' as const, seenVersion: await seenVersion() };
    await claimReview(platform.deps, { stream, ...rita });
    await reviewCase(platform.deps, input);
    const before = [await typesOf(platform, stream), platform.messenger.emails.size];
    expect(await reviewCase(platform.deps, input)).toMatchObject({ kind: 'done', outcome: 'decided' });
    expect([await typesOf(platform, stream), platform.messenger.emails.size]).toEqual(before);
  });

  it('is refused to another than the one who claimed the case', async () => {
    await claimReview(platform.deps, { stream, ...rita });
    expect(await claimReview(platform.deps, { stream, ...sam })).toMatchObject({ kind: 'refused', code: 'CLAIMED_BY_OTHER' });
    expect(await releaseReview(platform.deps, { stream, ...rita })).toMatchObject({ kind: 'done' });
    expect(await claimReview(platform.deps, { stream, ...sam })).toMatchObject({ kind: 'done' });
  });

  it('keeps notes sealed', async () => {
    await noteReview(platform.deps, { stream, ...rita, note: 'Called the applicant.' });
    const event = (await platform.deps.ledger.load(stream)).at(-1);
    expect(event).toMatchObject({ type: 'ReviewNoted', personal: { note: 'Called the applicant.' } });
    expect(JSON.stringify(await platform.deps.store.load(stream))).not.toContain('Called');
  });

  it('holds although its announcement fails, and the sweeper makes up for that', async () => {
    await claimReview(platform.deps, { stream, ...rita });
    const messenger = new MemoryMessenger();
    messenger.topic = () => Promise.reject(new ServiceUnavailable('topic'));
    const down = { ...platform.deps, messenger };
    const input = { stream, ...rita, ...judgement, outcome: 'FAIL' as const, seenVersion: await seenVersion() };
    expect(await reviewCase(down, input)).toMatchObject({ kind: 'done', outcome: 'decided' });
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ decision: { outcome: 'FAIL', published: false } });
    platform.time.now += 120_000;
    expect(await sweepCases(platform.deps, { now: new Date(platform.time.now).toISOString(), streams: [stream] })).toEqual({ looked: 1, moved: 1 });
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ decision: { published: true } });
  });

  it('that turns a decision round is proposed by one and decided by another', async () => {
    await claimReview(platform.deps, { stream, ...rita });
    await reviewCase(platform.deps, { stream, ...rita, ...judgement, outcome: 'FAIL', seenVersion: await seenVersion() });
    await lodgeAppeal(platform.deps, { stream, actor: { kind: 'applicant', id: 'ada' }, correlationId: 'appeal', statement: 'It is me.' });
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ status: 'REVIEW', stage: 'appealed', appealOpen: true });
    await claimReview(platform.deps, { stream, ...sam });
    const proposed = await reviewCase(platform.deps, { stream, ...sam, ...judgement, outcome: 'PASS', seenVersion: await seenVersion() });
    expect(proposed).toMatchObject({ kind: 'done', outcome: 'proposed' });
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ stage: 'appealed', openProposal: { outcome: 'PASS', by: 'sam' } });
    const third = { actor: { kind: 'reviewer', id: 'toni' }, correlationId: 'second' } as const;
    const seconded = await secondReview(platform.deps, { stream, ...third, ...judgement, approve: true, seenVersion: await seenVersion() });
    expect(seconded).toMatchObject({ kind: 'done', outcome: 'decided' });
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({ status: 'VERIFIED', decision: { outcome: 'PASS', by: 'person' } });
  });
});
