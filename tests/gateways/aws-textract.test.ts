import { readFile } from 'node:fs/promises';
import { TextractClient, type DetectDocumentTextResponse } from '@aws-sdk/client-textract';
import { afterEach, describe, expect, it } from 'vitest';
import { interpretDocument } from '../../aggregates/document/interpret.ts';
import { createTextractReader } from '../../gateways/document-reader/textract.ts';
import { clientAt, faultOf, jsonService, startStandIn, type StandIn } from '../support/aws/stand-in.ts';

const fixture = async (name: string): Promise<DetectDocumentTextResponse> =>
  JSON.parse(await readFile(new URL(`fixtures/aws/${name}.json`, import.meta.url), 'utf8')) as DetectDocumentTextResponse;

const standIns: StandIn[] = [];
afterEach(async () => {
  await Promise.all(standIns.splice(0).map((each) => each.close()));
});

async function readerWith(name: string, delayMs = 0) {
  const answer = await fixture(name);
  const atOnce = { now: 0, most: 0 };
  const standIn = await startStandIn(jsonService('Textract', {
    DetectDocumentText: async () => {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await new Promise((resolve) => { setTimeout(resolve, delayMs); });
      atOnce.now -= 1;
      return answer;
    },
  }));
  standIns.push(standIn);
  return { standIn, atOnce, reader: createTextractReader({ client: new TextractClient(clientAt(standIn.endpoint)), atOnce: 2 }) };
}

const image = new Uint8Array([0xff, 0xd8, 0xff]);

describe('the reader on Textract', () => {
  it('gives the lines from top to bottom, with what they were read from, and the zone as a candidate', async () => {
    const { reader, standIn } = await readerWith('textract-passport');
    const reading = await reader.read(image);
    if (reading.kind !== 'read') throw new Error('not read');
    expect(reading.text.reader).toBe('textract/1.0');
    expect(reading.text.lines.map(({ text }) => text).slice(0, 2)).toEqual(['UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND', 'PASSPORT']);
    expect(reading.text.lines.every(({ confidence, box }) => confidence > 90 && box.every((side) => side >= 0 && side <= 1))).toBe(true);
    expect(reading.text.mrzCandidates).toEqual([['P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<', '9250764733GBR8809117F2007162<<<<<<<<<<<<<<08']]);
    expect(reading.text.raw).toEqual(await fixture('textract-passport'));
    // Never AnalyzeID: it knows US documents only.
    expect(standIn.asked.map(({ headers }) => headers['x-amz-target'])).toEqual(['Textract.DetectDocumentText']);
    const meaning = interpretDocument({ ...reading.text, claimedType: 'passport', claimedName: null, today: '2019-01-01' });
    expect(meaning.fields).toMatchObject({ name: { surname: 'UK SPECIMEN', givenNames: 'ANGELA ZOE' }, documentNumber: '925076473', expiryDate: '2020-07-16' });
  });

  it('calls a page without lines NO_TEXT', async () => {
    const { reader } = await readerWith('textract-blank');
    expect(await reader.read(image)).toEqual({ kind: 'failed', reader: 'textract', reason: 'NO_TEXT' });
  });

  it.each([
    ['BadDocumentException', 'IMAGE_UNREADABLE'],
    ['InvalidParameterException', 'IMAGE_UNREADABLE'],
    ['UnsupportedDocumentException', 'FORMAT_UNSUPPORTED'],
    ['DocumentTooLargeException', 'IMAGE_TOO_LARGE'],
  ])('takes %s for final: %s, asked once', async (name, reason) => {
    const { reader, standIn } = await readerWith('textract-passport');
    standIn.fault(1, faultOf(name));
    expect(await reader.read(image)).toEqual({ kind: 'failed', reader: 'textract', reason });
    expect(standIn.asked).toHaveLength(1);
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
    ['InternalServerError', 500],
  ])('tries again five times on %s (%i), then says ServiceUnavailable', async (name, status) => {
    const { reader, standIn } = await readerWith('textract-passport');
    standIn.fault(5, faultOf(name, status));
    expect(await reader.read(image)).toMatchObject({ kind: 'read' });
    expect(standIn.asked).toHaveLength(6);
    standIn.fault(6, faultOf(name, status));
    await expect(reader.read(image)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'textract' });
    expect(standIn.asked).toHaveLength(12);
  });

  it('says ServiceUnavailable when it may not ask (AccessDeniedException): the scan is not the applicant\'s fault', async () => {
    const { reader, standIn } = await readerWith('textract-passport');
    standIn.fault(1, faultOf('AccessDeniedException'));
    await expect(reader.read(image)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('does not send what is over 10 MB', async () => {
    const { reader, standIn } = await readerWith('textract-passport');
    expect(await reader.read(new Uint8Array(10 * 1024 * 1024 + 1))).toMatchObject({ reason: 'IMAGE_TOO_LARGE' });
    expect(standIn.asked).toEqual([]);
  });

  it('asks for no more pages at once than it may', async () => {
    const { reader, atOnce } = await readerWith('textract-passport', 15);
    await Promise.all(Array.from({ length: 7 }, () => reader.read(image)));
    expect(atOnce.most).toBe(2);
  });
});
