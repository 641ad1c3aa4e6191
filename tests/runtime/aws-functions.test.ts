import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openSession } from '../../api/sign-in/sign-in.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { toItem } from '../../ledger/dynamodb/event-item.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { openZippedBag } from '../../ledger/export/zip-bag.ts';
import { formatVerifierKey } from '../../ledger/log/note-key.ts';
import { forgetBags } from '../../runtime/aws/kept-bags.ts';
import { createQueuedExports } from '../../runtime/aws/exports.ts';
import { migrate } from '../../projectors/migrate.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openBags, openExportJobs } from '../../runtime/aws/parts/exports.ts';
import { openLogParts } from '../../runtime/aws/parts/log.ts';
import { openExportQueue } from '../../runtime/aws/parts/queues.ts';
import { traceOf } from '../../runtime/aws/tracing.ts';
import { logKeyOf } from '../../runtime/aws/transparency.ts';
import { makeWitness } from '../log/test-witness.ts';
import { startApifyStandIn } from '../support/apify-stand-in.ts';
import { kmsService } from '../support/aws/kms.ts';
import { s3Service } from '../support/aws/s3.ts';
import { jsonService, startStandIn, type Service, type StandIn } from '../support/aws/stand-in.ts';
import { startTestDynamo, type TestDynamo } from '../support/dynamo.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { rememberSpans } from '../support/spans.ts';

/*
 * The functions themselves, as Lambda calls them, one after the other, on a real DynamoDB API and stand-ins for the
 * services: from files in the raw bucket to a published decision. What a function was not given, it fails here without.
 */

const fixture = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(`../gateways/fixtures/aws/${name}.json`, import.meta.url), 'utf8'));
const keys = { wrapping: 'alias/wrapping', lookup: 'alias/lookup', signing: 'alias/signing' };
const applicantId = randomUUID();
const stream = `applicant-${applicantId}`;

const captureId = '8b5b4bdc-2b6a-4d9c-a8a6-6f0d1e2f3a4b';
const picture = async (shade: number) => new Uint8Array(await sharp({ create: { width: 800, height: 600, channels: 3, background: { r: shade, g: 90, b: 90 } } }).jpeg().toBuffer());

const queued: { url: string; body: string; mark: string | null }[] = [];
const started: { name: string; input: Record<string, unknown> }[] = [];
const settled: string[] = [];
const bus: { Detail: string }[] = [];
const mails: string[] = [];
const topics: string[] = [];
let dynamo: TestDynamo;
let postgres: TestPostgres;
let standIn: StandIn;
let publicApi: StandIn;
let apify: Awaited<ReturnType<typeof startApifyStandIn>>;
const s3 = s3Service();
const traced = rememberSpans();
const [logged, measured]: [string[], string[]] = [[], []];

const messageTo = (name: string): { Records: unknown[] } => {
  const index = queued.findIndex(({ url }) => url.endsWith(name));
  const [message] = queued.splice(index, 1);
  if (message === undefined || index === -1) throw new Error(`nothing was sent to ${name}`);
  return { Records: [{
    messageId: randomUUID(), receiptHandle: 'r', body: message.body, attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: message.mark === null ? {} : { mark: { stringValue: message.mark } },
  }] };
};

