import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawSample } from '../../cli/specimens/draw.ts';
import type { DrawnSample } from '../../cli/specimens/draw.ts';
import { samples } from '../../cli/specimens/samples.ts';
import type { FaceMatcher } from '../../gateways/face-matcher/port.ts';

async function drawn(id: string): Promise<DrawnSample> {
  const sample = samples.find((each) => each.id === id);
  if (sample === undefined) throw new Error(`no sample ${id}`);
  return drawSample(sample, '2026-11-22');
}

export interface FaceMatcherSubject {
  readonly matcher: FaceMatcher;
  readonly close: () => Promise<void>;
  /** What it calls a face of less than 40 pixels; a service that sees none there says so. FACE_TOO_SMALL when left out. */
  readonly tooSmall?: 'FACE_TOO_SMALL' | 'NO_FACE_IN_SELFIE';
}

/** What every face matcher must do. */
export function describeFaceMatcherContract(name: string, makeSubject: () => Promise<FaceMatcherSubject>): void {
  describe(`face matcher: ${name}`, () => {
    let matcher: FaceMatcher;
    let close: () => Promise<void>;
    let tooSmall: string;
    beforeAll(async () => {
      ({ matcher, close, tooSmall = 'FACE_TOO_SMALL' } = await makeSubject());
    });
    afterAll(() => close());

    const compare = async (id: string) => {
      const { document, selfie } = await drawn(id);
      return matcher.compare(document, selfie);
    };

    it.each(['gmc-pass', 'nmc-pass', 'residence-permit'])('finds one person on document and selfie: %s', async (id) => {
      const compared = await compare(id);
      expect(compared).toMatchObject({ kind: 'compared', jobId: expect.stringMatching(/.+/) });
      expect(compared.kind === 'compared' && compared.similarity).toBeGreaterThan(0.9);
      expect(compared.kind === 'compared' && compared.similarity).toBeLessThanOrEqual(1);
    });

    it('tells two persons apart', async () => {
      const compared = await compare('other-person');
      expect(compared.kind === 'compared' && compared.similarity).toBeLessThan(0.3);
    });

    it('gives the same pictures the same similarity', async () => {
      const [once, again] = [await compare('gpc-pass'), await compare('gpc-pass')];
      expect(once.kind === 'compared' && once.similarity).toBeCloseTo(again.kind === 'compared' ? again.similarity : -1, 6);
    });

    it('fails for good where there is no face on the selfie', async () => {
      expect(await compare('no-face')).toEqual({ kind: 'failed', reason: 'NO_FACE_IN_SELFIE' });
    });

    it('fails for good where several people are on the selfie', async () => {
      expect(await compare('two-faces')).toEqual({ kind: 'failed', reason: 'SEVERAL_FACES_IN_SELFIE' });
    });

    it('fails for good where there is no face on the document', async () => {
      const { selfie } = await drawn('gmc-pass');
      const blank = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#dde' } }).jpeg().toBuffer();
      expect(await matcher.compare(blank, selfie)).toEqual({ kind: 'failed', reason: 'NO_FACE_IN_DOCUMENT' });
    });

    it('fails for good where a face is less than 40 pixels wide', async () => {
      const { document, selfie } = await drawn('gmc-pass');
      const small = await sharp(selfie).resize({ width: 75 }).jpeg().toBuffer();
      expect(await matcher.compare(document, small)).toEqual({ kind: 'failed', reason: tooSmall });
    });

    it('fails for good on bytes that are no image, whichever of the two they are', async () => {
      const { document, selfie } = await drawn('gmc-pass');
      const none = new TextEncoder().encode('no image');
      expect([await matcher.compare(none, selfie), await matcher.compare(document, none)]).toEqual([
        { kind: 'failed', reason: 'IMAGE_UNREADABLE' }, { kind: 'failed', reason: 'IMAGE_UNREADABLE' },
      ]);
    });

    it('keeps comparisons apart that are made at the same time', async () => {
      const compared = await Promise.all(['gmc-pass', 'other-person', 'no-face'].map(compare));
      expect(compared.map((each) => (each.kind === 'compared' ? each.similarity > 0.5 : each.reason))).toEqual([true, false, 'NO_FACE_IN_SELFIE']);
    });
  });
}
