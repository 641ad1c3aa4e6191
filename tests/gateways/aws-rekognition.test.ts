import { readFile } from 'node:fs/promises';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { STSClient } from '@aws-sdk/client-sts';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createRekognitionCaptures } from '../../gateways/face-matcher/rekognition-liveness.ts';
import { similarityOfPercent } from '../../gateways/face-matcher/rekognition-similarity.ts';
import { createRekognitionMatcher } from '../../gateways/face-matcher/rekognition.ts';
import { AwsFault, clientAt, faultOf, jsonService, startStandIn, type Service, type StandIn } from '../support/aws/stand-in.ts';

const fixture = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(`fixtures/aws/${name}.json`, import.meta.url), 'utf8'));
const standIns: StandIn[] = [];
afterEach(async () => {
  await Promise.all(standIns.splice(0).map((each) => each.close()));
});

const roleArn = 'arn:aws:iam::123456789012:role/kyc-live-capture-browser';
/** As STS answers: the Query protocol, in XML. */
const sts: Service = async ({ body }) => (body.toString().startsWith('Action=AssumeRole&') || body.toString().includes('&Action=AssumeRole&')
  ? { status: 200, headers: { 'content-type': 'text/xml' }, body: await readFile(new URL('fixtures/aws/sts-assume-role.xml', import.meta.url)) }
  : null);

async function makeMatcher(operations: Readonly<Record<string, () => unknown>>) {
  const standIn = await startStandIn(jsonService('RekognitionService', operations), sts);
  standIns.push(standIn);
  const client = new RekognitionClient(clientAt(standIn.endpoint));
  const captures = createRekognitionCaptures({ client, sts: new STSClient(clientAt(standIn.endpoint)), roleArn });
  return { standIn, captures, matcher: createRekognitionMatcher({ client, newJobId: () => 'job-1' }) };
}

const noFace = () => {
  throw new AwsFault('InvalidParameterException');
};
const [document, selfie] = [new Uint8Array([1]), new Uint8Array([2])];

describe('the matcher on Rekognition', () => {
  it('asks for every face (threshold 0), so that a low score is recorded too, and keeps the percentage', async () => {
    const { matcher, standIn } = await makeMatcher({ CompareFaces: () => fixture('rekognition-match') });
    expect(await matcher.compare(document, selfie)).toEqual({
      kind: 'compared', similarity: similarityOfPercent(93.4172), raw: { measure: 'similarity_percent', value: 93.4172 }, jobId: 'job-1',
    });
    expect(JSON.parse(standIn.asked[0]?.body.toString() ?? '')).toEqual({
      SourceImage: { Bytes: 'AQ==' }, TargetImage: { Bytes: 'Ag==' }, SimilarityThreshold: 0, QualityFilter: 'NONE',
    });
  });

  it('scores the person before the camera, not a portrait on the wall behind', async () => {
    const { matcher } = await makeMatcher({ CompareFaces: () => fixture('rekognition-portrait-behind') });
    expect(await matcher.compare(document, selfie)).toMatchObject({ kind: 'compared', raw: { value: 2.61 } });
  });

  it('does not choose between two people', async () => {
    const { matcher } = await makeMatcher({ CompareFaces: () => fixture('rekognition-two-people') });
    expect(await matcher.compare(document, selfie)).toEqual({ kind: 'failed', reason: 'SEVERAL_FACES_IN_SELFIE' });
  });

  it.each([
    ['rekognition-no-face', 'NO_FACE_IN_SELFIE'],
    ['rekognition-one-face', 'NO_FACE_IN_DOCUMENT'],
  ])('finds out whose face is missing when CompareFaces answers InvalidParameterException (%s: %s)', async (seen, reason) => {
    const { matcher, standIn } = await makeMatcher({ CompareFaces: noFace, DetectFaces: () => fixture(seen) });
    expect(await matcher.compare(document, selfie)).toEqual({ kind: 'failed', reason });
    expect(standIn.asked).toHaveLength(2);
  });

  it.each([['InvalidImageFormatException', 'IMAGE_UNREADABLE'], ['ImageTooLargeException', 'IMAGE_TOO_LARGE']])('takes %s for final: %s', async (name, reason) => {
    const { matcher, standIn } = await makeMatcher({});
    standIn.fault(1, faultOf(name));
    expect(await matcher.compare(document, selfie)).toEqual({ kind: 'failed', reason });
  });

  it.each([['ProvisionedThroughputExceededException', 400], ['ThrottlingException', 400], ['InternalServerError', 500]])('tries again on %s (%i), then says ServiceUnavailable', async (name, status) => {
    const { matcher, standIn } = await makeMatcher({ CompareFaces: () => fixture('rekognition-match') });
    standIn.fault(5, faultOf(name, status));
    expect(await matcher.compare(document, selfie)).toMatchObject({ kind: 'compared' });
    standIn.fault(6, faultOf(name, status));
    await expect(matcher.compare(document, selfie)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'rekognition' });
  });

  it('compares no more at once than it may', async () => {
    const atOnce = { now: 0, most: 0 };
    const { matcher } = await makeMatcher({ CompareFaces: async () => {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await new Promise((resolve) => { setTimeout(resolve, 15); });
      atOnce.now -= 1;
      return fixture('rekognition-match');
    } });
    await Promise.all(Array.from({ length: 9 }, () => matcher.compare(document, selfie)));
    expect(atOnce.most).toBe(5);
  });

  it('does not send what is over 5 MB', async () => {
    const { matcher, standIn } = await makeMatcher({});
    expect(await matcher.compare(document, new Uint8Array(5 * 1024 * 1024 + 1))).toEqual({ kind: 'failed', reason: 'IMAGE_TOO_LARGE' });
    expect(standIn.asked).toEqual([]);
  });
});

