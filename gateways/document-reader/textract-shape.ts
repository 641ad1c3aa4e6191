import type { TextLine } from '../../events/catalogue/doc-scanned.ts';

interface ReadWord {
  readonly text: string;
  /** 0 to 100. */
  readonly confidence: number;
  /** Left, top, width, height as fractions of the page. */
  readonly box: TextLine['box'];
}

export interface ReadLine extends ReadWord {
  readonly words: readonly ReadWord[];
}

export interface MrzAttempt {
  /** Width in pixels to which the page was brought. */
  readonly width: number;
  readonly lines: readonly string[];
}

export function textLines(lines: readonly ReadLine[]): TextLine[] {
  return lines.map(({ text, confidence, box }) => ({ text, confidence, box }));
}

/**
 * The answer in the shape of Textract's DetectDocumentText, so that evidence of both readers can be read by one
 * program. `MrzAttempts` is ours: what each size of the machine-readable zone gave.
 */
export function textractAnswer(reader: string, lines: readonly ReadLine[], attempts: readonly MrzAttempt[]): unknown {
  const blocks = lines.flatMap((line, index) => {
    const id = `line-${index + 1}`;
    const words = line.words.map((word, at) => block('WORD', `${id}-word-${at + 1}`, word));
    return [{ ...block('LINE', id, line), Relationships: [{ Type: 'CHILD', Ids: words.map(({ Id }) => Id) }] }, ...words];
  });
  return {
    DetectDocumentTextModelVersion: reader,
    DocumentMetadata: { Pages: 1 },
    Blocks: [{ BlockType: 'PAGE', Id: 'page-1', Geometry: geometry([0, 0, 1, 1]) }, ...blocks],
    MrzAttempts: attempts.map(({ width, lines: zone }) => ({ Width: width, Lines: zone })),
  };
}

function block(type: 'LINE' | 'WORD', id: string, seen: ReadWord) {
  return { BlockType: type, Id: id, Text: seen.text, Confidence: seen.confidence, Geometry: geometry(seen.box) };
}

function geometry([left, top, width, height]: TextLine['box']) {
  return { BoundingBox: { Left: left, Top: top, Width: width, Height: height } };
}
