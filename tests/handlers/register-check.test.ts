import { beforeEach, describe, expect, it } from 'vitest';
import { registerCallback } from '../../handlers/register-check.ts';
import { registerRequest } from '../../handlers/register-request.ts';
import { recordFailure } from '../../handlers/record-failure.ts';
import { applicantStatus } from '../../handlers/status.ts';
import { sweepCallbacks } from '../../handlers/sweeper.ts';
import type { RunStep } from '../../handlers/run-step.ts';
import { RegisterNotOffered } from '../../gateways/registers/errors.ts';
import { ada, createMemoryPlatform, passport, type MemoryPlatform } from '../support/memory/platform.ts';
import { newestStep, playCase, playRun, submit, typesOf, workQueues } from '../support/play.ts';

let platform: MemoryPlatform;
let step: RunStep;
let runId: string;

beforeEach(async () => {
  platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  await submit(platform);
  await workQueues(platform);
  step = newestStep(platform);
  await registerRequest(platform.deps, { ...step, taskToken: platform.workflow.wait('task-1') });
  runId = [...platform.registers.runs.keys()][0] ?? '';
});

const recorded = async (type: string) => (await typesOf(platform, step.stream)).filter((each) => each === type).length;
const eventOf = async (type: string) => (await platform.deps.ledger.load(step.stream)).find((event) => event.type === type);

