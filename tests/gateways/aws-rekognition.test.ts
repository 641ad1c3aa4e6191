import { readFile } from 'node:fs/promises';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createLivenessSessions } from '../../gateways/face-matcher/rekognition-liveness.ts';
import { similarityOfPercent } from '../../gateways/face-matcher/rekognition-similarity.ts';
import { createRekognitionMatcher } from '../../gateways/face-matcher/rekognition.ts';
import { AwsFault, clientAt, faultOf, jsonService, startStandIn, type StandIn } from '../support/aws/stand-in.ts';

const fixture = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(`fixtures/aws/${name}.json`, import.meta.url), 'utf8'));
const standIns: StandIn[] = [];
afterEach(async () => {
  await Promise.all(standIns.splice(0).map((each) => each.close()));
});

async function makeMatcher(operations: Readonly<Record<string, () => unknown>>) {
  const standIn = await startStandIn(jsonService('RekognitionService', operations));
  standIns.push(standIn);
  const client = new RekognitionClient(clientAt(standIn.endpoint));
  const sessions = createLivenessSessions({ client });
  return { standIn, sessions, matcher: createRekognitionMatcher({ client, liveness: sessions, newJobId: () => 'job-1' }) };
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

describe('liveness on Rekognition', () => {
  it('makes a session that keeps no picture, the same one for the same token', async () => {
    const { sessions, standIn } = await makeMatcher({ CreateFaceLivenessSession: () => ({ SessionId: 'session-1' }) });
    expect(await sessions.create('selfie-7')).toBe('session-1');
    expect(JSON.parse(standIn.asked[0]?.body.toString() ?? '')).toEqual({ ClientRequestToken: 'selfie-7', Settings: { AuditImagesLimit: 0 } });
  });

  it.each([
    ['liveness-succeeded', { outcome: 'PASSED', method: 'rekognition_face_liveness', confidence: 98.61 }],
    ['liveness-spoof', { outcome: 'FAILED', method: 'rekognition_face_liveness', confidence: 31.4 }],
    ['liveness-failed', { outcome: 'FAILED', method: 'rekognition_face_liveness', confidence: null }],
    ['liveness-expired', { outcome: 'NOT_PERFORMED', method: 'none', confidence: null }],
  ])('reads %s', async (name, liveness) => {
    const { matcher } = await makeMatcher({ GetFaceLivenessSessionResults: () => fixture(name) });
    expect(await matcher.liveness('session-1')).toEqual(liveness);
  });

  it('is not performed where the results have gone (SessionNotFoundException) or there was no session', async () => {
    const { matcher, standIn } = await makeMatcher({});
    const notPerformed = { outcome: 'NOT_PERFORMED', method: 'none', confidence: null };
    expect(await matcher.liveness(null)).toEqual(notPerformed);
    expect(standIn.asked).toEqual([]);
    standIn.fault(1, faultOf('SessionNotFoundException'));
    expect(await matcher.liveness('session-1')).toEqual(notPerformed);
  });
});