const services: Service[] = [
  kmsService(keys),
  jsonService('AmazonSQS', { SendMessage: ({ QueueUrl, MessageBody, MessageAttributes }: { QueueUrl: string; MessageBody: string; MessageAttributes?: { mark?: { StringValue: string } } }) => {
    queued.push({ url: QueueUrl, body: MessageBody, mark: MessageAttributes?.mark?.StringValue ?? null });
    return { MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
  } }),
  jsonService('AWSStepFunctions', {
    StartExecution: ({ name, input }: { name: string; input: string }) => {
      started.push({ name, input: JSON.parse(input) as Record<string, unknown> });
      return { executionArn: `arn:${name}`, startDate: 1 };
    },
    SendTaskSuccess: ({ taskToken }: { taskToken: string }) => void settled.push(taskToken),
  }),
  jsonService('AWSEvents', { PutEvents: ({ Entries }: { Entries: { Detail: string }[] }) => {
    bus.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
  } }),
  jsonService('Textract', { DetectDocumentText: () => fixture('textract-passport') }),
  jsonService('RekognitionService', {
    CompareFaces: () => fixture('rekognition-match'),
    CreateFaceLivenessSession: () => ({ SessionId: captureId }),
    GetFaceLivenessSessionResults: async () => ({ SessionId: captureId, Status: 'SUCCEEDED', Confidence: 97.5, ReferenceImage: { Bytes: Buffer.from(await picture(120)).toString('base64') } }),
  }),
  async ({ body }) => (body.toString().includes('Action=AssumeRole&')
    ? { status: 200, headers: { 'content-type': 'text/xml' }, body: await readFile(new URL('../gateways/fixtures/aws/sts-assume-role.xml', import.meta.url)) }
    : null),
  jsonService('secretsmanager', { GetSecretValue: () => ({ SecretString: JSON.stringify({ apifyToken: 'our-token', webhooks: [] }) }) }),
  ({ url, body }) => {
    if (url.pathname !== '/v2/email/outbound-emails') return null;
    mails.push(body.toString());
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"MessageId":"mail-1"}' };
  },
  ({ headers, body }) => {
    if (!String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) return null;
    topics.push(body.toString());
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: '<PublishResponse><PublishResult><MessageId>topic-1</MessageId></PublishResult></PublishResponse>' };
  },
];

/** A route of the HTTP API, which calls its function as API Gateway does (payload format 2.0). */
const routeTo = (load: () => Promise<{ handler: (event: never, context: never) => Promise<unknown> }>): Service => async ({ method, url, headers, body }) => {
  const { handler: call } = await load();
  const http = { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'apify' };
  const event = {
    version: '2.0', routeKey: '$default', rawPath: url.pathname, rawQueryString: '', headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: body.toString(), isBase64Encoded: false, requestContext: { http, domainName: 'kyc.example', stage: '$default', requestId: 'r' },
  };
  const { statusCode: status, body: said } = z.object({ statusCode: z.number(), body: z.string() }).parse(await call(event as never, {} as never));
  return { status, body: said };
};
const callbackRoute = routeTo(() => import('../../infra/lambda/register-callback.ts'));
const captureRoute = routeTo(() => import('../../infra/lambda/live-capture.ts'));

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => measured.push(String(line)) > 0);
  [dynamo, postgres] = await Promise.all([startTestDynamo(), startTestPostgres()]);
  apify = await startApifyStandIn(() => [{
    gmcReferenceNumber: '7000001', surname: 'UK SPECIMEN', givenNames: 'Angela Zoe', formerNames: [],
    registrationStatus: 'Registered with a licence to practise', registrantType: 'Doctor',
  }]);
  standIn = await startStandIn(...services, s3);
  publicApi = await startStandIn(callbackRoute);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-2', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: standIn.endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    KYC_LOG: 'info', KYC_TABLE_PREFIX: dynamo.tables.counters.slice(0, -'counters'.length),
    KYC_KMS_WRAPPING_KEY: keys.wrapping, KYC_KMS_LOOKUP_KEY: keys.lookup, KYC_KMS_SIGNING_KEY: keys.signing,
    KYC_EVIDENCE_BUCKET: 'evidence', KYC_EXPORTS_BUCKET: 'exports', KYC_EXPORT_QUEUE_URL: `${standIn.endpoint}/1/exports`, KYC_RAW_BUCKET: 'raw', KYC_TILES_BUCKET: 'tiles', KYC_LEDGER_ORIGIN: 'kyc.example/log', KYC_EVENT_BUS: 'kyc',
    KYC_SCAN_QUEUE_URL: `${standIn.endpoint}/1/doc-scan`, KYC_JOBS_QUEUE_URL: `${standIn.endpoint}/1/kyc-jobs`, KYC_WEBHOOK_QUEUE_URL: `${standIn.endpoint}/1/webhooks`,
    KYC_STATE_MACHINE_ARN: 'arn:aws:states:eu-west-2:123456789012:stateMachine:kyc', KYC_TOPIC_ARN: 'arn:aws:sns:eu-west-2:123456789012:kyc',
    KYC_EMAIL_FROM: 'checks@kyc.example', KYC_WEBSOCKET_URL: `${standIn.endpoint}/live`, KYC_SECRET_ID: 'kyc', KYC_PUBLIC_URL: publicApi.endpoint, KYC_LIVENESS_ROLE_ARN: 'arn:aws:iam::123456789012:role/kyc-live-capture-browser', KYC_LIVENESS_REGION: 'eu-west-1', KYC_DATABASE_URL: postgres.url,
    KYC_APIFY_ACTORS: '{"GMC":{"build":"0.1.14"}}', KYC_APIFY_BASE_URL: apify.baseUrl,
  });
}, 30_000);

