import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import type { PersonName } from '../../events/vocabulary.ts';
import { compareNames } from '../names/compare.ts';
import { lettersForDigits } from './approximate.ts';
import type { Mrz } from './mrz.ts';
import { type DateKind, datesIn } from './printed-dates.ts';
import { nameIn, type PrintedFields } from './visual-zone.ts';

export type ComparedField = 'name' | 'dateOfBirth' | 'expiryDate' | 'documentNumber';

export interface Reconciliation {
  readonly agreed: readonly ComparedField[];
  readonly disagreements: readonly ComparedField[];
  /** true where the name and another field were found in both zones and nothing differs; null where that is not enough. */
  readonly zonesAgree: boolean | null;
}

type Finding = 'agrees' | 'differs' | 'not_compared';

/**
 * Holds the machine-readable zone against what is printed. A field agrees when the zone's value stands under its label
 * or, labels being easily misread, anywhere in print; it differs when its label has another value.
 */
export function reconcile(mrz: Mrz, printed: PrintedFields, lines: readonly TextLine[], today: string): Reconciliation {
  const findings: readonly (readonly [ComparedField, Finding])[] = [
    ['name', compareName(mrz, printed, lines)],
    ['dateOfBirth', compareDate(mrz.dateOfBirth, printed.dateOfBirth, 'birth', lines, today)],
    ['expiryDate', compareDate(mrz.expiryDate, printed.expiryDate, 'expiry', lines, today)],
    ['documentNumber', compareNumber(mrz.documentNumber, printed.documentNumber, lines)],
  ];
  const agreed = findings.flatMap(([field, finding]) => (finding === 'agrees' ? [field] : []));
  const disagreements = findings.flatMap(([field, finding]) => (finding === 'differs' ? [field] : []));
  const isEnough = agreed.includes('name') && agreed.length > 1;
  return { agreed, disagreements, zonesAgree: disagreements.length > 0 ? false : isEnough || null };
}

export function printedName(printed: PrintedFields): PersonName | null {
  return printed.surname === null ? null : { surname: printed.surname, givenNames: printed.givenNames ?? '' };
}

/** The same name, written in the zone's letters and perhaps cut off; a half or a short form is not the same. */
export function isSameName(mrz: Mrz, name: PersonName): boolean {
  if (mrz.name === null) return false;
  const comparison = compareNames(mrz.name, name, { aMayBeCut: mrz.nameMayBeCut });
  return comparison.matched && (comparison.evidence !== 'partial' || comparison.rule === 'NAME_CUT_OFF');
}

function compareName(mrz: Mrz, printed: PrintedFields, lines: readonly TextLine[]): Finding {
  const name = printedName(printed);
  if (mrz.name === null) return 'not_compared';
  if (name !== null && isSameName(mrz, name)) return 'agrees';
  if (isPrinted(mrz.name, lines)) return 'agrees';
  return name === null || printed.givenNames === null ? 'not_compared' : 'differs';
}

/** Surname and given names on lines of their own, or one after the other on the same line, as residence permits have them. */
function isPrinted({ surname, givenNames }: PersonName, lines: readonly TextLine[]): boolean {
  const surnameLine = lines.find((line) => standsIn(line.text, surname));
  if (surnameLine === undefined) return false;
  if (givenNames === '' || lines.some((line) => standsIn(line.text, `${surname} ${givenNames}`))) return true;
  return lines.some((line) => line !== surnameLine && standsIn(line.text, givenNames));
}

/** Do these words stand in the line, whole and side by side? */
function standsIn(line: string, words: string): boolean {
  const value = nameIn(line);
  if (value === null) return false;
  return bareWords(value).includes(bareWords(words));
}

function bareWords(text: string): string {
  return ` ${lettersForDigits(text).normalize('NFD').replace(/[\p{M}'’.]/gu, '').replace(/[\s-]+/g, ' ')} `;
}

function compareDate(coded: string | null, printed: string | null, kind: DateKind, lines: readonly TextLine[], today: string): Finding {
  if (coded === null) return 'not_compared';
  if (printed === coded || lines.some((line) => datesIn(line.text, kind, today).includes(coded))) return 'agrees';
  return printed === null ? 'not_compared' : 'differs';
}

function compareNumber(coded: string | null, printed: string | null, lines: readonly TextLine[]): Finding {
  if (coded === null) return 'not_compared';
  const stands = lines.some((line) => alike(line.text.toUpperCase().replace(/[^A-Z0-9 ]/g, '')).split(' ').includes(alike(coded)));
  if (stands || alike(printed ?? '') === alike(coded)) return 'agrees';
  // A printed number has no check digit: one that was read with too few characters was not read.
  return printed !== null && printed.length === coded.length ? 'differs' : 'not_compared';
}

/** Digits and letters that readers take for one another, made the same. */
function alike(text: string): string {
  return lettersForDigits(text);
}
