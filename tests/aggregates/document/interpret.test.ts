import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datesArePlausible } from '../../../aggregates/document/dates.ts';
import { type DocumentReadings, interpretDocument } from '../../../aggregates/document/interpret.ts';
import { checkDigit } from '../../../aggregates/document/mrz-check-digit.ts';
import { datesIn } from '../../../aggregates/document/printed-dates.ts';
import { z } from 'zod';
import { DocScanned, TextLine } from '../../../events/catalogue/doc-scanned.ts';

const today = '2026-11-22';
const mrz = ['P<GBRO<CONNOR<SMITH<<SINEAD<ANNE<<<<<<<<<<<<', zone('925076473', '880911', 'F', '320501')];

function digit(field: string): string {
  return String(checkDigit(field));
}

function zone(number: string, birth: string, sex: string, expiry: string): string {
  const line = `${number}${digit(number)}GBR${birth}${digit(birth)}${sex}${expiry}${digit(expiry)}<<<<<<<<<<<<<<0`;
  return line + digit(line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 43));
}

/** Lines of a page: text, left, top; each 2.5 % high and as wide as its letters. */
function page(...lines: readonly (readonly [text: string, left: number, top: number])[]): TextLine[] {
  return lines.map(([text, left, top]) => ({ text, confidence: 90, box: [left, top, text.length * 0.014, 0.025] }));
}

const passportPage = page(
  ['UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND', 0.2, 0.05],
  ['Type/Type Code/Code Passport No./Passeport No.', 0.35, 0.1],
  ['P GBR 925076473', 0.35, 0.13],
  ['Surname/Nom (1)', 0.35, 0.18],
  ['O\'CONNOR-SMITH', 0.35, 0.21],
  ['Given names/Prénoms (2)', 0.35, 0.26],
  ['SINÉAD ANNE', 0.35, 0.29],
  ['Nationality/Nationalité (3)', 0.35, 0.34],
  ['BRITISH CITIZEN', 0.35, 0.37],
  ['Date of birth/Date de naissance (4)', 0.35, 0.42],
  ['11 SEP /SEPT 1988', 0.35, 0.45],
  ['Sex/Sexe (5) Place of birth/Lieu de naissance (6)', 0.35, 0.5],
  ['F CROYDON', 0.35, 0.53],
  ['Date of issue/Date de délivrance (7) Authority/Autorité (8)', 0.35, 0.58],
  ['01 MAY /MAI 2022 HMPO', 0.35, 0.61],
  ['Date of expiry/Date d\'expiration (9)', 0.35, 0.66],
  ['01 MAY /MAI 2032', 0.35, 0.69],
);

const oConnorMrz = ['P<GBROCONNOR<SMITH<<SINEAD<ANNE<<<<<<<<<<<<<', mrz[1] ?? ''];

function passport(change: Partial<DocumentReadings> = {}): DocumentReadings {
  return { lines: passportPage, mrzCandidates: [oConnorMrz], claimedType: 'passport', claimedName: { surname: 'O\'Connor-Smith', givenNames: 'Sinéad' }, today, ...change };
}

function replaced(text: string, by: string): TextLine[] {
  return passportPage.map((line) => (line.text === text ? { ...line, text: by } : line));
}

