import sharp from 'sharp';
import { numbersJoined, splitAtGaps } from './line-layout.ts';
import { soundness, zoneLines } from './mrz-zone.ts';
import type { DocumentReader, DocumentReading } from './port.ts';
import { createEngine } from './tesseract-engine.ts';
import type { SeenLine } from './tesseract-engine.ts';
import { textLines, textractAnswer } from './textract-shape.ts';
import type { MrzAttempt, ReadLine } from './textract-shape.ts';

export interface TesseractOptions {
  /** Pages read at once; each takes two threads and about 200 MB. Default 1. */
  readonly atOnce?: number;
  /**
   * Is this reading of the machine-readable zone good enough to stop trying other sizes?
   * Default: every check digit holds.
   */
  readonly plausible?: (lines: readonly string[]) => boolean;
  /** For one pass over one picture. Default 30,000. */
  readonly timeoutMs?: number;
}

export interface TesseractReader extends DocumentReader {
  /** Loads both models ahead of the first page. */
  warmUp(): Promise<void>;
  /** Ends all threads. */
  close(): Promise<void>;
}

/** Widths (pixels) at which the zone is tried in turn: a size at which one glyph is misread rarely troubles the next. */
const SIZES = [1476, 1800, 2952, 2200] as const;
/** The share of a page's height, from below, in which the zone stands on passports and cards. */
const ZONE = 0.27;
const LONGEST_SIDE = 10_000;

/** Reads documents with tesseract.js 7 on this machine; its language data comes from an npm package, never from the network. */
export function createTesseractReader(options: TesseractOptions = {}): TesseractReader {
  const common = { workers: options.atOnce ?? 1, timeoutMs: options.timeoutMs ?? 30_000 };
  const zoneEngine = createEngine({
    ...common,
    model: 'legacy',
    parameters: { tessedit_pageseg_mode: '6', tessedit_char_whitelist: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<', user_defined_dpi: '300' },
  });
  // Sparse text (11): a document is labels and values strewn about a portrait; layout analysis loses those beside it.
  const printEngine = createEngine({ ...common, model: 'lstm', parameters: { tessedit_pageseg_mode: '11', user_defined_dpi: '300' } });
  const plausible = options.plausible ?? ((lines) => soundness(lines) === 1);

  const readZone = async (image: Uint8Array, band: Band): Promise<MrzAttempt[]> => {
    const attempts: MrzAttempt[] = [];
    for (const width of SIZES) {
      const seen = await zoneEngine.lines(await cut(image, band, width));
      const lines = zoneLines(seen.map((line) => line.text));
      if (lines.length > 0) attempts.push({ width, lines });
      // A page without a zone (a driving licence) shows nothing like one at the first size: trying on is vain.
      if (lines.length === 0 ? !seen.some(({ text }) => resemblesZone(text)) : plausible(lines)) break;
    }
    return attempts.toSorted((one, other) => rank(other.lines) - rank(one.lines));
  };
  const rank = (lines: readonly string[]): number => (plausible(lines) ? 2 : 0) + soundness(lines);

  return {
    async read(image): Promise<DocumentReading> {
      const size = await sizeOf(image);
      if (typeof size === 'string') return { kind: 'failed', reader: READER, reason: size };
      const atFoot = { top: 1 - ZONE, bottom: 1 };
      const prepared = await forPrint(image, size);
      if (prepared === null) return { kind: 'failed', reader: READER, reason: 'IMAGE_UNREADABLE' };
      const [print, footAttempts] = await Promise.all([readPrint(prepared), readZone(image, atFoot)]);
      const elsewhere = footAttempts.length === 0 ? zoneBand(print) : null;
      const attempts = elsewhere === null ? footAttempts : await readZone(image, elsewhere);
      if (attempts.length === 0 && !print.some(legible)) return { kind: 'failed', reader: READER, reason: 'NO_TEXT' };
      return {
        kind: 'read',
        text: {
          reader: READER,
          lines: textLines(print),
          mrzCandidates: distinct(attempts),
          raw: textractAnswer(READER, print, attempts),
        },
      };
    },
    async warmUp() {
      await Promise.all([zoneEngine.warmUp(), printEngine.warmUp()]);
    },
    async close() {
      await Promise.all([zoneEngine.close(), printEngine.close()]);
    },
  };

  async function readPrint(prepared: Prepared): Promise<readonly ReadLine[]> {
    const seen = await printEngine.lines(prepared.bytes);
    return numbersJoined(seen.flatMap(splitAtGaps).filter((line) => /[\p{L}\p{N}]/u.test(line.text)))
      .map((line) => scaled(line, prepared))
      .toSorted((one, other) => one.box[1] - other.box[1]);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
interface Prepared extends Size {
  readonly bytes: Buffer;
}
interface Band {
  readonly top: number;
  readonly bottom: number;
}

async function sizeOf(image: Uint8Array): Promise<Size | string> {
  try {
    const { format, width, height } = await sharp(image).metadata();
    if (format !== 'jpeg' && format !== 'png') return 'FORMAT_UNSUPPORTED';
    return Math.max(width, height) > LONGEST_SIDE ? 'IMAGE_TOO_LARGE' : { width, height };
  } catch {
    return 'IMAGE_UNREADABLE';
  }
}

/** Print is read best when capitals are 20 to 40 pixels high: pages are brought to about 1,600 pixels across. */
async function forPrint(image: Uint8Array, size: Size): Promise<Prepared | null> {
  const width = size.width < 1400 ? 1600 : Math.min(size.width, 2200);
  try {
    const { data, info } = await sharp(image, { failOn: 'error' }).resize({ width }).flatten({ background: '#fff' }).greyscale().png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  } catch {
    return null;
  }
}

async function cut(image: Uint8Array, band: Band, width: number): Promise<Buffer> {
  const { data, info } = await sharp(image).flatten({ background: '#fff' }).greyscale().resize({ width }).raw().toBuffer({ resolveWithObject: true });
  const top = Math.floor(info.height * band.top);
  const height = Math.max(1, Math.min(info.height - top, Math.ceil(info.height * (band.bottom - band.top))));
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 1 } }).extract({ left: 0, top, width: info.width, height }).png({ compressionLevel: 1 }).toBuffer();
}

