import type { PersonName } from '../../events/vocabulary.ts';
import { birthDate, expiryDate } from './dates.ts';
import { checkHolds } from './mrz-check-digit.ts';
import { formats, type MrzFormat, type Place } from './mrz-format.ts';
import { cleanLine, fitWidth, forceDigits, forceLetters } from './mrz-repair.ts';

export type MrzCheck = 'documentNumber' | 'dateOfBirth' | 'expiryDate' | 'optionalData' | 'composite';

/** What a machine-readable zone says. Fields are null where they are filler or no value of their kind. */
export interface Mrz {
  readonly format: MrzFormat['name'];
  /** The zone's lines, repaired where a repair made every check digit hold. */
  readonly lines: readonly string[];
  /** One or two letters: P passport, I A C cards, AC crew. */
  readonly documentCode: string;
  readonly issuingState: string | null;
  readonly name: PersonName | null;
  /** A letter stands in the last place of the name: its end may have been cut off (ICAO 9303 part 3, section 4.6). */
  readonly nameMayBeCut: boolean;
  readonly documentNumber: string | null;
  readonly nationality: string | null;
  readonly dateOfBirth: string | null;
  readonly sex: 'F' | 'M' | 'X' | null;
  readonly expiryDate: string | null;
  readonly optionalData: string;
  /** Check digits that do not hold. They do not cover the name. */
  readonly failedChecks: readonly MrzCheck[];
  readonly repaired: boolean;
}

/**
 * Reads a zone of type TD1, TD2 or TD3 (ICAO 9303 parts 4 to 6), of any issuing state, also the specimen state UTO.
 * `today` settles the century of two-digit years. Misread characters are repaired only where the position forbids them
 * and only if every check digit then holds; otherwise the zone is given as it was read, with the checks that failed.
 * null when the lines are no such zone.
 */
export function parseMrz(lines: readonly string[], today: string): Mrz | null {
  const clean = lines.map(cleanLine).filter((line) => line !== '');
  const candidates = formats.flatMap((format) => {
    const fitted = fit(format, clean);
    return fitted === null ? [] : [read(format, fitted, clean, today)];
  });
  return candidates.toSorted((a, b) => a.failedChecks.length - b.failedChecks.length)[0] ?? null;
}

/** The best of several readings of one zone: the first whose check digits all hold, else the one with the fewest failures. */
export function bestMrz(readings: readonly (readonly string[])[], today: string): Mrz | null {
  const parsed = readings.flatMap((lines) => parseMrz(lines, today) ?? []);
  return parsed.toSorted((a, b) => a.failedChecks.length - b.failedChecks.length)[0] ?? null;
}

function fit(format: MrzFormat, lines: readonly string[]): string[] | null {
  if (lines.length !== format.lines) return null;
  const fitted = lines.flatMap((line) => fitWidth(line, format.width) ?? []);
  if (fitted.length !== format.lines) return null;
  // What a reader makes of ordinary print has neither a document code nor the fillers between the names.
  return /^[PAICV]/.test(fitted[0] ?? '') && textAt(fitted, format.names).includes('<<') ? fitted : null;
}

function read(format: MrzFormat, lines: readonly string[], asRead: readonly string[], today: string): Mrz {
  const readable = [lines, forceDigits(format, lines)].find((each) => failedChecks(format, each).length === 0);
  const best = readable === undefined ? lines : forceLetters(format, readable);
  return { ...fieldsOf(format, best, today), repaired: best.join('\n') !== asRead.join('\n') };
}

function fieldsOf(format: MrzFormat, lines: readonly string[], today: string): Omit<Mrz, 'repaired'> {
  const at = (place: Place): string => textAt(lines, place);
  const names = at(format.names);
  return {
    format: format.name,
    lines,
    documentCode: withoutFiller(at(format.documentCode)),
    issuingState: withoutFiller(at(format.issuingState)) || null,
    name: nameOf(names),
    nameMayBeCut: /[A-Z]$/.test(names),
    documentNumber: withoutFiller(documentNumber(format, lines).number) || null,
    nationality: withoutFiller(at(format.nationality)) || null,
    dateOfBirth: dateOf(at(format.dateOfBirth), today, birthDate),
    sex: sexOf(at(format.sex)),
    expiryDate: dateOf(at(format.expiryDate), today, expiryDate),
    optionalData: optionalData(format, lines).replace(/<+$/, ''),
    failedChecks: failedChecks(format, lines),
  };
}

function textAt(lines: readonly string[], [line, from, to]: Place): string {
  return (lines[line] ?? '').slice(from, to);
}

function withoutFiller(text: string): string {
  return text.replaceAll('<', '');
}

function words(text: string): string {
  return text.split('<').filter((word) => word !== '').join(' ');
}

/**
 * Surname, two fillers, given names; single fillers part components. A hyphen in the name is a filler too, so it comes
 * back as a space.
 */
function nameOf(field: string): PersonName | null {
  const [surname = '', ...given] = field.replace(/<+$/, '').split('<<');
  return words(surname) === '' ? null : { surname: words(surname), givenNames: given.map(words).filter((part) => part !== '').join(' ') };
}

function sexOf(character: string): Mrz['sex'] {
  // The filler means: not specified (part 4, 4.2.2.2).
  if (character === '<' || character === 'X') return 'X';
  return character === 'F' || character === 'M' ? character : null;
}

function dateOf(digits: string, today: string, century: typeof birthDate): string | null {
  const parts = /^(\d\d)(\d\d)(\d\d)$/.exec(digits);
  return parts === null ? null : century(Number(parts[1]), Number(parts[2]), Number(parts[3]), today);
}

/** A number longer than nine characters goes on in the optional data, marked by a filler for its check digit (part 5, note j). */
function documentNumber(format: MrzFormat, lines: readonly string[]): { number: string; check: string; rest: string | null } {
  const number = textAt(lines, format.documentNumber);
  const check = textAt(lines, format.documentNumberCheck);
  if (check !== '<' || format.longNumber === null || number.endsWith('<')) return { number, check, rest: null };
  const [end = '', ...rest] = textAt(lines, format.longNumber).split('<');
  return end.length < 2 ? { number, check, rest: null } : { number: number + end.slice(0, -1), check: end.slice(-1), rest: rest.join('<') };
}

function optionalData(format: MrzFormat, lines: readonly string[]): string {
  const { rest } = documentNumber(format, lines);
  const data = textAt(lines, format.optionalData);
  if (format.name !== 'TD1') return rest ?? data;
  const first = rest ?? (format.longNumber === null ? '' : textAt(lines, format.longNumber));
  return first.replace(/<+$/, '') === '' ? data : first + data;
}

function failedChecks(format: MrzFormat, lines: readonly string[]): MrzCheck[] {
  const at = (place: Place): string => textAt(lines, place);
  const { number, check } = documentNumber(format, lines);
  const failed: MrzCheck[] = [];
  if (!checkHolds(number, check)) failed.push('documentNumber');
  if (!checkHolds(at(format.dateOfBirth), at(format.dateOfBirthCheck))) failed.push('dateOfBirth');
  if (!checkHolds(at(format.expiryDate), at(format.expiryDateCheck))) failed.push('expiryDate');
  if (format.optionalDataCheck !== null && !checkHolds(at(format.optionalData), at(format.optionalDataCheck))) failed.push('optionalData');
  if (!checkHolds(format.composite.map(at).join(''), at(format.compositeCheck))) failed.push('composite');
  return failed;
}
