import * as fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { drawSample } from '../../cli/specimens/draw.ts';
import { td1, td3 } from '../../cli/specimens/mrz.ts';
import { samples } from '../../cli/specimens/samples.ts';
import { soundness, zoneLines } from '../../gateways/document-reader/mrz-zone.ts';
import { createTesseractReader } from '../../gateways/document-reader/tesseract.ts';
import { describeDocumentReaderContract } from '../contracts/document-reader.ts';

describeDocumentReaderContract('tesseract.js', async () => {
  const reader = createTesseractReader();
  await reader.warmUp();
  return { reader, close: () => reader.close() };
});

describe('tesseract.js as a document reader', () => {
  const reader = createTesseractReader();
  afterAll(() => reader.close());

  it('finds the zone of a passport that lies on a larger sheet, away from the foot', async () => {
    const sheet = await sharp({ create: { width: 1900, height: 2600, channels: 3, background: '#fff' } })
      .composite([{ input: Buffer.from(await passport()), left: 200, top: 260 }]).jpeg().toBuffer();
    const reading = await reader.read(sheet);
    if (reading.kind === 'failed') throw new Error(reading.reason);
    expect(soundness(reading.text.mrzCandidates[0] ?? [])).toBe(1);
  });

  it('answers in the shape of Textract, with what each size of the zone gave', async () => {
    const reading = await reader.read(await passport());
    if (reading.kind === 'failed') throw new Error(reading.reason);
    expect(reading.text.raw).toMatchObject({
      DocumentMetadata: { Pages: 1 },
      Blocks: expect.arrayContaining([
        expect.objectContaining({ BlockType: 'LINE', Text: 'HARTLEY', Relationships: [{ Type: 'CHILD', Ids: [expect.any(String)] }] }),
        expect.objectContaining({ BlockType: 'WORD', Text: 'HARTLEY', Geometry: { BoundingBox: expect.objectContaining({ Left: expect.any(Number) }) } }),
      ]),
      MrzAttempts: expect.arrayContaining([{ Width: 1476, Lines: expect.any(Array) }]),
    });
  });

  it('goes on trying sizes until the reading is plausible to whoever asked, and puts that reading first', async () => {
    let asked = 0;
    const picky = createTesseractReader({ plausible: () => (asked += 1) > 2 });
    try {
      const reading = await picky.read(await passport());
      if (reading.kind === 'failed') throw new Error(reading.reason);
      expect(reading.text.raw).toMatchObject({ MrzAttempts: { length: 3 } });
    } finally {
      await picky.close();
    }
  });

  it('can be closed and used again', async () => {
    await reader.close();
    expect(await reader.read(await passport())).toMatchObject({ kind: 'read' });
  });

  it('says that it is unavailable when it takes too long, so that the page is read again', async () => {
    const hasty = createTesseractReader({ timeoutMs: 1 });
    await expect(hasty.read(await passport())).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await hasty.close();
  });
});

describe('a zone', () => {
  const word = fc.stringMatching(/^[A-Z]{1,12}$/);
  const date = fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
  const content = fc.record({
    documentCode: fc.constantFrom('P', 'ID', 'IR'), issuingState: fc.constant('GBR'), nationality: fc.constant('IRL'), surname: word, givenNames: word,
    documentNumber: fc.stringMatching(/^[A-Z0-9]{6,9}$/), dateOfBirth: date, sex: fc.constantFrom('F' as const, 'M' as const), expiryDate: date,
  });

  it('is sound when it was composed by the book', () => {
    fc.assert(fc.property(content, (each) => {
      expect([soundness(td3(each)), soundness(td1(each))]).toEqual([1, 1]);
    }));
  });

  it('is not sound once a digit of a date is another', () => {
    fc.assert(fc.property(content, fc.nat(5), fc.integer({ min: 1, max: 9 }), (each, at, by) => {
      const [first = '', second = ''] = td3(each);
      const where = 21 + at;
      const changed = second.slice(0, where) + String((Number(second.charAt(where)) + by) % 10) + second.slice(where + 1);
      expect(soundness([first, changed])).toBeLessThan(1);
    }));
  });

  it('is sound although letters were read for digits, where only digits can stand', () => {
    expect(soundness(['P<GBRRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<', '9250764733GBR88O9ll7F2007I62<<<<<<<<<<<<<<08'.toUpperCase()])).toBe(1);
  });

  it('is found among other lines, with fillers lost or doubled at the ends', () => {
    const zone = ['P<GBRRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<', '9250764733GBR8809117F2007162<<<<<<<<<<<<<<08'];
    expect(zoneLines(['SMUDGE', ...zone])).toEqual(zone);
    expect(zoneLines([`${zone[0]}<`, zone[1] ?? ''])).toEqual(zone);
    expect(zoneLines([(zone[0] ?? '').slice(0, -2), zone[1] ?? ''])).toEqual(zone);
    expect(zoneLines(['1. HARTLEY', '5. HARTL805174ER9AB 20'])).toEqual([]);
  });
});

async function passport(): Promise<Uint8Array> {
  const [first] = samples;
  if (first === undefined) throw new Error('there are no samples');
  return (await drawSample(first, '2026-11-22')).document;
}
