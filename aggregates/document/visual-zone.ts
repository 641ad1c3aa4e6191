import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import { findLabel, foldCase, lettersForDigits } from './approximate.ts';
import { type DateKind, datesIn } from './printed-dates.ts';

/** The printed fields, each null where it could not be read. Names as printed, dates `YYYY-MM-DD`. */
export interface PrintedFields {
  readonly surname: string | null;
  readonly givenNames: string | null;
  readonly dateOfBirth: string | null;
  readonly issueDate: string | null;
  readonly expiryDate: string | null;
  readonly documentNumber: string | null;
  readonly sex: 'F' | 'M' | 'X' | null;
}

/** Labels as passports, identity cards and residence permits print them, folded; British documents first. */
const labels = {
  surname: ['surname', 'family name', 'last name'],
  givenNames: ['given names', 'given name', 'forenames', 'first names'],
  dateOfBirth: ['date of birth', 'date de naissance', 'birth date'],
  issueDate: ['date of issue', 'date de delivrance', 'issue date'],
  expiryDate: ['date of expiry', 'date d\'expiration', 'expiry date', 'date of expiration', 'valid until'],
  documentNumber: ['passport no', 'passeport no', 'document no', 'document number', 'card no', 'permit no', 'permit number', 'card number'],
} as const;
type Label = keyof typeof labels;

/** Words of labels that stand in capitals on some documents and are no part of any value. */
const labelWords: ReadonlySet<string> = new Set([
  'SURNAME', 'NOM', 'NAME', 'NAMES', 'GIVEN', 'PRENOM', 'PRENOMS', 'PRÉNOM', 'PRÉNOMS', 'FORENAMES', 'FIRST', 'LAST', 'FAMILY',
]);

const dateKinds = { dateOfBirth: 'birth', issueDate: 'issue', expiryDate: 'expiry' } as const satisfies Partial<Record<Label, DateKind>>;

/**
 * Reads the printed fields by their labels: the value stands behind its label on the same line, or on the nearest line
 * below that is not beside it. Labels may be misread; lines may run across columns, then several labels share a line
 * and their values the next.
 */
export function readLabelledFields(lines: readonly TextLine[], today: string): PrintedFields {
  return {
    surname: nameUnder('surname', lines),
    givenNames: nameUnder('givenNames', lines),
    dateOfBirth: dateUnder('dateOfBirth', lines, today),
    issueDate: dateUnder('issueDate', lines, today),
    expiryDate: dateUnder('expiryDate', lines, today),
    documentNumber: numberUnder(lines),
    sex: sexUnder(lines),
  };
}

interface Labelled {
  readonly line: TextLine;
  /** What follows the label on its own line. */
  readonly rest: string;
  /** Index of the label's end in the line. */
  readonly end: number;
}

function findLabelled(label: Label, lines: readonly TextLine[]): Labelled | null {
  let best: (Labelled & { distance: number }) | null = null;
  for (const line of lines) {
    const text = foldCase(line.text);
    for (const pattern of labels[label]) {
      const found = findLabel(text, pattern);
      if (found === null || (best !== null && found.distance >= best.distance)) continue;
      best = { line, rest: line.text.normalize('NFC').slice(found.end), end: found.end, distance: found.distance };
    }
  }
  return best;
}

/** A value stands at most this many label heights below its label. */
const maxDrop = 4;

/** The lines under a label, nearest first: those that begin lower and share some of its width, or start with it. */
function linesUnder(label: TextLine, lines: readonly TextLine[]): TextLine[] {
  const [left, top, width, height] = label.box;
  return lines
    .filter((line) => {
      const [otherLeft, otherTop, otherWidth] = line.box;
      const isBelow = otherTop > top + height / 2 && otherTop - top <= Math.max(height, 0.01) * maxDrop;
      return line !== label && isBelow && otherLeft < left + width + 0.02 && otherLeft + otherWidth > left - 0.02;
    })
    .toSorted((a, b) => a.box[1] - b.box[1]);
}

function isLabelLine(line: TextLine): boolean {
  const text = foldCase(line.text);
  return Object.values(labels).some((patterns) => patterns.some((pattern) => findLabel(text, pattern) !== null));
}

function nameUnder(label: 'surname' | 'givenNames', lines: readonly TextLine[]): string | null {
  const found = findLabelled(label, lines);
  if (found === null) return null;
  const beside = nameIn(found.rest);
  if (beside !== null) return beside;
  for (const line of linesUnder(found.line, lines)) {
    if (isLabelLine(line)) return null;
    const name = nameIn(line.text);
    if (name !== null) return name;
  }
  return null;
}

/** The words in capitals: labels have small letters, values have none. */
export function nameIn(text: string): string | null {
  const words = text
    .normalize('NFC')
    .replace(/\(\s*[0-9IOl|]{1,2}\s*\)/g, ' ')
    .split(/[\s/:;,]+/)
    .filter((word) => /\p{Lu}/u.test(word) && !/\p{Ll}/u.test(word))
    .map((word) => lettersForDigits(word).replace(/^[^\p{Lu}]+|[^\p{Lu}]+$/gu, ''))
    .filter((word) => word !== '' && !labelWords.has(word));
  return words.length === 0 ? null : words.join(' ').slice(0, 100);
}

function dateUnder(label: keyof typeof dateKinds, lines: readonly TextLine[], today: string): string | null {
  const found = findLabelled(label, lines);
  if (found === null) return null;
  const kind = dateKinds[label];
  const beside = datesIn(found.rest, kind, today)[0];
  if (beside !== undefined) return beside;
  const position = dateLabelsBefore(found);
  for (const line of linesUnder(found.line, lines)) {
    const dates = datesIn(line.text, kind, today);
    if (dates.length > 0) return dates[position] ?? dates.at(-1) ?? null;
  }
  return null;
}

/** How many other dates stand before this one where one line has several labels: it is the same among the values. */
function dateLabelsBefore(found: Labelled): number {
  const text = foldCase(found.line.text);
  return Object.keys(dateKinds).filter((other) => {
    const ends = labels[other as keyof typeof dateKinds].flatMap((pattern) => findLabel(text, pattern)?.end ?? []);
    return ends.length > 0 && Math.min(...ends) < found.end - 4;
  }).length;
}

const numberPattern = /(?<![A-Z0-9])(?=[A-Z0-9]*\d)[A-Z0-9]{6,14}(?![A-Z0-9])/g;

function numberUnder(lines: readonly TextLine[]): string | null {
  const found = findLabelled('documentNumber', lines);
  if (found === null) return null;
  for (const text of [found.rest, ...linesUnder(found.line, lines).map((line) => line.text)]) {
    const numbers = [...text.toUpperCase().matchAll(numberPattern)].map(([number]) => number);
    const most = numbers.toSorted((a, b) => digitsIn(b) - digitsIn(a))[0];
    if (most !== undefined && digitsIn(most) * 2 >= most.length) return most;
  }
  return null;
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, '').length;
}

function sexUnder(lines: readonly TextLine[]): PrintedFields['sex'] {
  const label = lines.find((line) => /\bsexe?\b/.test(foldCase(line.text)));
  if (label === undefined) return null;
  const beside = foldCase(label.text).split(/\bsexe?\b/).at(-1) ?? '';
  for (const text of [beside.toUpperCase(), ...linesUnder(label, lines).map((line) => line.text)]) {
    const letter = /(?<![\p{L}\d])([FMX])(?![\p{L}\d])/u.exec(text)?.[1];
    if (letter === 'F' || letter === 'M' || letter === 'X') return letter;
  }
  return null;
}