describe('a callback of a register', () => {
  it('G-15: is a hint: the run is fetched, the answer kept with its bytes, and the workflow goes on', async () => {
    platform.registers.end(runId);
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    const event = await eventOf('RegisterChecked');
    expect(event).toMatchObject({
      data: { runId, outcome: 'clear', status: 'registered', matchedStatus: true, cached: false, snapshotDate: '2026-11-20' },
      personal: { statusWording: 'Registered with a licence to practise' },
    });
    expect(platform.workflow.settled.has('task-1')).toBe(true);
    if (event?.type !== 'RegisterChecked') throw new Error('not recorded');
    const bytes = await platform.deps.ledger.readEvidence(step.stream, event.data.answer);
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject([{ gmcReferenceNumber: '7000001' }]);
  });

  it.each([
    ['a wrong token', () => platform.registers.callback(runId, { token: 'x'.repeat(43) }), 'CALLBACK_REFUSED'],
    ['an empty token', () => platform.registers.callback(runId, { token: '' }), 'CALLBACK_REFUSED'],
    ['another run', () => platform.registers.callback(runId, { runId: 'runofsomebodyelse' }), 'CALLBACK_REFUSED'],
    ['an unknown request', () => ({ ...platform.registers.callback(runId), requestId: '01938f00-0000-7000-8000-000000000000' }), 'CALLBACK_REFUSED'],
    ['a request id that is none', () => ({ ...platform.registers.callback(runId), requestId: '../../x' }), 'CALLBACK_REFUSED'],
    ['a body of another shape', () => ({ ...platform.registers.callback(runId), payload: { hello: 'world' } }), 'CALLBACK_MALFORMED'],
    ['no body', () => ({ ...platform.registers.callback(runId), payload: null }), 'CALLBACK_MALFORMED'],
  ])('with %s is refused and changes nothing', async (_, forge, code) => {
    platform.registers.end(runId);
    const before = await typesOf(platform, step.stream);
    expect(await registerCallback(platform.deps, forge())).toMatchObject({ kind: 'refused', code });
    expect(await typesOf(platform, step.stream)).toEqual(before);
    expect(platform.workflow.waiting.has('task-1')).toBe(true);
  });

  it('that claims success for a run that is still on its way records nothing yet', async () => {
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    expect(await recorded('RegisterChecked')).toBe(0);
  });

  it('G-15: about a run of ours that was started for another applicant is refused', async () => {
    await submit(platform, { applicant: { email: 'b@example.test', registrationNumber: '7000009' }, document: passport({ number: '111111111' }) });
    await workQueues(platform);
    await registerRequest(platform.deps, { ...newestStep(platform), taskToken: 'task-2' });
    const other = [...platform.registers.runs.keys()].at(-1) ?? '';
    platform.registers.end(other);
    platform.registers.end(runId);
    // The record has lost its run id, as after a crash; the run itself still says what it was started for.
    const pending = [...platform.pendingCallbacks.all.values()][0];
    if (pending !== undefined) await platform.pendingCallbacks.put({ ...pending, runId: null });
    expect(await registerCallback(platform.deps, platform.registers.callback(runId, { runId: other }))).toMatchObject({ code: 'CALLBACK_REFUSED' });
  });

  it('of a second run for the same request is refused: one run answers one request', async () => {
    const first = platform.registers.runs.get(runId);
    if (first === undefined) throw new Error('not started');
    platform.registers.runs.set('second', { ...first, status: 'SUCCEEDED' });
    expect(await registerCallback(platform.deps, platform.registers.callback(runId, { runId: 'second' }))).toMatchObject({ code: 'CALLBACK_REFUSED' });
    expect(await recorded('RegisterChecked')).toBe(0);
  });

  it('is answered as repeated the second time, and counts once', async () => {
    platform.registers.end(runId);
    const callback = platform.registers.callback(runId);
    await registerCallback(platform.deps, callback);
    expect(await registerCallback(platform.deps, callback)).toEqual({ kind: 'repeated' });
    expect(await recorded('RegisterChecked')).toBe(1);
  });

  it('counts once when it comes twice at the same moment', async () => {
    platform.registers.end(runId);
    const callback = platform.registers.callback(runId);
    await Promise.all([registerCallback(platform.deps, callback), registerCallback(platform.deps, callback)]);
    expect(await recorded('RegisterChecked')).toBe(1);
    expect(platform.workflow.settled.size).toBe(1);
  });

  it('that comes after the case went on without it is told that it is late', async () => {
    await recordFailure(platform.deps, { ...step, signal: 'register', error: 'States.Timeout' });
    platform.registers.end(runId);
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toMatchObject({ code: 'CALLBACK_LATE' });
    expect(await recorded('RegisterChecked')).toBe(0);
  });

  it.each(['READY', 'RUNNING', 'TIMING-OUT', 'ABORTING'] as const)('of a run that is %s waits for its end, also when it was resurrected after its callback', async (status) => {
    platform.registers.end(runId, status);
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    expect([await recorded('RegisterChecked'), await recorded('RegisterCheckFailed')]).toEqual([0, 0]);
    expect(platform.workflow.waiting.has('task-1')).toBe(true);
  });

  it('of a run that SUCCEEDED with no items records an answer that nobody can read, never "not found"', async () => {
    platform.registers.end(runId, 'SUCCEEDED', []);
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    expect(await eventOf('RegisterChecked')).toMatchObject({ data: { outcome: 'unreadable' } });
  });

  it.each(['FAILED', 'TIMED-OUT', 'ABORTED'] as const)('of a lookup that has %s records the failure and lets the case go on', async (status) => {
    platform.registers.end(runId, status);
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    expect(await eventOf('RegisterCheckFailed')).toMatchObject({ data: { reason: 'REGISTER_LOOKUP_FAILED' } });
    expect(platform.workflow.settled.has('task-1')).toBe(true);
  });

  it('G-15: stores the one-time token nowhere', async () => {
    const token = platform.registers.runs.get(runId)?.lookup.callbackToken ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const kept = JSON.stringify([await platform.deps.ledger.load(step.stream), [...platform.pendingCallbacks.all.values()], platform.lines]);
    expect(kept).not.toContain(token);
  });
});

