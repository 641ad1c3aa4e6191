import { readFile } from 'node:fs/promises';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Sample } from '../../../cli/specimens/samples.ts';
import { addDays, passportDate } from '../../../cli/specimens/dates.ts';
import { td3 } from '../../../cli/specimens/mrz.ts';
import { type Listening, listen } from './listen.ts';

const recorded = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(`../../gateways/fixtures/aws/${name}.json`, import.meta.url), 'utf8'));
const Request = z.object({ Document: z.object({ Bytes: z.base64().min(1000) }) }).or(z.object({ SourceImage: z.object({ Bytes: z.base64().min(1000) }), TargetImage: z.object({ Bytes: z.base64().min(1000) }), SimilarityThreshold: z.literal(0) }));

export interface ImageServices extends Listening {
  /** Whose document is read next: the stub has no eyes. */
  show(sample: Sample): void;
  readonly calls: string[];
}

/** Textract and Rekognition as their clients see them: AWS JSON 1.1, the action in X-Amz-Target, answers in their models' shapes. */
export async function startImageServices(today: string): Promise<ImageServices> {
  const match = await recorded('rekognition-match');
  const calls: string[] = [];
  let shown: Sample | null = null;
  const listening = await listen(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push(action);
    const wanted = Request.safeParse(await json(request));
    const answer = action === 'DetectDocumentText' && shown !== null ? textOf(shown, today) : action === 'CompareFaces' ? match : null;
    const refused = answer === null || !wanted.success;
    response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(refused ? { __type: 'InvalidParameterException', message: 'Not as the service takes it' } : answer));
  });
  return { ...listening, calls, show: (sample) => { shown = sample; } };
}

/** The lines of a drawn passport, as Textract gives them: each a block with its words' place on the page. */
function textOf({ drawing: { person, expiresInDays } }: Sample, today: string): unknown {
  const expiryDate = addDays(today, expiresInDays);
  const zone = td3({ ...person, documentCode: 'P', issuingState: 'GBR', expiryDate });
  const lines: [string, number][] = [
    ['PASSPORT', 0.1],
    ['Type/Type Code/Code Passport No./Passeport No.', 0.14], [`P GBR ${person.documentNumber}`, 0.18],
    ['Surname/Nom (1)', 0.24], [person.surname.toUpperCase(), 0.28],
    ['Given names/Prénoms (2)', 0.34], [person.givenNames.toUpperCase(), 0.38],
    ['Date of birth/Date de naissance (4)', 0.5], [passportDate(person.dateOfBirth), 0.54],
    ['Date of expiry/Date d\'expiration (8)', 0.68], [passportDate(expiryDate), 0.72],
    ...zone.map((text, index): [string, number] => [text, 0.86 + index * 0.06]),
  ];
  return {
    DetectDocumentTextModelVersion: '1.0',
    DocumentMetadata: { Pages: 1 },
    Blocks: lines.map(([Text, Top], index) => ({ BlockType: 'LINE', Id: `l${index}`, Text, Confidence: 99.2, Geometry: { BoundingBox: { Left: 0.06, Top, Width: 0.8, Height: 0.032 } } })),
  };
}