describe('a passport', () => {
  it('is read in both zones, and its name as printed', () => {
    expect(interpretDocument(passport())).toEqual({
      parserVersion: 'kyc-document/1', documentType: 'passport', mrz: 'valid', mrzFormat: 'TD3', failedChecks: [], zonesAgree: true,
      disagreements: [], missingFields: [], claimedName: { matched: true, evidence: 'partial', rule: 'GIVEN_NAME_MISSING' },
      fields: {
        name: { surname: 'O\'CONNOR-SMITH', givenNames: 'SINÉAD ANNE' }, dateOfBirth: '1988-09-11', expiryDate: '2032-05-01', issueDate: '2022-05-01',
        documentNumber: '925076473', issuingState: 'GBR', nationality: 'GBR', sex: 'F',
      },
      mrzLines: oConnorMrz,
    });
  });

  it('gives what DocScanned records', () => {
    const { fields, mrzLines, ...open } = interpretDocument(passport());
    const evidence = { key: 'k', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' };
    expect(DocScanned.data.safeParse({ ...open, documentVersion: 2, reader: 'r', ocr: evidence, documentNumberHash: null, alsoUsedBy: null }).success).toBe(true);
    expect(DocScanned.personal?.safeParse({ fields, mrzLines, lines: passportPage, ocrPlainSha256: '0'.repeat(64) }).success).toBe(true);
  });

  it.each([
    ['labels with a letter wrong', (text: string) => text.replace('Surname', 'Surnarne').replace('Date of birth', 'Dale of birth').replace('Date of expiry', 'Date of exp1ry')],
    ['digits read into the name', (text: string) => text.replace('O\'CONNOR-SMITH', '0\'CONN0R-SM1TH')],
    ['letters read into the dates', (text: string) => text.replace('11 SEP /SEPT 1988', 'I1 SEP/SEPT 19B8')],
    ['years of two digits', (text: string) => text.replace('1988', '88').replace('MAI 2032', 'MAI 32')],
    ['no accents', (text: string) => text.replaceAll('É', 'E').replaceAll('é', 'e')],
    ['no labels at all', (text: string) => (/[a-z]{3}/.test(text) ? '~' : text)],
  ])('agrees with itself in spite of %s', (_, misread) => {
    const lines = passportPage.map((line) => ({ ...line, text: misread(line.text) }));
    expect(interpretDocument(passport({ lines }))).toMatchObject({ zonesAgree: true, disagreements: [], fields: { dateOfBirth: '1988-09-11', expiryDate: '2032-05-01' } });
  });

  it.each([
    ['name', 'O\'CONNOR-SMITH', 'O\'CONNER-SMITH'],
    ['name', 'SINÉAD ANNE', 'SINÉAD JANE'],
    ['dateOfBirth', '11 SEP /SEPT 1988', '11 SEP /SEPT 1989'],
    ['expiryDate', '01 MAY /MAI 2032', '01 MAY /MAI 2033'],
    ['documentNumber', 'P GBR 925076473', 'P GBR 925076474'],
  ])('says that its zones differ in the %s', (field, text, by) => {
    expect(interpretDocument(passport({ lines: replaced(text, by) }))).toMatchObject({ zonesAgree: false, disagreements: [field], mrz: 'valid' });
  });

  it('takes the name from the coded zone where print says otherwise', () => {
    expect(interpretDocument(passport({ lines: replaced('SINÉAD ANNE', 'SINÉAD JANE') })).fields.name).toEqual({ surname: 'OCONNOR SMITH', givenNames: 'SINEAD ANNE' });
  });

  it('cannot say whether the zones agree when nothing is printed', () => {
    expect(interpretDocument(passport({ lines: [] }))).toMatchObject({ zonesAgree: null, mrz: 'valid', missingFields: [] });
  });

  it('takes the printed date for one whose check digit fails', () => {
    const wrong = [oConnorMrz[0] ?? '', `${(mrz[1] ?? '').slice(0, 27)}7${(mrz[1] ?? '').slice(28)}`];
    expect(interpretDocument(passport({ mrzCandidates: [wrong] }))).toMatchObject({
      mrz: 'invalid', failedChecks: ['expiryDate', 'composite'], fields: { expiryDate: '2032-05-01', documentNumber: '925076473' },
    });
  });

  it('takes the reading of the zone whose check digits hold', () => {
    const wrong = [oConnorMrz[0] ?? '', (mrz[1] ?? '').replace('9250764', '9250769')];
    expect(interpretDocument(passport({ mrzCandidates: [wrong, oConnorMrz] }))).toMatchObject({ mrz: 'valid' });
  });

  it('finds the zone among the lines when the reader does not look for it', () => {
    const lines = [...passportPage, ...page([oConnorMrz[0] ?? '', 0.02, 0.85], [oConnorMrz[1] ?? '', 0.02, 0.9])];
    expect(interpretDocument(passport({ lines, mrzCandidates: [] }))).toMatchObject({ mrz: 'valid', zonesAgree: true });
  });

  it('without its zone is what is printed, and says so', () => {
    expect(interpretDocument(passport({ mrzCandidates: [] }))).toMatchObject({
      documentType: 'passport', mrz: 'absent', zonesAgree: null, missingFields: [],
      fields: { name: { surname: 'O\'CONNOR-SMITH', givenNames: 'SINÉAD ANNE' }, dateOfBirth: '1988-09-11', issueDate: '2022-05-01', expiryDate: '2032-05-01', documentNumber: '925076473' },
    });
  });

  it('is compared with the name that was claimed', () => {
    const claim = (surname: string) => interpretDocument(passport({ claimedName: { surname, givenNames: 'Sinéad Anne' } })).claimedName;
    expect(claim('Smith')).toEqual({ matched: true, evidence: 'partial', rule: 'SURNAME_HALF' });
    expect(claim('Murphy')).toEqual({ matched: false, evidence: 'mismatch', rule: 'SURNAME_DIFFERS' });
    expect(interpretDocument(passport({ claimedName: null })).claimedName).toBeNull();
  });

  it('takes a name that was cut off in the zone as the beginning of one', () => {
    const cut = ['P<GBRPAPANDREOPOULOU<ZACHAROPOULOS<<ALEXANDR', mrz[1] ?? ''];
    const claimedName = { surname: 'Papandreopoulou Zacharopoulos', givenNames: 'Alexandra' };
    expect(interpretDocument(passport({ lines: [], mrzCandidates: [cut], claimedName })).claimedName).toEqual({ matched: true, evidence: 'partial', rule: 'NAME_CUT_OFF' });
  });
});

const licencePage = page(
  ['DRIVING LICENCE', 0.3, 0.05],
  ['1. MORGAN', 0.35, 0.15],
  ['2. MS SARAH MEREDYTH', 0.35, 0.22],
  ['3. 11.09.1988 UNITED KINGDOM', 0.35, 0.29],
  ['4a. 01.01.2020 4c. DVLA', 0.35, 0.36],
  ['4b. 31.12.2029', 0.35, 0.43],
  ['5. MORGA859118SM9IJ 35', 0.35, 0.5],
  ['8. 1 HIGH STREET, CROYDON, CR0 1AA', 0.35, 0.57],
);

function licence(change: Partial<DocumentReadings> = {}): DocumentReadings {
  return { lines: licencePage, mrzCandidates: [], claimedType: 'driving_licence', claimedName: { surname: 'Morgan', givenNames: 'Sarah' }, today, ...change };
}

function licenceOf(surname: string, number: string): TextLine[] {
  return licencePage.map((line) => {
    if (line.text.startsWith('1.')) return { ...line, text: `1. ${surname}` };
    return line.text.startsWith('5.') ? { ...line, text: `5. ${number}` } : line;
  });
}

describe('a driving licence', () => {
  it('is read by its numbered fields; its number repeats surname and birth date', () => {
    expect(interpretDocument(licence())).toMatchObject({
      documentType: 'driving_licence', mrz: 'not_applicable', zonesAgree: true, missingFields: [],
      fields: {
        name: { surname: 'MORGAN', givenNames: 'SARAH MEREDYTH' }, dateOfBirth: '1988-09-11', issueDate: '2020-01-01', expiryDate: '2029-12-31',
        documentNumber: 'MORGA859118SM9IJ', sex: 'F',
      },
    });
  });

  it.each([
    ['the small letters of 4a and 4b missing', (text: string) => text.replace(/^4[ab]\. /, '4 ')],
    ['commas for stops', (text: string) => text.replace(/^(\d)\. /, '$1, ')],
    ['letters in the number\'s digits', (text: string) => text.replace('MORGA859118', 'MORGAB59I1B')],
    ['no field numbers at all', (text: string) => text.replace(/^(1|2|3|4a|4b|5)\. /, '')],
    ['no field numbers before dates', (text: string) => text.replace(/^(3|4a|4b)\. /, '')],
  ])('is read in spite of %s', (_, misread) => {
    const lines = licencePage.map((line) => ({ ...line, text: misread(line.text) }));
    expect(interpretDocument(licence({ lines }))).toMatchObject({
      zonesAgree: true, missingFields: [], fields: { name: { surname: 'MORGAN', givenNames: 'SARAH MEREDYTH' }, dateOfBirth: '1988-09-11', issueDate: '2020-01-01', expiryDate: '2029-12-31', documentNumber: 'MORGA859118SM9IJ' },
    });
  });

  it.each([
    ['another surname', '1. MORGAN', '1. OKAFOR'],
    ['another birth date', '3. 11.09.1988 UNITED KINGDOM', '3. 12.09.1988 UNITED KINGDOM'],
  ])('says when its number is of %s', (_, text, by) => {
    const lines = licencePage.map((line) => (line.text === text ? { ...line, text: by } : line));
    expect(interpretDocument(licence({ lines }))).toMatchObject({ zonesAgree: false, disagreements: ['documentNumber'] });
  });

  it('of a short surname has nines in its number, and MAC is MC', () => {
    expect(interpretDocument(licence({ lines: licenceOf('LEE', 'LEE99859118SM9IJ 35') })).zonesAgree).toBe(true);
    expect(interpretDocument(licence({ lines: licenceOf('MACDONALD', 'MCDON859118SM9IJ 35') })).zonesAgree).toBe(true);
  });

  it('of another numbering is not held against it', () => {
    const lines = licencePage.map((line) => (line.text.startsWith('5.') ? { ...line, text: '5. 12345678' } : line));
    expect(interpretDocument(licence({ lines }))).toMatchObject({ zonesAgree: null, fields: { documentNumber: '12345678' } });
  });
});

describe('cards', () => {
  const front = page(
    ['Surname', 0.4, 0.2], ['ERIKSSON', 0.4, 0.24], ['Given names', 0.4, 0.3], ['ANNA MARIA', 0.4, 0.34],
    ['Date of birth', 0.4, 0.4], ['12.08.1974', 0.4, 0.44], ['Date of expiry', 0.4, 0.5], ['15.04.2032', 0.4, 0.54],
    ['Document No', 0.4, 0.6], ['D23145890', 0.4, 0.64],
  );
  const back = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F3204153UTO<<<<<<<<<<<8', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];

  it('are identity cards by their code', () => {
    expect(interpretDocument(licence({ lines: front, mrzCandidates: [back], claimedType: 'identity_card' }))).toMatchObject({
      documentType: 'identity_card', mrzFormat: 'TD1', zonesAgree: true, fields: { expiryDate: '2032-04-15', issuingState: 'UTO' },
    });
  });

  it('are residence permits by code or title', () => {
    const code = [(back[0] ?? '').replace('I<', 'IR'), ...back.slice(1)];
    expect(interpretDocument(licence({ lines: front, mrzCandidates: [code], claimedType: 'residence_permit' })).documentType).toBe('residence_permit');
    const title = [...front, ...page(['RESIDENCE PERMIT', 0.3, 0.05])];
    expect(interpretDocument(licence({ lines: title, mrzCandidates: [back], claimedType: 'residence_permit' })).documentType).toBe('residence_permit');
  });

  it('without a zone or a title are what the applicant says, when they read like a document', () => {
    expect(interpretDocument(licence({ lines: front, claimedType: 'identity_card' })).documentType).toBe('identity_card');
    expect(interpretDocument(licence({ lines: page(['a holiday picture', 0.1, 0.1]), claimedType: 'identity_card' }))).toMatchObject({
      documentType: null, mrz: 'absent', missingFields: ['name', 'dateOfBirth', 'documentNumber', 'expiryDate'],
    });
  });
});

const Reading = z.strictObject({ mrzCandidates: z.array(z.array(z.string())), lines: z.array(TextLine) });

/** What tesseract.js 7 made of drawn specimens, with its mistakes. */
function reading(name: string, claimedType: DocumentReadings['claimedType']): DocumentReadings {
  const text = readFileSync(join(import.meta.dirname, 'readings', `${name}.json`), 'utf8');
  return { ...Reading.parse(JSON.parse(text)), claimedType, claimedName: null, today };
}

describe('what a real reader saw', () => {
  it.each([
    ['passport', 'passport', { mrz: 'valid', zonesAgree: true, missingFields: [], fields: { name: { surname: 'HARTLEY', givenNames: 'ELEANOR ROSE' }, dateOfBirth: '1984-05-17', issueDate: '2020-11-21', expiryDate: '2030-11-21' } }],
    ['passport-stroke-lost', 'passport', { mrz: 'valid', zonesAgree: true, fields: { name: { surname: 'ALDOUS', givenNames: 'RUPERT' }, dateOfBirth: '1973-02-27' } }],
    ['passport-bad-check-digit', 'passport', { mrz: 'invalid', zonesAgree: true, disagreements: [], missingFields: [] }],
    ['driving-licence', 'driving_licence', { mrz: 'not_applicable', zonesAgree: true, missingFields: [], fields: { name: { surname: 'OKONKWO', givenNames: 'ADAEZE' }, documentNumber: 'OKONK952140A99KX', expiryDate: '2030-11-21' } }],
    ['residence-permit', 'residence_permit', { mrz: 'valid', mrzFormat: 'TD1', zonesAgree: true, missingFields: [], fields: { name: { surname: 'NWOSU', givenNames: 'CHIDI' }, dateOfBirth: '1990-05-03', nationality: 'NGA' } }],
  ] as const)('of a %s is a %s', (name, documentType, expected) => {
    expect(interpretDocument(reading(name, documentType))).toMatchObject({ documentType, ...expected });
  });

  it('of a passport is enough without its zone', () => {
    expect(interpretDocument({ ...reading('passport', 'passport'), mrzCandidates: [] })).toMatchObject({ mrz: 'absent', missingFields: [], fields: { expiryDate: '2030-11-21' } });
  });
});

describe('any page', () => {
  it('is interpreted without an exception', () => {
    const line = fc.record({
      text: fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom(...passportPage.map(({ text }) => text), ...licencePage.map(({ text }) => text), ...oConnorMrz)),
      confidence: fc.integer({ min: 0, max: 100 }),
      box: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0.3), fc.constant(0.02)),
    });
    fc.assert(fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom('passport', 'driving_licence', 'identity_card', 'residence_permit'), (lines, claimedType) => {
      const read = interpretDocument({ lines, mrzCandidates: [], claimedType, claimedName: null, today });
      expect(DocScanned.personal?.shape.fields.safeParse(read.fields).success).toBe(true);
    }), { numRuns: 300 });
  });

  it('is read the same in whatever order its lines come', () => {
    fc.assert(fc.property(fc.shuffledSubarray(passportPage, { minLength: passportPage.length }), (lines) => {
      expect(interpretDocument(passport({ lines }))).toEqual(interpretDocument(passport()));
    }), { numRuns: 50 });
  });
});

