import { beforeEach, describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import type { CaptureResult } from '../../gateways/face-matcher/port.ts';
import { loadCase } from '../../handlers/case.ts';
import { openCapture, takeCapture, type CaptureDeps } from '../../handlers/live-capture.ts';
import { recordConsent } from '../../handlers/record-consent.ts';
import { registerApplicant } from '../../handlers/register-applicant.ts';
import { uploadImage } from '../../handlers/upload.ts';
import { MemoryCaptures } from '../support/memory/captures.ts';
import { applicantInput, createMemoryPlatform, passport, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { MemoryCaptureSessions } from '../support/memory/records.ts';
import { typesOf, workQueues } from '../support/play.ts';

const by = { actor: { kind: 'applicant', id: 'ada' }, correlationId: 'case-1' } as const;
const passed: CaptureResult = { kind: 'judged', outcome: 'PASSED', confidence: 98.6, picture: selfie() };

let platform: MemoryPlatform;
let captures: MemoryCaptures;
let sessions: MemoryCaptureSessions;
let deps: CaptureDeps;
let stream: string;

async function newApplicant(email: string): Promise<string> {
  const registered = await registerApplicant(platform.deps, applicantInput({ email }));
  if (registered.kind === 'refused') throw new Error(registered.code);
  await recordConsent(platform.deps, { stream: registered.stream, given: true, textVersion: '1', ...by });
  return registered.stream;
}

async function opened(token = 'token-1', of = stream): Promise<string> {
  const answer = await openCapture(deps, { stream: of, token });
  if (answer.kind === 'refused') throw new Error(answer.code);
  return answer.sessionId;
}
const take = (sessionId: string, of = stream) => takeCapture(deps, { stream: of, sessionId, ...by });

async function finished(result: CaptureResult = passed): Promise<string> {
  const sessionId = await opened();
  captures.results.set(sessionId, result);
  return sessionId;
}

beforeEach(async () => {
  platform = createMemoryPlatform();
  captures = new MemoryCaptures();
  sessions = new MemoryCaptureSessions();
  deps = { ...platform.deps, captures, captureSessions: sessions };
  stream = await newApplicant('ada@example.test');
});

describe('opening a live capture', () => {
  it('remembers whose it is and under which consent, for three minutes, and records nothing', async () => {
    const answer = await openCapture(deps, { stream, token: 'token-1' });
    expect(answer).toMatchObject({ kind: 'done', region: 'eu-west-1', expiresAt: '2026-11-20T10:03:00.000Z', credentials: { accessKeyId: 'lent' } });
    expect([...sessions.all.values()]).toEqual([{ stream, consentVersion: 2, expiresAt: '2026-11-20T10:03:00.000Z' }]);
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered', 'ConsentRecorded']);
  });

  it('again with the same token gives the same session, and no more time', async () => {
    const sessionId = await opened();
    platform.time.now += 60_000;
    expect(await openCapture(deps, { stream, token: 'token-1' })).toMatchObject({ sessionId, expiresAt: '2026-11-20T10:03:00.000Z' });
  });

  it.each([
    ['nobody\'s stream', async () => 'applicant-0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e20', 'NOT_REGISTERED'],
    ['consent withdrawn', async () => {
      await recordConsent(platform.deps, { stream, given: false, textVersion: '1', ...by });
      return stream;
    }, 'CONSENT_MISSING'],
    ['consent never asked for', async () => {
      const registered = await registerApplicant(platform.deps, applicantInput({ email: 'eve@example.test' }));
      return registered.kind === 'done' ? registered.stream : '';
    }, 'CONSENT_MISSING'],
  ])('is refused, before the service is asked, for %s', async (_, of, code) => {
    const given = await of();
    captures.open = () => Promise.reject(new Error('asked'));
    expect(await openCapture(deps, { stream: given, token: 't' })).toMatchObject({ kind: 'refused', code });
  });

  it('throws when the service is down, and remembers nothing', async () => {
    captures.open = () => Promise.reject(new ServiceUnavailable('Face Liveness'));
    await expect(opened()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(sessions.all.size).toBe(0);
  });
});

describe('taking over a live capture', () => {
  it.each(['PASSED', 'FAILED'] as const)('G-36: records its own picture as the selfie together with the outcome: %s', async (outcome) => {
    const sessionId = await finished({ kind: 'judged', outcome, confidence: 55.5, picture: selfie() });
    expect(await take(sessionId)).toEqual({ kind: 'done', version: 3 });
    const [, , uploaded, checked] = await platform.deps.ledger.load(stream);
    expect(checked).toMatchObject({ type: 'LivenessChecked', data: { selfieVersion: 3, outcome, method: 'rekognition_face_liveness', confidence: 55.5, sessionId } });
    if (uploaded?.type !== 'SelfieUploaded') throw new Error('not recorded');
    expect(Buffer.compare(await platform.deps.ledger.readEvidence(stream, uploaded.data.evidence), selfie())).toBe(0);
    expect(uploaded.recordedAt).toBe(checked?.recordedAt);
    expect(platform.scanJobs.waiting).toEqual([{ stream, version: 3 }]);
  });

  it('counts in the run that follows: nothing is recorded of liveness a second time', async () => {
    await take(await finished());
    await uploadImage(platform.deps, { stream, kind: 'document', documentType: 'passport', file: passport(), fileName: 'p.png', declaredMediaType: 'application/octet-stream', ...by });
    await workQueues(platform);
    const events = await platform.deps.ledger.load(stream);
    expect(events.filter(({ type }) => type === 'LivenessChecked')).toHaveLength(1);
    expect(events.some(({ type }) => type === 'KycStarted')).toBe(true);
  });

  it('G-36: says nothing of a picture that is sent afterwards', async () => {
    await take(await finished());
    await uploadImage(platform.deps, { stream, kind: 'selfie', file: selfie({ face: 'b' }), fileName: 's.png', declaredMediaType: 'application/octet-stream', ...by });
    const loaded = await loadCase(platform.deps, stream);
    expect(loaded?.state.selfies.map(({ liveness }) => liveness?.outcome ?? null)).toEqual(['PASSED', null]);
  });

  it('G-36: happens once, also when it is asked for twice at the same time', async () => {
    const sessionId = await finished();
    const answers = await Promise.all([take(sessionId), take(sessionId)]);
    expect(answers.map((answer) => (answer.kind === 'done' ? 'done' : answer.code)).toSorted()).toEqual(['LIVENESS_SESSION_USED', 'done']);
    expect(await take(sessionId)).toMatchObject({ code: 'LIVENESS_SESSION_USED' });
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered', 'ConsentRecorded', 'SelfieUploaded', 'LivenessChecked']);
  });

  it('puts the picture in line again when the first message was lost', async () => {
    const sessionId = await finished();
    const lost = { ...deps, scanJobs: { ...deps.scanJobs, send: () => Promise.reject(new Error('killed')) } } as CaptureDeps;
    await expect(takeCapture(lost, { stream, sessionId, ...by })).rejects.toThrow('killed');
    await take(sessionId);
    expect(platform.scanJobs.waiting).toEqual([{ stream, version: 3 }]);
  });

  it('G-36: of somebody else is refused as one that is not there, and the service is not asked', async () => {
    const sessionId = await finished();
    const other = await newApplicant('ben@example.test');
    expect(await take(sessionId, other)).toMatchObject({ code: 'LIVENESS_SESSION_UNKNOWN' });
    expect(await take('0193b1f2-7c1e-4c7a-9d8e-ffffffffffff')).toMatchObject({ code: 'LIVENESS_SESSION_UNKNOWN' });
    expect(captures.asked).toEqual([]);
  });

  it('that is late is refused without asking', async () => {
    const sessionId = await finished();
    platform.time.now += 180_000;
    expect(await take(sessionId)).toMatchObject({ code: 'LIVENESS_SESSION_EXPIRED' });
    expect(captures.asked).toEqual([]);
  });

  it.each([
    [{ kind: 'unfinished' }, 'LIVENESS_UNFINISHED'],
    [{ kind: 'expired' }, 'LIVENESS_SESSION_EXPIRED'],
    [{ kind: 'judged', outcome: 'FAILED', confidence: null, picture: null }, 'LIVENESS_NO_PICTURE'],
    [{ kind: 'judged', outcome: 'PASSED', confidence: 99, picture: new Uint8Array() }, 'EMPTY_FILE'],
  ] as const)('is refused where the service says %j: %s', async (result, code) => {
    expect(await take(await finished(result))).toMatchObject({ kind: 'refused', code });
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered', 'ConsentRecorded']);
  });

  it('G-36: needs the consent under which it was begun', async () => {
    const sessionId = await finished();
    await recordConsent(platform.deps, { stream, given: false, textVersion: '1', ...by });
    expect(await take(sessionId)).toMatchObject({ code: 'CONSENT_MISSING' });
    await recordConsent(platform.deps, { stream, given: true, textVersion: '1', ...by });
    expect(await take(sessionId)).toMatchObject({ code: 'LIVENESS_CONSENT_CHANGED' });
    expect(captures.asked).toEqual([]);
  });

  it('keeps nothing when consent is withdrawn while the service is asked', async () => {
    const sessionId = await finished();
    captures.result = async () => {
      await recordConsent(platform.deps, { stream, given: false, textVersion: '1', ...by });
      return passed;
    };
    expect(await take(sessionId)).toMatchObject({ code: 'CONSENT_MISSING' });
    expect(await typesOf(platform, stream)).not.toContain('SelfieUploaded');
  });

  it('throws while the service is down, and can be asked for again', async () => {
    const sessionId = await finished();
    const { result } = captures;
    captures.result = () => Promise.reject(new ServiceUnavailable('Face Liveness'));
    await expect(take(sessionId)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    captures.result = result;
    expect(await take(sessionId)).toMatchObject({ kind: 'done' });
  });
});
