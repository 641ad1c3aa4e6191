import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { createPool, sql } from 'slonik';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { samples } from '../../cli/specimens/samples.ts';
import { drawInto } from '../../cli/specimens/write.ts';
import { writeFolderEntry } from '../../handlers/upload-service.ts';
import type { RunningPlatform } from '../../runtime/running.ts';
import { needle, searchDynamo, searchFiles, searchPostgres, written, type Needles } from './search.ts';
import { kyc, PlatformProcess, session } from '../e2e/support.ts';

const History = z.looseObject({
  events: z.array(z.looseObject({ type: z.string(), version: z.number(), data: z.record(z.string(), z.unknown()), personal: z.record(z.string(), z.unknown()).nullable() })),
});

let folder: string;
let pictures: string;
let platform: PlatformProcess;
let running: RunningPlatform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-erasure-'));
  pictures = await mkdtemp(join(tmpdir(), 'kyc-erasure-pictures-'));
  await start();
});

afterAll(async () => {
  await platform.interrupt();
  await rm(folder, { recursive: true, force: true });
  await rm(pictures, { recursive: true, force: true });
});

async function start(): Promise<void> {
  platform = new PlatformProcess(folder);
  running = await platform.up();
}

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kyc(folder, args);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

async function submit(sampleId: string): Promise<string> {
  const sample = samples.find((each) => each.id === sampleId);
  if (sample === undefined) throw new Error(`there is no sample ${sampleId}`);
  const images = await drawInto(pictures, sample, new Date().toISOString().slice(0, 10));
  const answer = await run(
    '--json', 'submit', '--register', sample.register, '--number', sample.registrationNumber, '--email', sample.email, '--surname', sample.name.surname,
    '--given-names', sample.name.givenNames, '--type', sample.documentType, '--document', join(images, 'document.jpg'),
    '--selfie', join(images, 'selfie.jpg'), '--wait',
  );
  return z.looseObject({ id: z.string() }).parse(JSON.parse(answer)).id;
}