describe('printed dates', () => {
  it.each([
    ['11 SEP /SEPT 1988', ['1988-09-11']], ['11 SEP/SEPT 88', ['1988-09-11']], ['05 FEB /FÉV 1990', ['1990-02-05']], ['1 DEC 2001', ['2001-12-01']],
    ['11.09.1988', ['1988-09-11']], ['11/09/1988', ['1988-09-11']], ['11-09-1988', ['1988-09-11']], ['1988-09-11', ['1988-09-11']],
    ['01.01.2020 31.12.2029', ['2020-01-01', '2029-12-31']], ['31.02.2020', []], ['12345678', []], ['SW1A 2AA', []], ['30 JUIN /JUN 2001', ['2001-06-30']],
    ['14 JUIL /JUL 2001', ['2001-07-14']], ['14 AOÛ /AUG 2001', ['2001-08-14']], ['03 AVR /APR 2001', ['2001-04-03']], ['14 5EP 2001', ['2001-09-14']], ['21 NOV INOV 2020', ['2020-11-21']], ['27 FEB [FEV 1973', ['1973-02-27']], ['UK 2111 2030', ['2030-11-21']],
  ])('"%s" has %j', (text, dates) => {
    expect(datesIn(text, 'birth', today)).toEqual(dates);
  });
});

describe('dates of a document', () => {
  it.each([
    ['in order', '1988-09-11', '2022-05-01', '2032-05-01', true],
    ['born tomorrow', '2026-11-23', null, null, false],
    ['a child', '2009-01-01', '2022-05-01', '2032-05-01', false],
    ['eighteen today', '2008-11-22', null, null, true],
    ['born two centuries ago', '1899-01-01', null, null, false],
    ['issued tomorrow', '1988-09-11', '2026-11-23', '2032-05-01', false],
    ['issued before birth', '1988-09-11', '1980-01-01', '2032-05-01', false],
    ['expired before it was issued', '1988-09-11', '2022-05-01', '2021-05-01', false],
    ['without a birth date', null, '2022-05-01', '2032-05-01', null],
  ])('%s', (_, dateOfBirth, issueDate, expiryDate, plausible) => {
    expect(datesArePlausible({ dateOfBirth, issueDate, expiryDate }, today)).toBe(plausible);
  });
});