describe('the similarity of a percentage', () => {
  it.each([[0, 0], [40, 0.25], [80, 0.5], [92, 0.8], [99, 0.975], [100, 1]])('of %f is %f', (percent, similarity) => {
    expect(similarityOfPercent(percent)).toBeCloseTo(similarity, 10);
  });

  it('grows with it and stays within 0 and 1', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (one, other) => {
      const [low, high] = [similarityOfPercent(Math.min(one, other)), similarityOfPercent(Math.max(one, other))];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(high);
      expect(high).toBeLessThanOrEqual(1);
    }));
  });
});

describe('live captures on Rekognition', () => {
  const session = '8b5b4bdc-2b6a-4d9c-a8a6-6f0d1e2f3a4b';

  it('open a session that keeps but one picture, under the caller\'s token, and lend the browser the start of a capture and nothing else', async () => {
    const { captures, standIn } = await makeMatcher({ CreateFaceLivenessSession: () => ({ SessionId: session }) });
    expect(await captures.open('token-7')).toEqual({
      sessionId: session, region: 'eu-west-2',
      credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'lent-secret', sessionToken: 'lent-token', expiration: '2026-11-22T12:15:00.000Z' },
    });
    expect(JSON.parse(standIn.asked[0]?.body.toString() ?? '')).toEqual({ ClientRequestToken: 'token-7', Settings: { AuditImagesLimit: 0 } });
    const lent = new URLSearchParams(standIn.asked[1]?.body.toString());
    expect(Object.fromEntries(lent)).toMatchObject({ Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: `capture-${session}`, DurationSeconds: '900' });
    expect(JSON.parse(lent.get('Policy') ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'rekognition:StartFaceLivenessSession', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-2' } } }],
    });
  });

  it('say ServiceUnavailable when the role is not lent', async () => {
    const { captures, standIn } = await makeMatcher({ CreateFaceLivenessSession: () => {
      standIn.fault(1, { status: 403, headers: { 'content-type': 'text/xml' }, body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>' });
      return { SessionId: session };
    } });
    await expect(captures.open('token-7')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'Face Liveness' });
  });

  const picture = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
  it.each([
    ['liveness-succeeded', { kind: 'judged', outcome: 'PASSED', confidence: 98.61, picture }],
    ['liveness-spoof', { kind: 'judged', outcome: 'FAILED', confidence: 31.4, picture: null }],
    ['liveness-failed', { kind: 'judged', outcome: 'FAILED', confidence: null, picture: null }],
    ['liveness-expired', { kind: 'expired' }],
    ['liveness-in-progress', { kind: 'unfinished' }],
  ])('read %s', async (name, result) => {
    const { captures } = await makeMatcher({ GetFaceLivenessSessionResults: () => fixture(name) });
    expect(await captures.result(session)).toEqual(result);
  });

  it('are expired where the results have gone (SessionNotFoundException)', async () => {
    const { captures, standIn } = await makeMatcher({});
    standIn.fault(1, faultOf('SessionNotFoundException'));
    expect(await captures.result(session)).toEqual({ kind: 'expired' });
  });
});
