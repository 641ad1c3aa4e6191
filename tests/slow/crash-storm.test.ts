import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'slonik';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fold } from '../../aggregates/applicant/evolve.ts';
import { drawSample } from '../../cli/specimens/draw.ts';
import { samples, type Sample } from '../../cli/specimens/samples.ts';
import { openAuditIndex } from '../../runtime/embedded/read-models.ts';
import { rebuildReadModels } from '../../runtime/embedded/rebuild.ts';
import { openStores, type Stores } from '../../runtime/embedded/stores.ts';
import { findRunning, type RunningPlatform } from '../../runtime/running.ts';
import { readSettings } from '../../runtime/settings.ts';
import { dumpTables } from '../support/dump-tables.ts';

/** Ends of the platform before it is left in peace. */
const KILLS = Number(process.env['KYC_TEST_KILLS'] ?? 12);
const chosen = ['gmc-pass', 'nmc-pass', 'gpc-pass', 'other-person', 'expired-document', 'suspended', 'not-on-register', 'no-answer'];

let folder: string;
let port: number;
let platform: ChildProcess | null = null;
const environment = (): Record<string, string> => ({
  KYC_DATA: folder,
  KYC_PORT: String(port),
  KYC_LOG: 'error',
  KYC_REGISTER_DEADLINE_SECONDS: '20',
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-crash-'));
  port = await freePort();
});

afterAll(async () => {
  if (platform !== null) await end(platform, 'SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

test(`G-10: after ${KILLS} kills at random moments every applicant is decided exactly once, and the tables equal a rebuild`, async () => {
  const cases = samples.filter(({ id }) => chosen.includes(id)).map((sample) => ({ sample, id: randomUUID() }));
  expect(cases.length).toBe(chosen.length);
  platform = start();
  const submitted = Promise.all(cases.map(({ sample, id }, i) => sleep(i * 2_500).then(() => submitUntilDone(sample, id))));

  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(randomInt(500, 6_000));
    await end(platform, 'SIGKILL');
    // Every other time its databases go down with it.
    if (kill % 2 === 1) await killLeftovers();
    platform = start();
  }
  await submitted;
  const running = await answering();
  for (const { id } of cases) await decided(running, id);

  const settings = readSettings(environment());
  const stores = await openStores(settings, { attach: true });
  try {
    for (const { sample, id } of cases) await checkCase(stores, sample, id);
    await quiet(stores);
    const live = await dumpTables(stores.pool, 'kyc');
    await rebuildReadModels(stores, await openAuditIndex(settings, stores), () => undefined);
    expect(await dumpTables(stores.pool, 'kyc')).toEqual(live);
    expect(live['users']?.length).toBe(cases.length);
  } finally {
    await stores.stop();
  }
});

async function checkCase(stores: Stores, sample: Sample, id: string): Promise<void> {
  const events = await stores.ledger.load(`applicant-${id}`);
  expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  const once = ['ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded', 'KycStarted', 'RegisterCheckRequested', 'DecisionMade', 'ResultPublished'];
  expect(Object.fromEntries(once.map((type) => [type, count(type)]))).toEqual(Object.fromEntries(once.map((type) => [type, 1])));
  const state = fold(events);
  // A kill may cost a signal (then a person decides), never turn a review into a pass or a fail.
  const outcome = state.kind === 'registered' ? state.inForce?.decision : undefined;
  expect([sample.expected.decision, 'MANUAL_REVIEW']).toContain(outcome);
}

/** Submits over HTTP as a patient client does: the same ids and keys again until it has an answer. */
async function submitUntilDone(sample: Sample, id: string): Promise<void> {
  const { document, selfie } = await drawSample(sample, new Date().toISOString().slice(0, 10));
  const body = { id, registerType: sample.register, registrationNumber: sample.registrationNumber, email: sample.email, name: sample.name };
  await persist((p) => post(p, '/applicants', JSON.stringify(body), `${id}-1`));
  await persist((p) => post(p, `/applicants/${id}/consents`, JSON.stringify({ purpose: 'biometrics', given: true, textVersion: 'test' }), `${id}-2`));
  await persist((p) => post(p, `/applicants/${id}/documents`, form(document, { documentType: sample.documentType }), `${id}-3`));
  await persist((p) => post(p, `/applicants/${id}/selfies`, form(selfie, {}), `${id}-4`));
}

async function persist(call: (running: RunningPlatform) => Promise<Response>): Promise<void> {
  for (;;) {
    const running = await findRunning(folder);
    const response = running === null ? null : await call(running).catch(() => null);
    if (response?.ok === true) return;
    if (response !== null && response.status < 500 && response.status !== 409 && response.status !== 401) {
      throw new Error(`refused with ${response.status}`);
    }
    await sleep(200);
  }
}

function post(running: RunningPlatform, path: string, body: string | FormData, key: string): Promise<Response> {
  return fetch(`${running.url}/api/v1${path}`, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(20_000),
    headers: {
      authorization: `Bearer ${running.sessions['operator'] ?? ''}`,
      'idempotency-key': key,
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
    },
  });
}

function form(image: Uint8Array, fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([new Uint8Array(image)], { type: 'image/jpeg' }), 'image.jpg');
  return data;
}

async function decided(running: RunningPlatform, id: string): Promise<void> {
  for (let waited = 0; waited < 300_000; waited += 500) {
    const response = await fetch(`${running.url}/api/v1/applicants/${id}`, { headers: { authorization: `Bearer ${running.sessions['operator'] ?? ''}` } });
    const { decision } = z.looseObject({ decision: z.unknown() }).parse(await response.json());
    if (decision !== null && decision !== undefined) return;
    await sleep(500);
  }
  throw new Error('an applicant was never decided');
}

/** Until the queues are empty and the read models have everything. */
async function quiet(stores: Stores): Promise<void> {
  for (let still = 0; still < 3; ) {
    const waiting = await stores.pool.oneFirst(sql.type(z.object({ count: z.bigint() }))`SELECT count(*) FROM embedded.message`);
    still = waiting === 0n ? still + 1 : 0;
    await sleep(500);
  }
}

function start(): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'start'], {
    env: { PATH: process.env['PATH'], HOME: folder, ...environment() },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

/** The platform's databases: processes whose command line or working directory names our folder. */
async function killLeftovers(): Promise<void> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(folder) && /postgres|dynoxide/.test(command)) {
      try {
        process.kill(Number(entry), 'SIGKILL');
      } catch {
        // Gone in between.
      }
    }
  }
}

async function answering(): Promise<RunningPlatform> {
  for (let waited = 0; waited < 60_000; waited += 200) {
    const running = await findRunning(folder);
    if (running !== null) return running;
    await sleep(200);
  }
  throw new Error('the platform does not come up');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