describe('asking a register again after a crash', () => {
  it('goes on with the same request and the new task token', async () => {
    await registerRequest(platform.deps, { ...step, taskToken: platform.workflow.wait('task-2') });
    expect(platform.registers.runs.size).toBe(1);
    platform.registers.end(runId);
    await registerCallback(platform.deps, platform.registers.callback(runId));
    expect(platform.workflow.settled.has('task-2')).toBe(true);
    expect(await recorded('RegisterCheckRequested')).toBe(1);
  });

  it('takes the callback whichever of the tokens it brings, when it is not known whether the provider was started', async () => {
    const pending = [...platform.pendingCallbacks.all.values()][0];
    if (pending === undefined) throw new Error('nothing awaited');
    await platform.pendingCallbacks.remove(pending.requestId);
    await registerRequest(platform.deps, { ...step, taskToken: platform.workflow.wait('task-2') });
    platform.registers.end(runId);
    // The provider kept the first start and so the first token, which only the ledger knows by its hash.
    expect(await registerCallback(platform.deps, platform.registers.callback(runId))).toEqual({ kind: 'accepted' });
    expect(platform.workflow.settled.has('task-2')).toBe(true);
  });

  it('settles the new task although the answer comes and settles the old one in that very moment', async () => {
    platform.registers.end(runId);
    const callback = platform.registers.callback(runId);
    const { pendingCallbacks } = platform;
    const racing = {
      get: (id: string) => pendingCallbacks.get(id), due: (now: string) => pendingCallbacks.due(now), remove: (id: string) => pendingCallbacks.remove(id),
      async put(pending: Parameters<typeof pendingCallbacks.put>[0]) {
        await registerCallback(platform.deps, callback);
        await pendingCallbacks.put(pending);
      },
    };
    await registerRequest({ ...platform.deps, pendingCallbacks: racing }, { ...step, taskToken: platform.workflow.wait('task-2') });
    expect(platform.workflow.settled.has('task-2')).toBe(true);
  });

  it('settles the new task at once when the answer is in', async () => {
    platform.registers.end(runId);
    await registerCallback(platform.deps, platform.registers.callback(runId));
    await registerRequest(platform.deps, { ...step, taskToken: platform.workflow.wait('task-2') });
    expect(platform.workflow.settled.has('task-2')).toBe(true);
  });
});

describe('the sweep of awaited callbacks', () => {
  const afterDeadline = { now: '2026-11-20T10:02:00.000Z' };

  it('leaves those alone that still have time', async () => {
    expect(await sweepCallbacks(platform.deps, { now: '2026-11-20T10:00:30.000Z' })).toEqual({ due: 0, answered: 0, failed: 0 });
  });

  it('takes the answer of a run whose callback was lost', async () => {
    platform.registers.end(runId);
    expect(await sweepCallbacks(platform.deps, afterDeadline)).toEqual({ due: 1, answered: 1, failed: 0 });
    expect(await recorded('RegisterChecked')).toBe(1);
    expect(platform.workflow.settled.has('task-1')).toBe(true);
  });

  it('G-11: gives up on a register that never answers, with the reason, and the case goes to a person', async () => {
    expect(await sweepCallbacks(platform.deps, afterDeadline)).toEqual({ due: 1, answered: 0, failed: 1 });
    expect(await eventOf('RegisterCheckFailed')).toMatchObject({ data: { reason: 'REGISTER_DID_NOT_ANSWER' } });
    expect(await playRun(platform, step)).toBe('MANUAL_REVIEW');
    expect((await applicantStatus(platform.deps, step.stream))?.decision?.reasons).toContain('REGISTER_UNAVAILABLE');
  });

  it('does nothing twice and forgets what is settled when nobody can repeat it any more', async () => {
    await sweepCallbacks(platform.deps, afterDeadline);
    expect(await sweepCallbacks(platform.deps, afterDeadline)).toMatchObject({ due: 0 });
    platform.time.now += 3 * 86_400_000;
    expect(await sweepCallbacks(platform.deps, { now: new Date(platform.time.now).toISOString() })).toEqual({ due: 1, answered: 0, failed: 0 });
    expect(platform.pendingCallbacks.all.size).toBe(0);
    expect(await recorded('RegisterCheckFailed')).toBe(1);
  });
});

