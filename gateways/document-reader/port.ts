import type { TextLine } from '../../events/catalogue/doc-scanned.ts';

/** What a reader saw. Interpretation (MRZ, labels, dates) is not its business. */
export interface DocumentText {
  /** For example `tesseract.js/7.0.0` or `textract`. */
  readonly reader: string;
  /** All lines of the page, top to bottom. */
  readonly lines: readonly TextLine[];
  /**
   * Readings of the machine-readable zone, best first: each two or three lines of A-Z, 0-9 and <.
   * Empty when the page shows none. More than one where the reader tried several sizes.
   */
  readonly mrzCandidates: readonly (readonly string[])[];
  /** The reader's own answer, for evidence. JSON. */
  readonly raw: unknown;
}

export type DocumentReading =
  | { readonly kind: 'read'; readonly text: DocumentText }
  /** Final: trying again will not help. `reason`: IMAGE_UNREADABLE, NO_TEXT, FORMAT_UNSUPPORTED, IMAGE_TOO_LARGE. */
  | { readonly kind: 'failed'; readonly reader: string; readonly reason: string };

export interface DocumentReader {
  /**
   * Reads one page. `image`: JPEG or PNG, as uploaded (metadata already stripped), at most 10,000 px a side.
   * Throws ServiceUnavailable (worth a retry) when the reader itself is down or throttled.
   */
  read(image: Uint8Array): Promise<DocumentReading>;
}
