import type { DocumentReader, DocumentReading } from '../../gateways/document-reader/port.ts';
import type { FaceComparison, FaceMatcher } from '../../gateways/face-matcher/port.ts';
import type { Deps } from '../../handlers/deps.ts';

/** An image of the tests: JSON that says what reader and matcher shall see on it. */
export interface DrawnImage {
  readonly lines?: readonly string[];
  readonly mrz?: readonly string[];
  /** Who is on it: equal letters are the same person; more than one are several. */
  readonly face?: string;
  readonly unreadable?: boolean;
  /** Makes two images of the same content differ. */
  readonly grain?: number;
}

export function draw(image: DrawnImage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(image));
}

function see(bytes: Uint8Array): DrawnImage {
  return JSON.parse(new TextDecoder().decode(bytes)) as DrawnImage;
}

export const prepareDrawn: Deps['prepareImage'] = async (bytes, limits) => {
  if (bytes.length === 0) return { kind: 'refused', code: 'EMPTY_FILE', message: 'The file is empty.' };
  if (bytes.length > limits.maxBytes) return { kind: 'refused', code: 'TOO_LARGE', message: 'The file is too large.' };
  return { kind: 'prepared', bytes, mediaType: 'image/jpeg', width: 1, height: 1 };
};

export const drawnReader: DocumentReader = {
  async read(bytes): Promise<DocumentReading> {
    const image = see(bytes);
    if (image.unreadable === true) return { kind: 'failed', reader: 'drawn/1', reason: 'NO_TEXT' };
    const lines = [...image.lines ?? [], ...image.mrz ?? []];
    return {
      kind: 'read',
      text: {
        reader: 'drawn/1',
        lines: lines.map((text, i) => ({ text, confidence: 99, box: [0.1, 0.05 * (i + 1), 0.8, 0.04] })),
        mrzCandidates: image.mrz === undefined ? [] : [[...image.mrz]],
        raw: { lines },
      },
    };
  },
};

export const drawnMatcher: FaceMatcher = {
  name: 'drawn/1',
  async compare(document, selfie): Promise<FaceComparison> {
    const [a, b] = [see(document).face ?? '', see(selfie).face ?? ''];
    if (a === '') return { kind: 'failed', reason: 'NO_FACE_IN_DOCUMENT' };
    if (b === '') return { kind: 'failed', reason: 'NO_FACE_IN_SELFIE' };
    if (b.length > 1) return { kind: 'failed', reason: 'SEVERAL_FACES_IN_SELFIE' };
    const similarity = a === b ? 0.97 : 0.12;
    return { kind: 'compared', similarity, raw: { measure: 'euclidean_distance', value: 1 - similarity }, jobId: `${a}-${b}` };
  },
};

/** A TD3 zone (ICAO 9303 part 4) with all check digits, for a British passport. Dates are YYMMDD. */
export function passportZone(holder: { surname: string; givenNames: string; number: string; born: string; expires: string }): string[] {
  const name = `${letters(holder.surname)}<<${letters(holder.givenNames)}`;
  const number = `${holder.number}${checkDigit(holder.number)}`;
  const born = `${holder.born}${checkDigit(holder.born)}`;
  const expires = `${holder.expires}${checkDigit(holder.expires)}`;
  const optional = '<<<<<<<<<<<<<<0';
  return [
    `P<GBR${name}`.padEnd(44, '<').slice(0, 44),
    `${number}GBR${born}F${expires}${optional}${checkDigit(`${number}${born}${expires}${optional}`)}`,
  ];
}

function letters(text: string): string {
  return text.toUpperCase().replaceAll(/[\s-]/g, '<').replaceAll(/[^A-Z<]/g, '');
}

function checkDigit(text: string): number {
  return [...text].reduce((sum, sign, i) => sum + (sign === '<' ? 0 : Number.parseInt(sign, 36)) * ([7, 3, 1][i % 3] ?? 0), 0) % 10;
}