function scaled(line: SeenLine, page: Size): ReadLine {
  const box = ({ x0, y0, x1, y1 }: SeenLine['bbox']): ReadLine['box'] => [x0 / page.width, y0 / page.height, (x1 - x0) / page.width, (y1 - y0) / page.height];
  return {
    text: line.text.trim(),
    confidence: line.confidence,
    box: box(line.bbox),
    words: line.words.map((word) => ({ text: word.text, confidence: word.confidence, box: box(word.bbox) })),
  };
}

/** Long, unspaced and with fillers: however badly read, nothing else on a document looks so. */
function resemblesZone(seen: string): boolean {
  return seen.replaceAll(/[^A-Z0-9<]/g, '').length >= 24 && seen.includes('<');
}

/** Where the printed pass saw something like a zone, with room above and below: scans of a page on a larger sheet. */
function zoneBand(print: readonly ReadLine[]): Band | null {
  const zone = print.filter((line) => resemblesZone(line.text.replaceAll(' ', '').replaceAll('«', '<<')));
  if (zone.length === 0) return null;
  const top = Math.min(...zone.map((line) => line.box[1]));
  const bottom = Math.max(...zone.map((line) => line.box[1] + line.box[3]));
  const room = Math.max(0.03, (bottom - top) * 0.8);
  return { top: Math.max(0, top - room), bottom: Math.min(1, bottom + room) };
}

function legible(line: ReadLine): boolean {
  return line.confidence >= 50 && line.text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 4;
}

function distinct(attempts: readonly MrzAttempt[]): (readonly string[])[] {
  return Array.from(new Map(attempts.map(({ lines }) => [lines.join('\n'), lines])).values());
}

const READER = 'tesseract.js/7.0.0';
