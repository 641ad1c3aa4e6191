import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { MrzState } from '../signals.ts';
import {
  CalendarDate, DocumentType, EvidenceRef, FieldName, KeyedHash, NameComparison, PersonName, Sha256, StreamRef,
} from '../vocabulary.ts';

/** A line of text as the reader saw it. `box` is left, top, width, height as fractions (0 to 1) of the page. */
export const TextLine = z.strictObject({
  text: z.string(),
  /** 0 to 100. */
  confidence: z.number().min(0).max(100),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
export type TextLine = z.infer<typeof TextLine>;

/** What the document says, after the two zones have been reconciled. null where it could not be read. */
export const DocumentFields = z.strictObject({
  name: PersonName.nullable(),
  dateOfBirth: CalendarDate.nullable(),
  expiryDate: CalendarDate.nullable(),
  issueDate: CalendarDate.nullable(),
  documentNumber: z.string().max(40).nullable(),
  /** ICAO 9303 part 3 section 5 code, one to three letters. */
  issuingState: z.string().max(3).nullable(),
  nationality: z.string().max(3).nullable(),
  sex: z.enum(['F', 'M', 'X']).nullable(),
});
export type DocumentFields = z.infer<typeof DocumentFields>;

export const DocScanned = defineEvent({
  type: 'DocScanned',
  summary: 'The document was read: machine-readable zone, printed fields, and how far they agree.',
  data: z.strictObject({
    /** Version of the IdDocumentUploaded event that was read. */
    documentVersion: z.int().positive(),
    parserVersion: z.string().max(40),
    /** Which reader gave the text, for example `textract` or `tesseract.js/7.0.0`. */
    reader: z.string().max(80),
    /** The reader's whole answer. */
    ocr: EvidenceRef,
    documentType: DocumentType.nullable(),
    mrz: MrzState,
    mrzFormat: z.enum(['TD1', 'TD2', 'TD3']).nullable(),
    /** Names of MRZ check digits that did not hold. */
    failedChecks: z.array(z.enum(['documentNumber', 'dateOfBirth', 'expiryDate', 'optionalData', 'composite'])),
    zonesAgree: z.boolean().nullable(),
    /** Names of fields on which the zones differ. */
    disagreements: z.array(FieldName),
    missingFields: z.array(FieldName),
    claimedName: NameComparison.nullable(),
    documentNumberHash: KeyedHash.nullable(),
    /** Stream of another applicant who presented the same document number before, if any. */
    alsoUsedBy: StreamRef.nullable(),
  }),
  personal: z.strictObject({
    fields: DocumentFields,
    mrzLines: z.array(z.string()),
    lines: z.array(TextLine),
    ocrPlainSha256: Sha256,
  }),
});
