import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpretDocument } from '../../aggregates/document/interpret.ts';
import { drawSample } from '../../cli/specimens/draw.ts';
import { samples } from '../../cli/specimens/samples.ts';
import type { Sample } from '../../cli/specimens/samples.ts';
import type { DocumentReader, DocumentText } from '../../gateways/document-reader/port.ts';

const today = '2026-11-22';

function sampleOf(id: string): Sample {
  const sample = samples.find((each) => each.id === id);
  if (sample === undefined) throw new Error(`no sample ${id}`);
  return sample;
}

async function documentOf(id: string): Promise<Uint8Array> {
  return (await drawSample(sampleOf(id), today)).document;
}

const understood = (text: DocumentText, id: string) =>
  interpretDocument({ lines: text.lines, mrzCandidates: text.mrzCandidates, claimedType: sampleOf(id).documentType, claimedName: sampleOf(id).name, today });

/** What every document reader must do. */
export function describeDocumentReaderContract(name: string, makeSubject: () => Promise<{ reader: DocumentReader; close: () => Promise<void> }>): void {
  describe(`document reader: ${name}`, () => {
    let reader: DocumentReader;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ reader, close } = await makeSubject());
    });
    afterAll(() => close());

    // Reading takes a second: what several tests look at is read once.
    const read = new Map<string, Promise<DocumentText>>();
    const sampleText = (id: string): Promise<DocumentText> => {
      const text = read.get(id) ?? documentOf(id).then(textOf);
      read.set(id, text);
      return text;
    };
    const textOf = async (image: Uint8Array): Promise<DocumentText> => {
      const reading = await reader.read(image);
      if (reading.kind === 'failed') throw new Error(reading.reason);
      return reading.text;
    };

    it('reads a passport: both zones, so that they can be told apart and compared', async () => {
      const text = await sampleText('gdc-pass');
      expect(understood(text, 'gdc-pass')).toMatchObject({
        documentType: 'passport', mrz: 'valid', zonesAgree: true, missingFields: [],
        fields: { name: { surname: "O'SULLIVAN", givenNames: 'FERGUS' }, dateOfBirth: '1979-11-02', expiryDate: '2030-11-21', documentNumber: '990000026', sex: 'M' },
      });
    });

    it('gives lines top to bottom, with confidence from 0 to 100 and boxes as fractions of the page', async () => {
      const { lines } = await sampleText('gmc-pass');
      expect(lines.length).toBeGreaterThan(15);
      expect(lines.map((line) => line.box[1])).toEqual(lines.map((line) => line.box[1]).toSorted((a, b) => a - b));
      expect(lines.filter(({ confidence }) => confidence < 0 || confidence > 100)).toEqual([]);
      expect(lines.filter(({ box: [left, top, width, height] }) => Math.min(left, top, width, height) < 0 || left + width > 1.001 || top + height > 1.001)).toEqual([]);
      const surname = lines.find((line) => line.text.includes('HARTLEY'));
      expect(surname?.box[0]).toBeGreaterThan(0.3);
    });

    it('gives zones of two or three lines in the alphabet of ICAO 9303', async () => {
      const { mrzCandidates } = await sampleText('residence-permit');
      expect(mrzCandidates.flat().filter((line) => !/^[A-Z0-9<]+$/.test(line))).toEqual([]);
      expect(mrzCandidates.filter((zone) => zone.length !== 2 && zone.length !== 3)).toEqual([]);
    });

    it('reads a residence permit with its three short lines', async () => {
      expect(understood(await sampleText('residence-permit'), 'residence-permit')).toMatchObject({ documentType: 'residence_permit', mrz: 'valid', mrzFormat: 'TD1', fields: { documentNumber: 'ZX9000165' } });
    });

    it('reads a driving licence, which has no zone', async () => {
      expect(understood(await sampleText('nmc-pass'), 'nmc-pass')).toMatchObject({ documentType: 'driving_licence', mrz: 'not_applicable', zonesAgree: true, missingFields: [] });
    });

    it('does not mend a wrong check digit', async () => {
      expect(understood(await sampleText('bad-check-digit'), 'bad-check-digit')).toMatchObject({ mrz: 'invalid', failedChecks: ['expiryDate', 'composite'] });
    });

    it('keeps its own answer as JSON, for evidence', async () => {
      const { raw } = await sampleText('gpc-pass');
      expect(JSON.parse(JSON.stringify(raw))).toEqual(raw);
      expect(JSON.stringify(raw)).toContain('RAMAN');
    });

    it('keeps pages apart that are read at the same time', async () => {
      const ids = ['expiring-soon', 'gpc-pass', 'nmc-pass'];
      const texts = await Promise.all(ids.map(async (id) => textOf(await documentOf(id))));
      expect(texts.map((text, index) => understood(text, ids[index] ?? '').fields.name?.surname)).toEqual(['BELLO', 'RAMAN', 'OKONKWO']);
    });

    it.each([
      ['a page out of focus', 'NO_TEXT', () => documentOf('unreadable-scan')],
      ['an empty page', 'NO_TEXT', () => sharp({ create: { width: 900, height: 600, channels: 3, background: '#ddd' } }).jpeg().toBuffer()],
      ['bytes that are no image', 'IMAGE_UNREADABLE', async () => new TextEncoder().encode('no image')],
      ['half an image', 'IMAGE_UNREADABLE', async () => (await documentOf('gmc-pass')).subarray(0, 40_000)],
      ['a format it is not made for', 'FORMAT_UNSUPPORTED', () => sharp({ create: { width: 90, height: 60, channels: 3, background: '#ddd' } }).gif().toBuffer()],
      ['a page over 10,000 pixels wide', 'IMAGE_TOO_LARGE', () => sharp({ create: { width: 10_001, height: 8, channels: 3, background: '#ddd' } }).png().toBuffer()],
    ])('fails for good on %s: %s', async (_what, reason, image) => {
      expect(await reader.read(await image())).toMatchObject({ kind: 'failed', reason });
    });
  });
}
