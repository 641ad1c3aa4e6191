import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { drawSample } from '../../cli/specimens/draw.ts';
import { samples } from '../../cli/specimens/samples.ts';
import { similarityOf } from '../../gateways/face-matcher/calibration.ts';
import { createFaceApiMatcher } from '../../gateways/face-matcher/face-api.ts';
import { documentFace, selfieFace } from '../../gateways/face-matcher/face-choice.ts';
import { describeFaceMatcherContract } from '../contracts/face-matcher.ts';

let jobs = 0;
const newJobId = (): string => `job-${(jobs += 1)}`;

describeFaceMatcherContract('face-api', async () => {
  const matcher = createFaceApiMatcher({ newJobId });
  return { matcher, close: () => matcher.close() };
});

describe('face-api as a face matcher', () => {
  const matcher = createFaceApiMatcher({ newJobId });
  afterAll(() => matcher.close());

  it('leaves the event loop free while it computes', async () => {
    const { document, selfie } = await pictures();
    await matcher.warmUp();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    await matcher.compare(document, selfie);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(10);
  });

  it('says that it is unavailable when it is closed over a comparison, and starts anew for the next', async () => {
    const { document, selfie } = await pictures();
    const cutOff = matcher.compare(document, selfie).catch((error: unknown) => error);
    await matcher.close();
    expect(await cutOff).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await matcher.compare(document, selfie)).toMatchObject({ kind: 'compared' });
  });

  it('gives up a comparison that takes too long', async () => {
    const { document, selfie } = await pictures();
    const hasty = createFaceApiMatcher({ newJobId, timeoutMs: 1 });
    await expect(hasty.compare(document, selfie)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await hasty.close();
  });

  it('prints nothing, and keeps no process alive that has nothing else to do', async () => {
    const program = `
      const { createFaceApiMatcher } = await import(${JSON.stringify(new URL('../../gateways/face-matcher/face-api.ts', import.meta.url).href)});
      await createFaceApiMatcher({ newJobId: () => 'job' }).warmUp();`;
    const ended = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 30_000 });
    expect(ended).toEqual({ stdout: '', stderr: '' });
  });
});

describe('similarity', () => {
  it('is even odds half-way between the farthest pair of one person and the nearest pair of two, on photographs', () => {
    expect(similarityOf((0.56 + 0.63) / 2)).toBeCloseTo(0.5, 6);
  });

  it.each([[0.39, 0.994], [0.56, 0.706], [0.63, 0.294], [0.7, 0.068]])('of distance %f is %f', (distance, similarity) => {
    expect(similarityOf(distance)).toBeCloseTo(similarity, 2);
  });

  it('lies between 0 and 1 and falls with distance', () => {
    const distance = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(fc.property(distance, distance, (one, other) => {
      const [near, far] = [similarityOf(Math.min(one, other)), similarityOf(Math.max(one, other))];
      expect(near >= far && far >= 0 && near <= 1).toBe(true);
    }));
  });
});

describe('the face that counts', () => {

  it.each([
    ['nobody', [], 'NO_FACE_IN_SELFIE'],
    ['one person', [300], 300],
    ['a person and a face on a poster behind', [300, 90], 300],
    ['two people side by side', [300, 280], 'SEVERAL_FACES_IN_SELFIE'],
    ['two people, one a step behind', [300, 150], 'SEVERAL_FACES_IN_SELFIE'],
    ['somebody far away', [39], 'FACE_TOO_SMALL'],
  ])('on a selfie of %s', (_who, widths, expected) => {
    const choice = selfieFace(widths.map(face));
    expect(choice.kind === 'face' ? choice.face.width : choice.reason).toBe(expected);
  });

  it.each([
    ['the portrait, not its small double', [90, 260], 260],
    ['none', [], 'NO_FACE_IN_DOCUMENT'],
    ['none that is too small', [30], 'FACE_TOO_SMALL'],
  ])('on a document is %s', (_what, widths, expected) => {
    const choice = documentFace(widths.map(face));
    expect(choice.kind === 'face' ? choice.face.width : choice.reason).toBe(expected);
  });
});

function face(width: number) {
  return { width, height: width };
}

async function pictures() {
  const [first] = samples;
  if (first === undefined) throw new Error('there are no samples');
  return drawSample(first, '2026-11-22');
}
