import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool, sql } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { drawInto } from '../../cli/specimens/write.ts';
import { samples, type Sample } from '../../cli/specimens/samples.ts';
import type { RunningPlatform } from '../../runtime/running.ts';
import { kyc, PlatformProcess, processesOf, session, UploadServiceProcess } from './support.ts';

const Status = z.looseObject({ id: z.string(), status: z.string(), decision: z.looseObject({ outcome: z.string(), reasons: z.array(z.string()) }).nullable() });
const Event = z.looseObject({ type: z.string(), version: z.number() });
const today = new Date().toISOString().slice(0, 10);

let folder: string;
let pictures: string;
let platform: PlatformProcess;
let running: RunningPlatform;
const ids = new Map<string, string>();

function sample(id: string): Sample {
  const found = samples.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no sample ${id}`);
  return found;
}

async function submit(id: string): Promise<z.infer<typeof Status>> {
  const { register, registrationNumber, email, name, documentType } = sample(id);
  const images = await drawInto(pictures, sample(id), today);
  const answer = await kyc(folder, [
    '--json', 'submit', '--register', register, '--number', registrationNumber, '--email', email, '--surname', name.surname,
    '--given-names', name.givenNames, '--type', documentType, '--document', join(images, 'document.jpg'),
    '--selfie', join(images, 'selfie.jpg'), '--wait',
  ]);
  expect(answer.stderr).toBe('');
  const status = Status.parse(JSON.parse(answer.stdout));
  ids.set(id, status.id);
  return status;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-e2e-'));
  pictures = await mkdtemp(join(tmpdir(), 'kyc-e2e-pictures-'));
  platform = new PlatformProcess(folder, { KYC_REGISTER_DEADLINE_SECONDS: '20' });
  running = await platform.up();
});

afterAll(async () => {
  await platform.interrupt();
  await rm(folder, { recursive: true, force: true });
  await rm(pictures, { recursive: true, force: true });
});

describe('the story of a case, told through the command line', () => {
  test('an applicant whose signals are all good passes without anybody', async () => {
    const status = await submit('gmc-pass');
    expect(status).toMatchObject({ status: 'VERIFIED', decision: { outcome: 'PASS', reasons: [] } });
  });

  test('every stage is an event, in order, and the decision notes that liveness was not performed', async () => {
    const { stdout } = await kyc(folder, ['--json', 'history', ids.get('gmc-pass') ?? '']);
    const { events } = z.object({ events: z.array(Event) }).parse(JSON.parse(stdout));
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 4)).toEqual(['ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded']);
    expect(types).toEqual(expect.arrayContaining(['DocScanned', 'KycStarted', 'LivenessChecked', 'FaceMatched', 'RegisterCheckRequested', 'RegisterChecked', 'DecisionMade']));
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
    expect(events.find(({ type }) => type === 'DecisionMade')).toMatchObject({ data: { notes: ['LIVENESS_NOT_PERFORMED'] } });
  });

  test('a doubtful one waits for a person, whose outcome overrules', async () => {
    const status = await submit('former-name');
    expect(status).toMatchObject({ status: 'REVIEW', decision: { outcome: 'MANUAL_REVIEW', reasons: ['NAME_FORMER'] } });
    const queue = await until(() => kyc(folder, ['reviews']), ({ stdout }) => stdout.includes(status.id));
    expect(queue.stdout).toContain('NAME_FORMER');
    const reviewed = await kyc(folder, ['review', status.id, '--approve', '--reason', 'IDENTITY_CONFIRMED', '--note', 'Deed poll seen.']);
    expect(reviewed).toMatchObject({ code: 0, stdout: 'Decided: PASS.\n' });
    expect((await kyc(folder, ['status', status.id])).stdout).toContain('VERIFIED');
  });

  test('a registrant who is struck off or suspended fails, and only two persons can turn that round', async () => {
    const status = await submit('suspended');
    expect(status).toMatchObject({ status: 'REJECTED', decision: { outcome: 'FAIL', reasons: ['REGISTER_SUSPENDED'] } });
    const proposed = await kyc(folder, ['review', status.id, '--approve', '--reason', 'REGISTER_CONFIRMED_DIRECTLY', '--note', 'Suspension lifted.']);
    expect(proposed.stdout).toContain('a second person has to approve');
    const same = await kyc(folder, ['review', status.id, '--approve', '--reason', 'REGISTER_CONFIRMED_DIRECTLY', '--note', 'Me again.']);
    expect(same.code).toBe(4);
    const approved = await kyc(folder, ['review', status.id, '--approve', '--reason', 'REGISTER_CONFIRMED_DIRECTLY', '--note', 'Agreed.', '--as', 'senior_reviewer']);
    expect(approved).toMatchObject({ code: 0 });
    expect((await kyc(folder, ['status', status.id])).stdout).toContain('VERIFIED');
  });

  test('what the upload service leaves in the folder is taken in as if it had come by HTTP', async () => {
    const entry = sample('nmc-pass');
    const images = await drawInto(pictures, entry, today);
    const uploads = new UploadServiceProcess(folder);
    const url = await uploads.up();
    const form = new FormData();
    const fields = { registerType: entry.register, registrationNumber: entry.registrationNumber, email: entry.email, surname: entry.name.surname, givenNames: entry.name.givenNames, documentType: entry.documentType, consent: 'true' };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const name of ['document', 'selfie']) form.set(name, new Blob([await readFile(join(images, `${name}.jpg`))], { type: 'image/jpeg' }), `${name}.jpg`);
    const answer = await fetch(`${url}/uploads`, { method: 'POST', body: form });
    expect(answer.status).toBe(201);
    const { applicantId } = z.object({ applicantId: z.uuid() }).parse(await answer.json());
    await uploads.stop();
    const status = await until(() => kyc(folder, ['--json', 'status', applicantId]), ({ stdout }) => /"outcome"/.test(stdout));
    expect(Status.parse(JSON.parse(status.stdout)).decision).toMatchObject({ outcome: 'PASS' });
  });

  test('the seed\'s queries run for the analyst as they stand, and she can change nothing', async () => {
    const { stdout } = await kyc(folder, ['db-url']);
    const pool = await createPool(stdout.trim());
    const rows = await pool.any(sql.type(z.object({ email: z.string(), decision: z.string() }))`
      SELECT u.email, d.decision FROM users u JOIN kyc_decisions d ON d.user_id = u.id JOIN reg_checks r ON r.user_id = u.id
      WHERE u.reg_type = 'GMC' AND r.matched_status ORDER BY d.decided_at`);
    expect(rows[0]).toEqual({ email: sample('gmc-pass').email, decision: 'PASS' });
    await expect(pool.query(sql.unsafe`DELETE FROM users`)).rejects.toThrow('read-only');
    await pool.end();
  });

  test('every read model rebuilt from the ledger while the platform runs is what it was', async () => {
    const rebuilt = await kyc(folder, ['--json', 'rebuild']);
    expect(rebuilt.code).toBe(0);
    const { results } = z.object({ results: z.array(z.object({ name: z.string(), events: z.number(), failed: z.number() })) }).parse(JSON.parse(rebuilt.stdout));
    expect(results.map(({ name }) => name)).toEqual(['relational', 'access-log', 'audit-trail', 'review-feedback']);
    expect(results.every(({ failed, events }) => failed === 0 && events > 0)).toBe(true);
  });

  test('reminders that are due are sent once', async () => {
    await submit('expiring-soon');
    await until(() => kyc(folder, ['--json', 'remind']), ({ stdout }) => /"reminded": 1/.test(stdout));
    expect((await kyc(folder, ['--json', 'remind'])).stdout).toContain('"reminded": 0');
  });
});

/** One white pixel. */
const tinyPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAIBAQA6vJ4XAAAAAElFTkSuQmCC', 'base64');

describe('bad input', () => {
  const headers = (): Record<string, string> => ({ ...session(running, 'operator'), 'content-type': 'application/json' });
  const post = (path: string, body: string, extra: Record<string, string> = {}): Promise<Response> =>
    fetch(`${running.url}/api/v1${path}`, { method: 'POST', headers: { ...headers(), ...extra }, body });
  const applicant = { registerType: 'GMC', registrationNumber: '9990001', email: 'somebody.else@example.com', name: null };

  test.each([
    ['JSON that is none', '{"registerType": ', 400],
    ['an unknown register', JSON.stringify({ ...applicant, registerType: 'XYZ' }), 422],
    ['a malformed registration number', JSON.stringify({ ...applicant, registrationNumber: '12' }), 422],
    ['an e-mail address that is none', JSON.stringify({ ...applicant, email: 'nobody' }), 422],
    ['an e-mail address that is in use', JSON.stringify({ ...applicant, email: samples[0]?.email }), 409],
    ['fields nobody asked for', JSON.stringify({ ...applicant, admin: true }), 422],
  ])('%s gets a problem document and leaves nothing', async (_what, body, status) => {
    const before = await countApplicants();
    const answer = await post('/applicants', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await countApplicants()).toBe(before);
  });

  test.each([
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n'), 'document.jpg', 'TYPE_NOT_SUPPORTED'],
    ['an empty file', Buffer.alloc(0), 'document.jpg', 'EMPTY_FILE'],
    ['text under an image\'s name', Buffer.from('This is no picture at all, whatever its name says.'), 'selfie.png', 'TYPE_NOT_SUPPORTED'],
    ['a PNG under a JPEG\'s name', tinyPng, 'document.jpg', 'TYPE_DIFFERS'],
    ['a path in the name', Buffer.from('#!/bin/sh\n'), '../../../../etc/cron.d/kyc.jpg', 'TYPE_NOT_SUPPORTED'],
  ])('G-20: %s is refused and nothing is kept', async (_what, bytes, name, code) => {
    const id = ids.get('gmc-pass') ?? '';
    const before = await count(`applicant-${id}`);
    const form = new FormData();
    form.set('documentType', 'passport');
    form.set('file', new Blob([bytes], { type: 'image/jpeg' }), name);
    const answer = await fetch(`${running.url}/api/v1/applicants/${id}/documents`, { method: 'POST', headers: session(running, 'operator'), body: form });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.json()).toMatchObject({ code });
    expect(await count(`applicant-${id}`)).toBe(before);
    expect(await readdir(join(folder, 'incoming')).catch(() => [])).toEqual([]);
  });

  test('a forged callback is refused, whatever it claims', async () => {
    const history = z.object({ events: z.array(z.looseObject({ type: z.string(), data: z.record(z.string(), z.unknown()) })) }).parse(
      JSON.parse((await kyc(folder, ['--json', 'history', ids.get('gmc-pass') ?? ''])).stdout));
    const requestId = String(history.events.find(({ type }) => type === 'RegisterCheckRequested')?.data['requestId']);
    const payload = JSON.stringify({ userId: 'x', createdAt: new Date().toISOString(), eventType: 'ACTOR.RUN.SUCCEEDED', eventData: { actorId: 'a', actorTaskId: null, actorRunId: 'r' }, resource: {} });
    const forged = await post(`/callbacks/registers/${requestId}`, payload, { 'X-Kyc-Callback-Token': 'A'.repeat(43) });
    expect(forged.status).toBeGreaterThanOrEqual(400);
    expect(forged.status).toBeLessThan(500);
    const none = await post(`/callbacks/registers/${requestId}`, payload);
    expect(none.status).toBeGreaterThanOrEqual(400);
  });

  test('a sign-in link can be had at any time, in a name of one\'s own; it lets one in once', async () => {
    const { stdout, code } = await kyc(folder, ['sign-in', 'reviewer', '--as', 'a.okafor']);
    expect(code).toBe(0);
    const token = /#token=([\w-]+)\n$/.exec(stdout)?.[1];
    const use = () => fetch(`${running.url}/api/v1/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, as: 'bearer' }) });
    expect(await (await use()).json()).toMatchObject({ role: 'reviewer', subject: 'a.okafor' });
    expect((await use()).status).toBe(401);
    expect(await kyc(folder, ['sign-in', 'reviewer', '--as', 'A. Okafor'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--as takes lower-case letters') });
    expect(await kyc(folder, ['sign-in', 'applicant'])).toMatchObject({ code: 2 });
  });

  test('on the command line it ends with an exit code and one sentence', async () => {
    const missing = await kyc(folder, ['submit', '--register', 'GMC', '--number', '9990001', '--email', 'a@example.com', '--document', '/no/such/file', '--selfie', '/no/such/file']);
    expect(missing).toMatchObject({ code: 2, stderr: 'kyc: There is no file /no/such/file.\n' });
    const unknown = await kyc(folder, ['status', 'nobody']);
    expect(unknown.code).toBe(2);
    const usage = await kyc(folder, ['submit']);
    expect(usage.code).toBe(2);
    const wrong = await kyc(folder, ['doctor'], { KYC_PORT: 'eighty' });
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('KYC_PORT');
  });

  async function countApplicants(): Promise<number> {
    const answer = await fetch(`${running.url}/api/v1/applicants?limit=200`, { headers: session(running, 'operator') });
    return z.object({ applicants: z.array(z.unknown()) }).parse(await answer.json()).applicants.length;
  }

  async function count(stream: string): Promise<number> {
    const { stdout } = await kyc(folder, ['--json', 'history', stream]);
    return z.object({ events: z.array(z.unknown()) }).parse(JSON.parse(stdout)).events.length;
  }
});

describe('the process', () => {
  test('G-21: a second start on the same folder says so, and the first goes on', async () => {
    const second = await kyc(folder, ['start']);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toMatch(/already|in use|runs/i);
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
  });

  test('G-8: no line of the log holds personal data', () => {
    const personal = samples.flatMap(({ email, registrationNumber, name, drawing }) => [email, name.surname, name.givenNames, registrationNumber, drawing.person.dateOfBirth]);
    for (const value of personal.filter((each) => each.length > 4)) expect(platform.output.toLowerCase()).not.toContain(value.toLowerCase());
    expect(platform.output).toContain('"level":"info"');
  });

  test('G-21: Ctrl-C stops everything: no process is left behind', async () => {
    expect(await processesOf(folder)).not.toEqual([]);
    expect(await platform.interrupt()).toBe(0);
    expect(await processesOf(folder)).toEqual([]);
  });

  test('commands then say that no platform runs', async () => {
    expect(await kyc(folder, ['reviews'])).toMatchObject({ code: 3 });
  });
});

async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (good(answer) || attempt === 60) return answer;
    await sleep(500);
  }
}
