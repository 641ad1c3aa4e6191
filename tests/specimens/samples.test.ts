import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRegistrationNumber } from '../../aggregates/registers/registration-number.ts';
import { registrationStatus } from '../../aggregates/registers/status-wording.ts';
import { drawSample } from '../../cli/specimens/draw.ts';
import { drivingLicence } from '../../cli/specimens/driving-licence.ts';
import { passport } from '../../cli/specimens/passport.ts';
import { people } from '../../cli/specimens/people.ts';
import { randomApplicant } from '../../cli/specimens/random-applicant.ts';
import { residencePermit } from '../../cli/specimens/residence-permit.ts';
import { samples } from '../../cli/specimens/samples.ts';
import { writeSpecimens } from '../../cli/specimens/write.ts';
import { fictionalRegistrants } from '../../gateways/registers/fictional-registrants.ts';

const unique = (values: readonly string[]): number => new Set(values).size;

describe('the sample applicants', () => {
  it('have ids, e-mail addresses and numbers of their own', () => {
    expect([unique(samples.map(({ id }) => id)), unique(samples.map(({ email }) => email))]).toEqual([samples.length, samples.length]);
    expect(unique(samples.map(({ register, registrationNumber }) => `${register} ${registrationNumber}`))).toBe(samples.length);
  });

  it('write from addresses that reach nobody', () => {
    expect(samples.filter(({ email }) => !email.endsWith('@example.com'))).toEqual([]);
  });

  it('pass in each of the four registers, once with a driving licence', () => {
    const passing = samples.filter(({ expected }) => expected.decision === 'PASS');
    expect(new Set(passing.map(({ register }) => register))).toEqual(new Set(['GMC', 'GDC', 'NMC', 'GPC']));
    expect(passing.map(({ documentType }) => documentType)).toContain('driving_licence');
  });

  it('share no document but the one that is presented twice, the second time later', () => {
    const holders = samples.map(({ drawing }) => drawing.person.documentNumber).filter((number) => number !== '');
    expect(holders.filter((number, index) => holders.indexOf(number) !== index)).toEqual([people.eleanor.documentNumber]);
    expect(samples.findIndex(({ id }) => id === 'gmc-pass')).toBeLessThan(samples.findIndex(({ id }) => id === 'same-document'));
  });

  it.each(samples.map((sample) => [sample.id, sample] as const))('give a number in the form of their register: %s', (_id, sample) => {
    expect(parseRegistrationNumber(sample.register, sample.registrationNumber)).toEqual({ ok: true, number: sample.registrationNumber });
  });

  it('are on their register, but for the one who is not', () => {
    const missing = samples.filter((sample) => !fictionalRegistrants.some((each) => each.register === sample.register && each.number === sample.registrationNumber));
    expect(missing.map(({ id }) => id)).toEqual(['not-on-register']);
  });
});

describe('the fictional registrants', () => {
  it.each(fictionalRegistrants.map((each) => [`${each.register} ${each.number}`, each] as const))('are put in words that their register uses: %s', (_number, each) => {
    expect(parseRegistrationNumber(each.register, each.number).ok).toBe(true);
    expect(registrationStatus(each.register, each.statusWording)).not.toBe('unknown');
  });

  it('have numbers of their own', () => {
    expect(unique(fictionalRegistrants.map(({ register, number }) => `${register} ${number}`))).toBe(fictionalRegistrants.length);
  });
});

describe('a drawing', () => {
  const [first] = samples;
  if (first === undefined) throw new Error('there are no samples');

  it('is the same, byte for byte, for the same sample on the same day', async () => {
    const [once, again] = [await drawSample(first, '2026-11-22'), await drawSample(first, '2026-11-22')];
    expect(Buffer.compare(Buffer.concat([once.document, once.selfie]), Buffer.concat([again.document, again.selfie]))).toBe(0);
  });

  it('moves its dates with the day', async () => {
    const [once, later] = [await drawSample(first, '2026-11-22'), await drawSample(first, '2027-11-22')];
    expect(Buffer.compare(once.document, later.document)).not.toBe(0);
  });
});

describe('a page', () => {
  it.each([['passport', passport], ['driving licence', drivingLicence], ['residence permit', residencePermit]])('asks for no font, since a bare machine has none: %s', (_what, drawn) => {
    const { svg, photo } = drawn({ ...people.eleanor, issueDate: '2020-11-22', expiryDate: '2030-11-22' });
    expect(svg + photo.svg).not.toMatch(/<text|font/);
    expect(svg.match(/<path/g)?.length).toBeGreaterThan(20);
  });
});

describe('writing the specimens', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kyc-specimens-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives each sample a folder with a document and a selfie, both JPEG', async () => {
    const written = await writeSpecimens(folder, '2026-11-22');
    expect(await readdir(folder)).toEqual(written.map(({ id }) => id).toSorted());
    const formats = await Promise.all(written.flatMap(({ id }) => ['document.jpg', 'selfie.jpg'].map(async (name) => (await sharp(join(folder, id, name)).metadata()).format)));
    expect(new Set(formats)).toEqual(new Set(['jpeg']));
  });
});

describe('a random applicant', () => {
  const seed = fc.nat(89_999);

  it('is the same for the same seed, and registered under a number of the right form', () => {
    fc.assert(fc.property(seed, (each) => {
      const { sample, registrant } = randomApplicant(each);
      expect(randomApplicant(each)).toEqual({ sample, registrant });
      expect(parseRegistrationNumber(sample.register, sample.registrationNumber)).toEqual({ ok: true, number: registrant.number });
    }));
  });

  it('shares number, document and address with no other, nor with a sample', () => {
    fc.assert(fc.property(seed, seed, (one, other) => {
      fc.pre(one !== other);
      const keys = [one, other].map((each) => randomApplicant(each).sample).concat(samples.slice(0, -1))
        .flatMap(({ register, registrationNumber, email, drawing }) => [`${register} ${registrationNumber}`, email, drawing.person.documentNumber]).filter((key) => key !== '');
      expect(unique(keys)).toBe(keys.length);
    }));
  });

  it('is refused for a seed beyond those that have numbers', () => {
    expect(() => randomApplicant(90_000)).toThrow(RangeError);
  });
});
