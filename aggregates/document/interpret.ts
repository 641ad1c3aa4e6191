import type { DocumentFields, TextLine } from '../../events/catalogue/doc-scanned.ts';
import type { MrzState } from '../../events/signals.ts';
import type { DocumentType, NameComparison, PersonName } from '../../events/vocabulary.ts';
import { compareNames } from '../names/compare.ts';
import { documentTypeOf } from './document-type.ts';
import { type LicenceFields, readDrivingLicence } from './driving-licence.ts';
import { findMrz, isMrzLine } from './find-mrz.ts';
import { bestMrz, type Mrz, type MrzCheck, parseMrz } from './mrz.ts';
import { isSameName, printedName, reconcile } from './reconcile.ts';
import { type PrintedFields, readLabelledFields } from './visual-zone.ts';

/** Recorded with every scan. Raise it with every change of what the same text would be read as. */
export const parserVersion = 'kyc-document/1';

export interface DocumentReadings {
  readonly lines: readonly TextLine[];
  /** The reader's own readings of the machine-readable zone, best first. */
  readonly mrzCandidates: readonly (readonly string[])[];
  readonly claimedType: DocumentType;
  readonly claimedName: PersonName | null;
  /** `YYYY-MM-DD`: settles centuries. */
  readonly today: string;
}

/** What DocScanned records, but for where the reading came from and the number's keyed hash. */
export interface DocumentInterpretation {
  readonly parserVersion: string;
  readonly documentType: DocumentType | null;
  readonly mrz: MrzState;
  readonly mrzFormat: Mrz['format'] | null;
  readonly failedChecks: MrzCheck[];
  readonly zonesAgree: boolean | null;
  readonly disagreements: string[];
  readonly missingFields: string[];
  readonly claimedName: NameComparison | null;
  /** Personal. */
  readonly fields: DocumentFields;
  /** Personal. */
  readonly mrzLines: string[];
}

/** Every document must show these. */
const required = ['name', 'dateOfBirth', 'documentNumber', 'expiryDate'] as const satisfies readonly (keyof DocumentFields)[];

/**
 * What a page says: which document it is, its fields from both zones, and how far the zones agree.
 * Dates and number are taken from the machine-readable zone where its check digits hold, because those prove them; the
 * name from print where both zones agree, because print has its accents and its end.
 */
export function interpretDocument(readings: DocumentReadings): DocumentInterpretation {
  const { lines, claimedName, today } = readings;
  const coded = bestMrz([...readings.mrzCandidates, ...findMrz(lines)], today);
  const page = lines.filter((line) => !isMrzLine(line.text));
  const licence = readDrivingLicence(page, today);
  const printed = readLabelledFields(page, today);
  const documentType = documentTypeOf({ mrz: coded, lines: page, licence, printed, claimedType: readings.claimedType });
  const reading = documentType === 'driving_licence' ? fromLicence(licence) : fromZones(coded, printed, page, today);
  const { name } = reading.fields;
  return {
    ...reading,
    parserVersion,
    documentType,
    missingFields: required.filter((field) => reading.fields[field] === null),
    claimedName: name === null || claimedName === null
      ? null
      : compareNames(name, claimedName, { aMayBeCut: nameMayBeCut(reading.mrzLines, name) }),
  };
}

type Reading = Omit<DocumentInterpretation, 'parserVersion' | 'documentType' | 'missingFields' | 'claimedName'>;

function fromLicence(licence: LicenceFields): Reading {
  return {
    mrz: 'not_applicable',
    mrzFormat: null,
    failedChecks: [],
    zonesAgree: licence.numberAgrees,
    disagreements: licence.numberAgrees === false ? ['documentNumber'] : [],
    fields: { ...fromPrint(licence), issuingState: null, nationality: null },
    mrzLines: [],
  };
}

function fromZones(mrz: Mrz | null, printed: PrintedFields, page: readonly TextLine[], today: string): Reading {
  const print = fromPrint(printed);
  if (mrz === null) {
    return {
      mrz: 'absent', mrzFormat: null, failedChecks: [], zonesAgree: null, disagreements: [], mrzLines: [],
      fields: { ...print, issuingState: null, nationality: null },
    };
  }
  const { disagreements, zonesAgree } = reconcile(mrz, printed, page, today);
  const holds = (check: MrzCheck): boolean => !mrz.failedChecks.includes(check);
  const name = printedName(printed);
  return {
    mrz: mrz.failedChecks.length === 0 ? 'valid' : 'invalid',
    mrzFormat: mrz.format,
    failedChecks: [...mrz.failedChecks],
    zonesAgree,
    disagreements: [...disagreements],
    mrzLines: [...mrz.lines],
    fields: {
      name: name !== null && isSameName(mrz, name) ? name : mrz.name ?? print.name,
      dateOfBirth: holds('dateOfBirth') ? mrz.dateOfBirth ?? print.dateOfBirth : print.dateOfBirth,
      expiryDate: holds('expiryDate') ? mrz.expiryDate ?? print.expiryDate : print.expiryDate,
      documentNumber: holds('documentNumber') ? mrz.documentNumber ?? print.documentNumber : print.documentNumber,
      issueDate: print.issueDate,
      issuingState: mrz.issuingState,
      nationality: mrz.nationality,
      sex: mrz.sex ?? print.sex,
    },
  };
}

function fromPrint(printed: PrintedFields): Omit<DocumentFields, 'issuingState' | 'nationality'> {
  const { dateOfBirth, issueDate, expiryDate, documentNumber, sex } = printed;
  return { name: printedName(printed), dateOfBirth, issueDate, expiryDate, documentNumber, sex };
}

/** Is this name the one from the machine-readable zone, and does it fill its place there to the last letter? */
export function nameMayBeCut(mrzLines: readonly string[], name: PersonName): boolean {
  // The name does not depend on the century, so any day will do.
  const mrz = parseMrz(mrzLines, '2000-01-01');
  return mrz?.nameMayBeCut === true && mrz.name?.surname === name.surname && mrz.name.givenNames === name.givenNames;
}
