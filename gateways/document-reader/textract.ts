import { DetectDocumentTextCommand, type Block, type TextractClient } from '@aws-sdk/client-textract';
import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import { limit } from '../aws/limit.ts';
import { zoneLines } from './mrz-zone.ts';
import type { DocumentReader, DocumentReading } from './port.ts';

export interface TextractOptions {
  /** Tries throttled and failed calls again by itself (awsImageClientConfig: five times, with backoff). */
  readonly client: TextractClient;
  /** Calls at once from this process; the account's limit counts calls a second. Default 5. */
  readonly atOnce?: number;
}

/** Errors that say something of the document, so that trying again cannot help. */
const FINAL = {
  BadDocumentException: 'IMAGE_UNREADABLE',
  InvalidParameterException: 'IMAGE_UNREADABLE',
  UnsupportedDocumentException: 'FORMAT_UNSUPPORTED',
  DocumentTooLargeException: 'IMAGE_TOO_LARGE',
} as const;
const MAX_BYTES = 10 * 1024 * 1024;
const READER = 'textract';

/**
 * Amazon Textract's DetectDocumentText. Never AnalyzeID, which covers documents issued in the US only: what the lines
 * mean is found by our own rules.
 */
export function createTextractReader({ client, atOnce = 5 }: TextractOptions): DocumentReader {
  const oneOfFew = limit(atOnce);
  return {
    async read(image) {
      if (image.length > MAX_BYTES) return failed('IMAGE_TOO_LARGE');
      return orUnavailable(READER, async () => {
        try {
          const { $metadata: _, ...answer } = await oneOfFew(() => client.send(new DetectDocumentTextCommand({ Document: { Bytes: image } })));
          const lines = textLines(answer.Blocks ?? []);
          if (lines.length === 0) return failed('NO_TEXT');
          const zone = zoneLines(lines.map(({ text }) => text));
          const reader = answer.DetectDocumentTextModelVersion === undefined ? READER : `${READER}/${answer.DetectDocumentTextModelVersion}`;
          return { kind: 'read', text: { reader, lines, mrzCandidates: zone.length === 0 ? [] : [zone], raw: answer } };
        } catch (error) {
          for (const [name, reason] of Object.entries(FINAL)) if (isNamed(error, name)) return failed(reason);
          throw error;
        }
      });
    },
  };
}

function failed(reason: string): DocumentReading {
  return { kind: 'failed', reader: READER, reason };
}

/** The LINE blocks from top to bottom; a line's words say nothing that it does not. */
function textLines(blocks: readonly Block[]): TextLine[] {
  return blocks
    .flatMap(({ BlockType, Text, Confidence, Geometry }): TextLine[] => {
      const box = Geometry?.BoundingBox;
      if (BlockType !== 'LINE' || Text === undefined || box === undefined) return [];
      return [{ text: Text, confidence: Confidence ?? 0, box: [box.Left ?? 0, box.Top ?? 0, box.Width ?? 0, box.Height ?? 0] }];
    })
    .toSorted((one, other) => one.box[1] - other.box[1]);
}
