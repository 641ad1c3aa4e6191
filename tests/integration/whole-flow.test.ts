import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createPool, sql, type DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { drawSample } from '../../cli/specimens/draw.ts';
import { samples } from '../../cli/specimens/samples.ts';
import { fictionalRegistrants } from '../../gateways/registers/fictional-registrants.ts';
import { mappers } from '../../gateways/registers/mappers/all.ts';
import { perApplicant } from '../../infra/cost/cost.ts';
import { startApifyStandIn } from '../support/apify-stand-in.ts';
import { type TestPostgres, startTestPostgres } from '../support/postgres.ts';
import { startOpenSearch } from './servers/java.ts';
import { startMiniStack } from './servers/ministack.ts';
import { startFrontDoor } from './stubs/front-door.ts';
import { startImageServices } from './stubs/image-services.ts';

const today = new Date().toISOString().slice(0, 10);
const ministack = await startMiniStack();

/** The CDK app, trimmed to what MiniStack has, with stub endpoints for Textract, Rekognition and Apify and a real PostgreSQL. */
describe.skipIf(ministack === null)('an applicant on (emulated) AWS', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let outputs: ReadonlyMap<string, string>;
  let postgres: TestPostgres;
  let pool: DatabasePool;
  let images: Awaited<ReturnType<typeof startImageServices>>;
  let apify: Awaited<ReturnType<typeof startApifyStandIn>>;
  let searchUrl: string | null = null;
  const stack = () => {
    if (ministack === null) throw new TypeError('There is no MiniStack');
    return ministack;
  };

  beforeAll(async () => {
    stops.push(() => stack().stop());
    postgres = await startTestPostgres();
    stops.push(() => postgres.stop());
    const search = await startOpenSearch();
    if (search !== null) {
      stops.push(() => search.stop());
      searchUrl = `http://127.0.0.1:${search.port}`;
    }
    images = await startImageServices(today);
    stops.push(() => images.close());
    apify = await startApifyStandIn((actor, input) => {
      const known = fictionalRegistrants.filter(({ register, number }) => mappers[register].actor === actor && JSON.stringify(input).includes(`"${number}"`));
      return known.map((registrant) => mappers[registrant.register].item(registrant));
    }, 8);
    stops.push(() => apify.close());
    const door = await startFrontDoor(stack().port);
    stops.push(() => door.close());
    outputs = await stack().deploy({
      KYC_DATABASE_URL: postgres.url,
      KYC_OPENSEARCH_URL: searchUrl ?? 'http://127.0.0.1:9',
      KYC_PUBLIC_URL: door.url,
      KYC_APIFY_BASE_URL: apify.baseUrl,
      KYC_APIFY_ACTORS: JSON.stringify({ GMC: { build: '0.1.14' } }),
      AWS_ENDPOINT_URL_TEXTRACT: images.url,
      AWS_ENDPOINT_URL_REKOGNITION: images.url,
    });
    door.leadTo(/\/\/(\w+)\.execute-api/.exec(outputs.get('ApiUrl') ?? '')?.[1] ?? '');
    const secrets = new SecretsManagerClient(stack().client);
    await secrets.send(new PutSecretValueCommand({ SecretId: outputs.get('SecretArn'), SecretString: JSON.stringify({ apifyToken: 'apify_api_test', webhooks: [] }) }));
    await stack().invoke('migrate');
    pool = await createPool(postgres.url);
    stops.push(() => pool.end());
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  /** As DataSync copies what the on-premises service wrote: the files of an entry one by one. */
  async function upload(id: string): Promise<string> {
    const sample = samples.find((each) => each.id === id);
    if (sample === undefined) throw new TypeError(`There is no sample ${id}`);
    images.show(sample);
    const applicantId = randomUUID();
    const drawn = await drawSample(sample, today);
    const image = (name: string, bytes: Uint8Array) => ({ name, sha256: createHash('sha256').update(bytes).digest('hex') });
    const entry = {
      registerType: sample.register, registrationNumber: sample.registrationNumber, email: sample.email, name: sample.name, documentType: sample.documentType,
      consent: { given: true, textVersion: 'upload-service-1' }, document: image('document.jpg', drawn.document), selfie: image('selfie.jpg', drawn.selfie),
    };
    const s3 = new S3Client({ ...stack().client, forcePathStyle: true });
    const files = { 'document.jpg': drawn.document, 'applicant.json': Buffer.from(JSON.stringify(entry)), 'selfie.jpg': drawn.selfie };
    for (const [name, Body] of Object.entries(files)) await s3.send(new PutObjectCommand({ Bucket: outputs.get('RawBucket'), Key: `${applicantId}/${name}`, Body }));
    return applicantId;
  }

  async function until<T>(what: string, look: () => Promise<T | null>, seconds = 60): Promise<T> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(300)) {
      const found = await look();
      if (found !== null) return found;
    }
    throw new Error(`${what} did not come about within ${seconds} s`);
  }

  const Row = z.object({ decision: z.string(), reasons: z.array(z.string()), status: z.string() });
  const decided = (applicantId: string) => until('a decision in the tables', async () => pool.maybeOne(sql.type(Row)`
    SELECT d.decision::text, d.reasons, u.status::text FROM kyc.kyc_decisions d JOIN kyc.users u ON u.id = d.user_id WHERE u.applicant_id = ${applicantId}`));

  async function eventsOf(applicantId: string): Promise<string[]> {
    const found: { version: number; type: string }[] = [];
    for await (const page of paginateScan({ client: new DynamoDBClient(stack().client) }, { TableName: 'kyc-events' })) {
      for (const item of page.Items ?? []) {
        if (item['stream']?.S === `applicant-${applicantId}`) found.push({ version: Number(item['version']?.N), type: item['type']?.S ?? '' });
      }
    }
    return found.toSorted((one, other) => one.version - other.version).map(({ type }) => type);
  }

  test('goes from the raw bucket by himself to PASS, published and projected', async () => {
    const applicantId = await upload('gmc-pass');
    expect(await decided(applicantId)).toEqual({ decision: 'PASS', reasons: [], status: 'VERIFIED' });
    const types = await until('the publication', async () => {
      const all = await eventsOf(applicantId);
      return all.includes('ResultPublished') ? all : null;
    });
    for (const type of ['ApplicantRegistered', 'ConsentRecorded', 'DocScanned', 'KycStarted', 'FaceMatched', 'RegisterCheckRequested', 'RegisterChecked', 'DecisionMade']) expect(types).toContain(type);
    // What docs/cost.md counts with.
    expect(types).toHaveLength(perApplicant.events);
    expect(images.calls).toEqual(['DetectDocumentText', 'CompareFaces']);
    expect([...apify.runs.values()].map(({ actor, build }) => [actor, build])).toEqual([['scrapers_lat/uk-gmc-doctors-scraper', '0.1.14']]);
  });

  test('that is suspended goes to FAIL with the reason', async () => {
    const applicantId = await upload('suspended');
    expect(await decided(applicantId)).toMatchObject({ decision: 'FAIL', reasons: ['REGISTER_SUSPENDED'], status: 'REJECTED' });
  });

  test('leaves nothing unsealed in the raw bucket, in no version', async () => {
    const s3 = new S3Client({ ...stack().client, forcePathStyle: true });
    const left = await until('the removal of the uploads', async () => {
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: outputs.get('RawBucket') }));
      return Versions.every(({ Key = '' }) => Key.startsWith('done/')) ? Versions : null;
    });
    expect(left.length).toBe(2);
  });

  test('gets a place in the transparency log', async () => {
    await until('a checkpoint', async () => {
      const { KeyCount = 0 } = await new S3Client({ ...stack().client, forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: outputs.get('TilesBucket'), Prefix: 'checkpoint' }));
      return KeyCount > 0 ? true : null;
    });
    expect(await stack().invoke('sequencer')).toBeDefined();
  });

  test('can be found in the audit trail', async ({ skip }) => {
    if (searchUrl === null) skip('OpenSearch is not here');
    const count = await until('entries of the trail', async () => {
      const answer = await fetch(`${searchUrl}/kyc-audit/_count`);
      const { count: entries = 0 } = z.looseObject({ count: z.number().optional() }).parse(await answer.json());
      return entries >= 20 ? entries : null;
    });
    expect(count).toBeGreaterThanOrEqual(20);
  });
});