afterAll(async () => {
  vi.restoreAllMocks();
  await (await openPool(openCore())).end();
  await Promise.all([standIn.close(), publicApi.close(), apify.close(), dynamo.stop(), postgres.stop(), traced.stop()]);
});

async function recorded(): Promise<RecordedEvent[]> {
  return createDynamoEventStore({ client: dynamo.client, tables: dynamo.tables }).load(stream);
}

const streamRecords = (events: readonly RecordedEvent[]) => ({
  Records: events.map((event) => {
    const { version, ...text } = toItem(event, '');
    const image = { ...Object.fromEntries(Object.entries(text).map(([name, value]) => [name, { S: value }])), version: { N: String(version) } };
    return { eventName: 'INSERT', dynamodb: { SequenceNumber: String(version), NewImage: image } };
  }),
});

describe('the functions on AWS', () => {
  it('bring an applicant from the raw bucket to a published decision', { timeout: 60_000 }, async () => {
    const files = { 'document.jpg': await picture(10), 'selfie.jpg': await picture(200) };
    const named = (name: keyof typeof files) => ({ name, sha256: createHash('sha256').update(files[name]).digest('hex') });
    const entry = {
      registerType: 'GMC', registrationNumber: '7000001', email: 'angela@example.org', name: { surname: 'Uk Specimen', givenNames: 'Angela Zoe' }, documentType: 'passport',
      consent: { given: true, textVersion: '1' }, document: named('document.jpg'), selfie: named('selfie.jpg'),
    };
    const put = async (key: string, body: Uint8Array | string) => fetch(`${standIn.endpoint}/raw/${applicantId}/${key}`, { method: 'PUT', body });
    for (const [name, bytes] of Object.entries(files)) await put(name, bytes);
    await put('applicant.json', JSON.stringify(entry));

    const rawUpload = await import('../../infra/lambda/raw-upload.ts');
    const arrived = { Records: [{ messageId: '1', receiptHandle: 'r', attributes: { ApproximateReceiveCount: '1' }, body: JSON.stringify({ Records: [{ s3: { object: { key: `${applicantId}/applicant.json` } } }] }) }] };
    expect(await rawUpload.handler(arrived)).toEqual({ batchItemFailures: [] });
    expect([...s3.objects.keys()].filter((key) => key.startsWith('raw/'))).toEqual([`raw/done/${applicantId}.json`]);

    const docScan = await import('../../infra/lambda/doc-scan.ts');
    expect(await docScan.handler(messageTo('doc-scan'))).toEqual({ batchItemFailures: [] });
    expect(await docScan.handler(messageTo('doc-scan'))).toEqual({ batchItemFailures: [] });

    const startKyc = await import('../../infra/lambda/start-kyc.ts');
    expect(await startKyc.handler(messageTo('kyc-jobs'))).toEqual({ batchItemFailures: [] });
    expect(started).toHaveLength(1);
    const step = { stream, startVersion: started[0]?.input['startVersion'] };

    expect(await (await import('../../infra/lambda/face-match.ts')).handler(step)).toEqual({ face: 'matched' });
    expect(await (await import('../../infra/lambda/register-request.ts')).handler({ ...step, taskToken: 'task-token' })).toEqual({ register: 'asked' });
    await vi.waitFor(() => expect(settled).toEqual(['task-token']), 10_000);
    expect(await (await import('../../infra/lambda/register-check.ts')).handler(step)).toEqual({ register: 'checked' });
    const decided = await (await import('../../infra/lambda/decision.ts')).handler(step);
    expect(decided).toMatchObject({ decision: expect.stringMatching(/^(PASS|MANUAL_REVIEW)$/) });
    expect(await (await import('../../infra/lambda/publish.ts')).handler({ stream, decisionVersion: decided.decisionVersion })).toEqual({ result: 'published' });
    expect([mails.length, topics.length]).toEqual([1, 1]);

    const events = await recorded();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining([
      'ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded', 'DocScanned', 'KycStarted', 'LivenessChecked', 'FaceMatched',
      'RegisterCheckRequested', 'RegisterChecked', 'DecisionMade', 'ResultPublished',
    ]));
  });

  it('send what was recorded to the bus and give it its place in the log', { timeout: 30_000 }, async () => {
    const events = await recorded();
    expect(await (await import('../../infra/lambda/publisher.ts')).handler(streamRecords(events))).toEqual({ batchItemFailures: [] });
    expect(bus).toHaveLength(events.length);
    expect(JSON.stringify(bus)).not.toMatch(/angela|7000001/i);
    const sequencer = await import('../../infra/lambda/sequencer.ts');
    expect(await sequencer.handler(streamRecords(events))).toEqual({ batchItemFailures: [] });
    expect(await sequencer.handler({})).toEqual({ batchItemFailures: [] });
    const [checkpoint] = s3.objects.get('tiles/checkpoint')?.slice(-1) ?? [];
    expect(checkpoint?.bytes.toString()).toMatch(new RegExp(`^kyc\\.example/log\\n${events.length}\\n`));
  });

  it('show what was recorded in the read models, each message of the bus for itself', { timeout: 30_000 }, async () => {
    await migrate(await openPool(openCore()));
    const told = { Records: bus.map(({ Detail }, at) => ({ messageId: String(at), receiptHandle: 'r', body: JSON.stringify({ detail: JSON.parse(Detail) as unknown }), attributes: { ApproximateReceiveCount: '1' } })) };
    for (const name of ['relational', 'access-log', 'review-feedback']) {
      const { handler } = await import(`../../infra/lambda/project-${name}.ts`) as { handler: (event: unknown) => Promise<unknown> };
      expect([name, await handler(told)]).toEqual([name, { batchItemFailures: [] }]);
    }
    // A message that is none, and all of a stream of which the ledger has not what the first of them tells of.
    const { handler } = await import('../../infra/lambda/project-relational.ts');
    const [message] = told.Records;
    const about = (messageId: string, version: number) => ({ ...message, messageId, body: JSON.stringify({ detail: { metadata: { stream: 'applicant-019ab3c4-1111-7222-8333-000000000002', version, correlationId: 'c', causationId: null } } }) });
    const mixed = { Records: [...told.Records, { ...message, messageId: 'no-json', body: 'no json' }, about('gap-2', 2), about('gap-3', 3)] };
    expect(await handler(mixed)).toEqual({ batchItemFailures: ['no-json', 'gap-2', 'gap-3'].map((itemIdentifier) => ({ itemIdentifier })) });
  });

  it('leave one trace of the applicant, in which every stage is named and nothing is personal', () => {
    const ours = traced.spans().filter((span) => span.spanContext().traceId === traceOf({ stream })?.traceId);
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining([
      'raw-upload', 'doc-scan', 'start-kyc', 'face-match', 'register-request', 'register-callback', 'register-check', 'decision', 'publish',
      'publisher', 'sequencer', 'project-relational', 'project-access-log', 'project-review-feedback',
    ]));
    for (const { name, attributes, status } of ours) {
      expect(attributes).toMatchObject({ 'kyc.stage': name, 'kyc.stream': stream });
      expect([name, status.code]).toEqual([name, 0]);
    }
    // Outside of it lie the runs of schedules, which are about nobody, and the other applicant's.
    const others = traced.spans().filter((span) => !ours.includes(span));
    expect(new Set(others.map(({ name }) => name))).toEqual(new Set(['sequencer', 'project-relational']));
    const told = JSON.stringify(traced.spans().map(({ name, attributes, events, links, status, resource }) => ({ name, attributes, events, links, status, resource: resource.attributes })));
    expect(told).not.toMatch(/angela|specimen|7000001|example\.org|task-token/i);
  });

  it('have the published checkpoint vouched for by witnesses, and the sequencer adds their word to it', { timeout: 30_000 }, async () => {
    const witness = await makeWitness(await logKeyOf(openLogParts(openCore())));
    const server = await startStandIn(async ({ url, body }) => {
      const { status, contentType, body: said } = await witness.post(`${witness.url}${url.pathname}`, 'text/plain', body);
      return { status, headers: { 'content-type': contentType ?? 'text/plain' }, body: said };
    });
    process.env['KYC_WITNESSES'] = JSON.stringify([{ url: server.endpoint, vkey: formatVerifierKey(witness.key) }]);
    const { handler } = await import('../../infra/lambda/anchor-log.ts');
    const size = (await recorded()).length;
    expect(await handler({})).toEqual({ size, anchored: [witness.key.name], refused: 0 });
    expect([...s3.objects.keys()].filter((each) => each.startsWith('tiles/anchors/'))).toHaveLength(2);
    expect(await handler({})).toEqual({ anchored: [], refused: 0 });
    await (await import('../../infra/lambda/sequencer.ts')).handler({});
    expect(s3.objects.get('tiles/checkpoint')?.at(-1)?.bytes.toString()).toContain(`\u2014 ${witness.key.name} `);
    await server.close();
  });

  it('make an export that verifies by itself, for the one who asked, at an address of its own', { timeout: 60_000 }, async () => {
    const core = openCore();
    const exports = createQueuedExports({ jobs: openExportJobs(core), bags: openBags(core), queue: openExportQueue(core), clock: core.clock, waitMs: 0 });
    const actor = { kind: 'operator', id: 'auditor-1' } as const;
    const asked = await exports.make({ applicant: stream, from: null, to: null, registerType: null, decision: null, basis: null, personal: true, evidence: true, previousCheckpoint: null, actor, correlationId: 'test' });
    if (asked.kind !== 'making') throw new Error(asked.kind);
    expect(await exports.read(asked.exportId, actor)).toBeNull();
    const { handler } = await import('../../infra/lambda/export.ts');
    const message = messageTo('exports');
    expect(await handler(message)).toEqual({ batchItemFailures: [] });
    const made = await exports.state(asked.exportId, actor);
    expect(made).toMatchObject({ kind: 'done', exportId: asked.exportId, applicants: 1 });
    expect(await exports.state(asked.exportId, { kind: 'operator', id: 'another' })).toBeNull();

    const kept = await exports.read(asked.exportId, actor);
    const file = join(await mkdtemp(join(tmpdir(), 'kyc-bag-')), 'bag.zip');
    await writeFile(file, Buffer.from(await (await fetch(kept !== null && 'address' in kept ? kept.address : '')).arrayBuffer()));
    const zip = await openZippedBag(file);
    expect((await verifyBag(zip.files, { key: formatVerifierKey(await logKeyOf(openLogParts(core))) })).verdict).toBe('verified');
    expect(await zip.files.paths()).toEqual(expect.arrayContaining(['data/policies/rule.ts', 'index.html']));
    zip.close();

    // Delivered again it is not made again, and the clearing away leaves what may still be fetched.
    const before = (await createDynamoEventStore({ client: dynamo.client, tables: dynamo.tables }).load('exports-ledger')).length;
    expect(await handler(message)).toEqual({ batchItemFailures: [] });
    expect(await createDynamoEventStore({ client: dynamo.client, tables: dynamo.tables }).load('exports-ledger')).toHaveLength(before);
    expect(await handler({})).toEqual({ removed: 0 });
    expect(await forgetBags(openBags(core), stream)).toBe(1);
    expect(await exports.read(asked.exportId, actor)).toBeNull();
    expect([...s3.objects.keys()].filter((each) => each.startsWith('exports/'))).toEqual([]);
  });

  it('hold a case that a stage gave up on for a person, by record-failure, once', async () => {
    const { handler } = await import('../../infra/lambda/record-failure.ts');
    const step = { stream, startVersion: started[0]?.input['startVersion'], signal: 'face', error: 'States.Timeout' };
    expect(await handler(step)).toEqual({ recorded: 'FACE_MATCHER_DID_NOT_ANSWER' });
    // It was matched before: what is recorded stays.
    expect((await recorded()).filter(({ type }) => type === 'FaceMatchFailed')).toEqual([]);
  });

  it('begin a live capture for a signed-in applicant and take over what the service saw', { timeout: 30_000 }, async () => {
    const core = openCore();
    const { secret } = await openSession({ ...core, sessions: new PostgresSessionStore(await openPool(core)), settings: { sessionLifetimeMs: 60_000 } } as never, { role: 'applicant', subject: applicantId });
    const post = async (path: string, headers: Record<string, string>) => captureRoute({
      method: 'POST', url: new URL(`http://kyc.example/api/v1/applicants/${applicantId}/liveness-sessions${path}`), headers, body: Buffer.alloc(0),
    });
    const signedIn = { authorization: `Bearer ${secret}` };
    expect(await post('', {})).toMatchObject({ status: 401 });
    const begun = await post('', signedIn);
    expect([begun?.status, JSON.parse(String(begun?.body))]).toMatchObject([201, { sessionId: captureId, region: 'eu-west-1', credentials: { accessKeyId: 'ASIAEXAMPLE' } }]);
    const before = (await recorded()).length;
    expect(await post(`/${captureId}/result`, signedIn)).toMatchObject({ status: 202 });
    const [selfie, checked] = (await recorded()).slice(before);
    expect([selfie?.type, checked?.type]).toEqual(['SelfieUploaded', 'LivenessChecked']);
    expect(checked?.data).toMatchObject({ selfieVersion: selfie?.version, outcome: 'PASSED', confidence: 97.5, sessionId: captureId });
    expect(queued.at(-1)?.url).toMatch(/doc-scan$/);
    expect(await post(`/${captureId}/result`, signedIn)).toMatchObject({ status: 409 });
  });

  it('write a log of JSON lines and metrics of codes, nothing personal and no token in either', () => {
    const lines = logged.flatMap((each) => each.trim().split('\n')).map((line) => z.looseObject({ time: z.iso.datetime(), level: z.enum(['info', 'warn', 'error']), message: z.string() }).parse(JSON.parse(line)));
    expect(lines.map(({ message }) => message)).toEqual(expect.arrayContaining(['request', 'events entered the log', 'messages could not be projected']));
    expect(lines.find(({ message }) => message === 'request')).toMatchObject({ method: 'POST', status: 202, route: '/api/v1/callbacks/registers/:requestId' });
    const metrics = measured.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(metrics.map(({ Outcome, Decisions }) => [Outcome, Decisions])).toEqual([[expect.stringMatching(/^(PASS|MANUAL_REVIEW)$/), 1]]);
    expect([...logged, ...metrics.map((each) => JSON.stringify(each))].join('')).not.toMatch(/angela|specimen|7000001|@example|task-token|our-token|lent-/i);
    expect(JSON.stringify(metrics)).not.toContain(applicantId);
  });
});