describe('the cache of recent answers', () => {
  const sameNumber = { applicant: { email: 'b@example.test' }, document: passport({ number: '222222222' }) };

  it('answers for another applicant with the same number, under a run id of its own', async () => {
    await playRun(platform, step);
    const second = await playCase(platform, sameNumber);
    expect(platform.registers.runs.size).toBe(1);
    const checked = (await platform.deps.ledger.load(second.stream)).find((event) => event.type === 'RegisterChecked');
    expect(checked?.data).toMatchObject({ cached: true, outcome: 'clear', snapshotDate: '2026-11-20' });
    expect(JSON.stringify(checked?.data)).toContain(`${runId}:cached:`);
    expect(await registerRequest(platform.deps, { ...second.step, taskToken: 'again' })).toEqual({ register: 'answered' });
  });

  it('is empty once the subject it was fetched for has been erased', async () => {
    await playRun(platform, step);
    await platform.deps.ledger.destroyKey(step.stream);
    await playCase(platform, sameNumber);
    expect(platform.registers.runs.size).toBe(2);
  });

  it('expires', async () => {
    await playRun(platform, step);
    platform.time.now += 2 * 86_400_000;
    await playCase(platform, sameNumber);
    expect(platform.registers.runs.size).toBe(2);
  });
});

describe('a register whose answers make no sense', () => {
  it('is paused after three unreadable answers in a row, says so, and is tried again later', async () => {
    for (let i = 0; i < 3; i += 1) {
      await submit(platform, { applicant: { email: `p${i}@example.test`, registrationNumber: `700001${i}` }, document: passport({ number: `33333333${i}` }) });
      await workQueues(platform);
      await registerRequest(platform.deps, { ...newestStep(platform), taskToken: `task-p${i}` });
      const unreadable = [...platform.registers.runs.keys()].at(-1) ?? '';
      platform.registers.end(unreadable, 'SUCCEEDED', [{ title: 'We have changed our website' }]);
      await registerCallback(platform.deps, platform.registers.callback(unreadable));
    }
    const late = { applicant: { email: 'q@example.test', registrationNumber: '7000020' }, document: passport({ number: '444444444' }) };
    await submit(platform, late);
    await workQueues(platform);
    const paused = newestStep(platform);
    expect(await registerRequest(platform.deps, { ...paused, taskToken: platform.workflow.wait('task-q') })).toEqual({ register: 'paused' });
    const failed = (await platform.deps.ledger.load(paused.stream)).find((event) => event.type === 'RegisterCheckFailed');
    expect(failed?.data).toMatchObject({ reason: 'REGISTER_PAUSED', requestId: null });
    expect(platform.workflow.settled.has('task-q')).toBe(true);

    platform.time.now += 3_700_000;
    await submit(platform, { applicant: { email: 'r@example.test', registrationNumber: '7000021' }, document: passport({ number: '555555555' }) });
    await workQueues(platform);
    expect(await registerRequest(platform.deps, { ...newestStep(platform), taskToken: 'task-r' })).toEqual({ register: 'asked' });
  });
});

describe('a register that no source is configured for', () => {
  it('is recorded as not offered at once, without retries', async () => {
    const { deps } = platform;
    const registers = { provider: 'none', start: async () => { throw new RegisterNotOffered('GMC'); }, run: async () => null, answer: deps.registers.answer };
    await submit(platform, { applicant: { email: 'n@example.test', registrationNumber: '7000030' }, document: passport({ number: '666666666' }) });
    await workQueues(platform);
    const step2 = newestStep(platform);
    expect(await registerRequest({ ...deps, registers }, { ...step2, taskToken: platform.workflow.wait('task-n') })).toEqual({ register: 'not_offered' });
    const failed = (await deps.ledger.load(step2.stream)).find((event) => event.type === 'RegisterCheckFailed');
    expect(failed?.data).toMatchObject({ reason: 'REGISTER_NOT_OFFERED' });
    expect(platform.workflow.settled.has('task-n')).toBe(true);
  });
});
