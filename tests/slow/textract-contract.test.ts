import { TextractClient, type Block } from '@aws-sdk/client-textract';
import { createTesseractReader } from '../../gateways/document-reader/tesseract.ts';
import { createTextractReader } from '../../gateways/document-reader/textract.ts';
import type { DocumentText } from '../../gateways/document-reader/port.ts';
import { describeDocumentReaderContract } from '../contracts/document-reader.ts';
import { AwsFault, clientAt, jsonService, startStandIn } from '../support/aws/stand-in.ts';

/* The contract on a DetectDocumentText that really reads: tesseract.js behind Textract's API, shapes and errors. */

const refusals: Readonly<Record<string, string>> = {
  IMAGE_UNREADABLE: 'BadDocumentException', FORMAT_UNSUPPORTED: 'UnsupportedDocumentException', IMAGE_TOO_LARGE: 'DocumentTooLargeException',
};

/** As Textract answers: the zone is lines among the others, at the foot of the page. */
function blocksOf({ lines, mrzCandidates }: DocumentText): Block[] {
  const zone = mrzCandidates[0] ?? [];
  const printed = lines.filter(({ text }) => zone.length === 0 || !text.includes('<'));
  const line = (text: string, confidence: number, [Left, Top, Width, Height]: readonly [number, number, number, number]): Block =>
    ({ BlockType: 'LINE', Text: text, Confidence: confidence, Geometry: { BoundingBox: { Left, Top, Width, Height } } });
  return [
    { BlockType: 'PAGE', Geometry: { BoundingBox: { Left: 0, Top: 0, Width: 1, Height: 1 } } },
    ...printed.map(({ text, confidence, box }) => line(text, confidence, box)),
    ...zone.map((text, at) => line(text, 99, [0.05, 0.85 + at * 0.05, 0.9, 0.04])),
  ];
}

describeDocumentReaderContract('Textract, its API', async () => {
  const tesseract = createTesseractReader();
  await tesseract.warmUp();
  const standIn = await startStandIn(jsonService('Textract', {
    DetectDocumentText: async ({ Document: { Bytes } }: { Document: { Bytes: string } }) => {
      const reading = await tesseract.read(Buffer.from(Bytes, 'base64'));
      if (reading.kind === 'read') return { DetectDocumentTextModelVersion: '1.0', DocumentMetadata: { Pages: 1 }, Blocks: blocksOf(reading.text) };
      const refusal = refusals[reading.reason];
      if (refusal !== undefined) throw new AwsFault(refusal);
      return { DetectDocumentTextModelVersion: '1.0', DocumentMetadata: { Pages: 1 }, Blocks: [{ BlockType: 'PAGE' }] };
    },
  }));
  const reader = createTextractReader({ client: new TextractClient(clientAt(standIn.endpoint)) });
  return {
    reader,
    close: async () => {
      await standIn.close();
      await tesseract.close();
    },
  };
});
