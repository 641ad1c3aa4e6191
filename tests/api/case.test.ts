import { describe, expect, test } from 'vitest';
import type { Role } from '../../api/access-policy.ts';
import { bindHandlers } from '../../api/bind-handlers.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { issueSignInLink } from '../../api/sign-in/sign-in.ts';
import { decideCase } from '../../handlers/decision.ts';
import { faceMatch } from '../../handlers/face-match.ts';
import { publishResult } from '../../handlers/publish.ts';
import { registerRequest } from '../../handlers/register-request.ts';
import { ada, createMemoryPlatform, passport, selfie } from '../support/memory/platform.ts';
import { newestStep, workQueues } from '../support/play.ts';
import { applicantId, form, makeWorld } from './support/world.ts';

/** The API before the real handlers, on a ledger in memory. */
function makeHouse() {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  const world = makeWorld({ deps: { handlers: { ...bindHandlers(platform.deps), registerCallback: (callback) => registerCallback(platform.deps, callback) }, ledger: platform.deps.ledger, newId: platform.deps.newId } });
  const post = async (path: string, as: Role, json: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await world.send('POST', path, { as, json });
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  };
  const read = async (path: string, as: Role): Promise<Record<string, unknown>> =>
    await (await world.send('GET', path, { as })).json() as Record<string, unknown>;
  return { platform, world, post, read };
}

const me = `/applicants/${applicantId}`;
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** An applicant comes by link, gives everything, and the checks run up to the register's callback. */
async function submitted(selfieOf: string) {
  const house = makeHouse();
  const { platform, world, post } = house;
  const { token } = await issueSignInLink(world.deps, { role: 'applicant', subject: applicantId });
  expect((await world.send('POST', '/sign-in', { json: { token } })).status).toBe(200);
  const registration = { registerType: 'GMC', registrationNumber: '7000001', email: 'ada@example.test', name: { surname: 'Example', givenNames: 'Ada May' } };
  expect(await post('/applicants', 'applicant', registration)).toEqual({ status: 201, body: { id: applicantId, version: 1 } });
  expect(await post(`${me}/consents`, 'applicant', { given: true, textVersion: '2026-1' })).toMatchObject({ status: 201, body: { version: 2 } });
  for (const [kind, body] of [
    ['documents', form({ documentType: 'passport' }, copy(passport()))],
    ['selfies', form({}, copy(selfie({ face: selfieOf })))],
  ] as const) expect((await world.send('POST', `${me}/${kind}`, { as: 'applicant', body })).status).toBe(202);
  await workQueues(platform);
  const step = newestStep(platform);
  await faceMatch(platform.deps, step);
  await registerRequest(platform.deps, { ...step, taskToken: platform.workflow.wait('task') });
  const [runId = ''] = platform.registers.runs.keys();
  platform.registers.end(runId);
  const { requestId, token: callbackToken, payload } = platform.registers.callback(runId);
  const callback = async (secret: string): Promise<number> =>
    (await world.send('POST', `/callbacks/registers/${requestId}`, { headers: { 'x-kyc-callback-token': secret }, json: payload })).status;
  const decide = async (): Promise<void> => {
    const { decisionVersion } = await decideCase(platform.deps, step);
    await publishResult(platform.deps, { stream: step.stream, decisionVersion });
  };
  return { ...house, callback, callbackToken, decide };
}

describe('a case over HTTP, on the real handlers', () => {
  test('passes: forged callbacks change nothing, the true one counts once', async () => {
    const { read, callback, callbackToken, decide } = await submitted('a');
    expect(await callback('forged')).toBe(403);
    expect((await read(me, 'operator'))['stage']).toBe('checking');
    expect(await callback(callbackToken)).toBe(202);
    await decide();
    expect(await callback(callbackToken)).toBe(200);
    expect(await read(me, 'operator')).toMatchObject({ status: 'VERIFIED', decision: { outcome: 'PASS', by: 'policy', published: true } });
    expect(await read(me, 'applicant')).toMatchObject({ status: 'VERIFIED', message: 'You are verified.' });
  });

  test('in doubt goes to a reviewer, whose outcome is recorded with who, why and what was seen', async () => {
    const { read, post, callback, callbackToken, decide } = await submitted('b');
    await callback(callbackToken);
    await decide();
    const { status: state, events } = await read(`/reviews/${applicantId}`, 'reviewer') as { status: Record<string, unknown>; events: { version: number; personal: unknown }[] };
    expect(events.at(-1)?.version).toBe(state['version']);
    expect(JSON.stringify(events[0]?.personal)).toContain('ada@example.test');
    expect(state).toMatchObject({ status: 'REVIEW', decision: { outcome: 'MANUAL_REVIEW', reasons: ['FACE_BELOW_THRESHOLD'] } });
    expect((await post(`/reviews/${applicantId}/claim`, 'reviewer', {})).status).toBe(200);
    const judgement = { outcome: 'FAIL', reason: 'DIFFERENT_PERSON', note: 'Different ears.' };
    expect(await post(`/reviews/${applicantId}/outcome`, 'reviewer', { ...judgement, seenVersion: 1 })).toMatchObject({ status: 409, body: { code: 'STALE_VIEW' } });
    expect(await post(`/reviews/${applicantId}/outcome`, 'reviewer', { ...judgement, seenVersion: state['version'] })).toMatchObject({ status: 200, body: { outcome: 'decided' } });

    expect(await read(me, 'applicant')).toMatchObject({ status: 'NOT_VERIFIED', mayAppeal: true });
    expect((await post(`${me}/appeals`, 'applicant', { statement: 'It is me.' })).status).toBe(201);
    expect(await read(me, 'applicant')).toMatchObject({ status: 'IN_REVIEW', mayAppeal: false });

    const history = JSON.stringify(await read(`${me}/history`, 'auditor'));
    expect(history).toContain('ReviewOverridden');
    expect(history).not.toMatch(/Different ears|It is me|ada@example|Example/);
    expect(JSON.stringify(await read(`${me}/history?personal=true`, 'auditor'))).toMatch(/Different ears.*It is me/);
    const seen = await read(`${me}/accesses`, 'auditor') as { accesses: { actor: { id: string }; data: { what: string } }[] };
    expect(seen.accesses.map(({ actor, data }) => `${actor.id} ${data.what}`)).toEqual(['reviewer-1 case', 'auditor-1 history', 'auditor-1 personal']);
  });

  test('shows its evidence opened, to those who may', async () => {
    const { world } = await submitted('a');
    const response = await world.send('GET', `${me}/evidence/3`, { as: 'reviewer' });
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(copy(passport()));
    expect((await world.send('GET', `${me}/evidence/3`, { as: 'operator' })).status).toBe(403);
  });
});