async function send(role: string, path: string, body: object): Promise<void> {
  const headers = { ...session(running, role), 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const response = await fetch(new URL(`/api/v1${path}`, running.url), { method: 'POST', headers, body: JSON.stringify(body) });
  expect({ path, status: response.status }).toEqual({ path, status: response.ok ? response.status : 200 });
}

async function evidence(id: string, version: number): Promise<Buffer> {
  const response = await fetch(new URL(`/api/v1/applicants/${id}/evidence/${version}`, running.url), { headers: session(running, 'auditor') });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** What would tell who somebody is, from what the ledger says of them before the erasure. */
async function needlesOf(id: string): Promise<Needles> {
  const { events } = History.parse(JSON.parse(await run('--json', 'history', id, '--personal')));
  const of = (type: string) => events.find((event) => event.type === type);
  const given = z.looseObject({ email: z.string(), registrationNumber: z.string(), name: z.looseObject({ surname: z.string(), givenNames: z.string() }) }).parse(of('ApplicantRegistered')?.personal);
  const scan = z.looseObject({
    fields: z.looseObject({ dateOfBirth: z.string(), expiryDate: z.string(), documentNumber: z.string() }), mrzLines: z.array(z.string()), ocrPlainSha256: z.string(),
  }).parse(of('DocScanned')?.personal);
  const image = z.looseObject({ plainSha256: z.string() });
  const uploads = events.filter((event) => event.type === 'IdDocumentUploaded' || event.type === 'SelfieUploaded');
  const pieces = await Promise.all(uploads.map(async ({ version }) => {
    const bytes = await evidence(id, version);
    return bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 32);
  }));
  return new Map([
    ['e-mail address', written(given.email)],
    ['surname', written(given.name.surname)],
    ['given names', written(given.name.givenNames, given.name.givenNames.split(' ')[0] ?? '')],
    ['registration number', needle(`"${given.registrationNumber}"`)],
    ['document number', written(scan.fields.documentNumber)],
    ['birth date', written(scan.fields.dateOfBirth)],
    ['zone of the document', scan.mrzLines.flatMap((line) => needle(line))],
    ['hashes of the images', uploads.flatMap(({ personal }) => { const { plainSha256 } = image.parse(personal); return [...needle(plainSha256), Buffer.from(plainSha256, 'hex')]; })],
    ['bytes of the images', pieces.flatMap((piece) => needle(piece))],
    ['hash of the reading', needle(scan.ocrPlainSha256)],
    ['notes', written('Deed poll seen at the counter', 'Zephyrgate Lane', 'Xylothorpe Road', 'Quibbleton House')],
  ]);
}

const dynamo = () => new DynamoDBClient({ endpoint: running.dynamodbEndpoint, region: 'eu-west-2', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

async function subjectKey(id: string): Promise<Record<string, AttributeValue>> {
  const answer = await dynamo().send(new GetItemCommand({ TableName: 'kyc-subject-keys', Key: { stream: { S: `applicant-${id}` } }, ConsistentRead: true }));
  if (answer.Item === undefined) throw new Error('no key was made');
  return answer.Item;
}

async function query(text: ReturnType<typeof sql.unsafe>): Promise<void> {
  const pool = await createPool(running.databaseUrl, { maxPoolSize: 1 });
  await pool.query(text).finally(() => pool.end());
}

test('G-22: an erased person is in no file and in no table; the history shows what happened, without who', { timeout: 240_000 }, async () => {
  const [gone, stays] = [await submit('suspended'), await submit('gpc-pass')];
  const sample = samples.find(({ id }) => id === 'suspended');
  if (sample === undefined) throw new Error('there is no such sample');
  // Everywhere a person can leave traces: a second submission that is refused, statistics, tables as of an earlier time, holds.
  const images = join(pictures, 'suspended');
  const refused = randomUUID();
  await writeFolderEntry(join(folder, 'uploads'), {
    applicantId: refused, registerType: sample.register, registrationNumber: sample.registrationNumber, email: sample.email, name: sample.name,
    documentType: sample.documentType, consent: { given: true, textVersion: '1' },
    document: await readFile(join(images, 'document.jpg')), selfie: await readFile(join(images, 'selfie.jpg')),
  });
  for (let waited = 0; !(await readdir(join(folder, 'uploads', 'failed')).catch((): string[] => [])).includes(refused); waited += 200) {
    if (waited > 20_000) throw new Error('the second submission was not set aside');
    await sleep(200);
  }
  await send('operator', `/applicants/${gone}/appeals`, { statement: 'I still live at Zephyrgate Lane' });
  await send('reviewer', `/reviews/${gone}/claim`, {});
  await send('reviewer', `/reviews/${gone}/notes`, { note: 'Rang from Xylothorpe Road' });
  await run('review', gone, '--reject', '--reason', 'NOT_ENTITLED_TO_PRACTISE', '--note', 'Quibbleton House confirmed it');
  await run('export', gone, '--evidence', '--zip', '--out', join(pictures, 'handed-over.zip'));
  await query(sql.unsafe`ANALYZE`);
  await run('as-of', '--at', new Date().toISOString());
  const held = z.looseObject({ holdId: z.string() }).parse(JSON.parse(await run('--json', 'retention', 'hold', gone, '--basis', 'LITIGATION', '--note', 'Deed poll seen at the counter')));

  const needles = await needlesOf(gone);
  const wrapped = (await subjectKey(gone))['wrapped']?.B;
  if (wrapped === undefined) throw new Error('the key is not wrapped');
  const keyNeedle: Needles = new Map([['wrapped key', needle(Buffer.from(wrapped))]]);
  const before = { files: await searchFiles(folder, needles), tables: await searchPostgres(running.databaseUrl, needles), key: await searchFiles(folder, keyNeedle) };
  expect(before.tables.found).toEqual(expect.arrayContaining(['e-mail address in table kyc.users', 'birth date in table kyc.doc_scans']));
  expect(before.files.found.some((place) => place.includes('outbox'))).toBe(true);
  expect(before.files.found.some((place) => place.includes('postgres'))).toBe(true);
  expect(before.files.found.some((place) => place.includes('uploads'))).toBe(true);
  expect(before.files.found.some((place) => place.includes('registers'))).toBe(true);
  expect(before.key.found).not.toEqual([]);

  await run('retention', 'end', gone, '--on', '2020-01-31', '--reason', 'CONTRACT_ENDED');
  const hindered = await kyc(folder, ['--json', 'retention', 'erase', gone, '--basis', 'RETENTION_PERIOD_OVER']);
  expect(hindered).toMatchObject({ code: 4, stdout: expect.stringContaining('RETENTION_HOLD') });
  await run('retention', 'release', gone, '--hold', held.holdId, '--basis', 'CASE_CLOSED', '--note', 'Deed poll seen at the counter');
  await run('retention', 'erase', gone, '--basis', 'RETENTION_PERIOD_OVER');

  expect(await searchPostgres(running.databaseUrl, needles)).toMatchObject({ found: [] });
  expect(await searchDynamo(running.dynamodbEndpoint, needles)).toMatchObject({ found: [] });
  expect((await searchFiles(folder, needles)).found).toEqual([]);
  expect((await searchFiles(folder, keyNeedle)).found).toEqual([]);

  // The other person is where they were.
  const others = await needlesOf(stays);
  expect((await searchPostgres(running.databaseUrl, others)).found).toContain('e-mail address in table kyc.users');
  await evidence(stays, 3);

  const { events } = History.parse(JSON.parse(await run('--json', 'history', gone, '--personal')));
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['ApplicantRegistered', 'DocScanned', 'FaceMatched', 'RegisterChecked', 'DecisionMade', 'RelationshipEnded', 'AppealLodged', 'ReviewNoted', 'ReviewOverridden', 'ErasureRequested', 'ApplicantErased']));
  expect(events.every(({ personal }) => personal === null)).toBe(true);
  expect(JSON.stringify(events)).not.toContain(createHash('sha256').update(sample.email).digest('hex'));
  expect(await run('decisions', 'recompute')).toContain('come out as recorded');
  expect(await run('ledger', 'verify')).toMatch(/complete and unaltered[\s\S]* 4 erased/);

  expect(await platform.interrupt()).toBe(0);
  const stopped = await searchFiles(folder, new Map([...needles, ...keyNeedle]));
  expect(stopped.files).toBeGreaterThan(1000);
  expect(stopped.found).toEqual([]);

  // A backup of the keys from before the erasure is restored: the next start destroys the key again.
  await start();
  await dynamo().send(new PutItemCommand({ TableName: 'kyc-subject-keys', Item: { stream: { S: `applicant-${gone}` }, state: { S: 'wrapped' }, wrapped: { B: wrapped } } }));
  await platform.interrupt();
  await start();
  expect((await subjectKey(gone))['state']).toEqual({ S: 'destroyed' });
  expect((await searchFiles(folder, keyNeedle)).found).toEqual([]);
});
