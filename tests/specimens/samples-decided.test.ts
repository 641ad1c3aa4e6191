import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samples } from '../../cli/specimens/samples.ts';
import { createTesseractReader } from '../../gateways/document-reader/tesseract.ts';
import { createFaceApiMatcher } from '../../gateways/face-matcher/face-api.ts';
import { judgeSample } from './support/judge-sample.ts';

/**
 * Each kind of outcome and document once; `KYC_ALL_SAMPLES=1` takes all twenty, on `KYC_SAMPLES_TODAY` if that is set.
 * The demo runs all of them through the platform itself.
 */
const chosen = ['nmc-pass', 'residence-permit', 'expired-document', 'expiring-soon', 'other-person', 'unreadable-scan', 'double-barrelled', 'same-document'];
const today = process.env['KYC_SAMPLES_TODAY'] ?? '2026-11-22';

describe('a sample applicant, judged with the real reader and matcher', () => {
  const reader = createTesseractReader();
  const matcher = createFaceApiMatcher({ newJobId: () => 'job' });
  beforeAll(async () => {
    await Promise.all([reader.warmUp(), matcher.warmUp()]);
  });
  afterAll(async () => {
    await Promise.all([reader.close(), matcher.close()]);
  });

  const wanted = samples.filter(({ id }) => process.env['KYC_ALL_SAMPLES'] === '1' || chosen.includes(id));

  it.each(wanted.map((sample) => [sample.id, sample] as const))('reaches the outcome that it must reach: %s', async (_id, sample) => {
    const { decision, reasons, notes } = await judgeSample(sample, today, reader, matcher);
    expect({ decision, reasons: reasons.toSorted() }).toEqual({ decision: sample.expected.decision, reasons: sample.expected.reasons.toSorted() });
    expect(notes).toEqual(expect.arrayContaining([...sample.expected.notes]));
  });
});
