import { lettersForDigits } from './approximate.ts';
import { birthDate, calendarDate, expiryDate } from './dates.ts';

/** English and French names as passports print them, by their first letters without accents. */
const months: readonly (readonly [RegExp, number])[] = [
  [/^JAN/, 1], [/^FE[BV]/, 2], [/^MAR/, 3], [/^A[PV]R/, 4], [/^MA[YI]/, 5], [/^JUI?N/, 6], [/^JUI?L/, 7],
  [/^A[UO][GU]/, 8], [/^SEP/, 9], [/^OCT/, 10], [/^NOV/, 11], [/^DEC/, 12],
];

/** The stroke between the two names of a month is read as I, [ or nothing, so what stands there is passed over. */
const inWords = /(?<![A-Z0-9])(?:([0-9OISZB|]{1,2})[\s.]+|(\d{2}))([A-Z0158][A-Z]{2,8})\D{0,12}?[\s./]((?=[A-Z|]?\d)[0-9OISZB|]{4}|\d{2})(?![A-Z0-9])/g;
/** Between day and month the space may be lost, between month and year it may not. */
const inDigits = /(?<![A-Z0-9])([0-9OISZB|]{2})\s*[.,\-/]?\s*([0-9OISZB|]{2})\s*[.,\-/ ]\s*((?:1|I|\||2|Z)[0-9OISZB|]{3})(?![A-Z0-9])/g;
const iso = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g;

const digits: ReadonlyMap<string, string> = new Map([['O', '0'], ['I', '1'], ['|', '1'], ['S', '5'], ['Z', '2'], ['B', '8']]);

function numberOf(text: string): number {
  return Number(Array.from(text, (character) => digits.get(character) ?? character).join(''));
}

/** What a date is of: it settles the century where only two digits of the year are printed. */
export type DateKind = 'birth' | 'issue' | 'expiry';

/**
 * The dates printed in a line, left to right: `11 SEP /SEPT 1988`, `11 SEP/SEPT 88`, `11.09.1988`, `1988-09-11`.
 * Day before month, as on British and European documents.
 */
export function datesIn(line: string, kind: DateKind, today: string): string[] {
  const text = line.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  const found: { at: number; date: string }[] = [];
  const add = (at: number, date: string | null): void => {
    if (date !== null) found.push({ at, date });
  };
  for (const match of text.matchAll(inWords)) {
    const month = months.find(([name]) => name.test(lettersForDigits(match[3] ?? '')))?.[1];
    if (month !== undefined) add(match.index, fullDate(match[4] ?? '', month, numberOf(match[1] ?? match[2] ?? ''), kind, today));
  }
  for (const match of text.matchAll(inDigits)) {
    add(match.index, calendarDate(numberOf(match[3] ?? ''), numberOf(match[2] ?? ''), numberOf(match[1] ?? '')));
  }
  for (const match of text.matchAll(iso)) add(match.index, calendarDate(Number(match[1]), Number(match[2]), Number(match[3])));
  return found.toSorted((a, b) => a.at - b.at).map(({ date }) => date);
}

function fullDate(year: string, month: number, day: number, kind: DateKind, today: string): string | null {
  const value = numberOf(year);
  if (year.length === 4) return calendarDate(value, month, day);
  return kind === 'expiry' ? expiryDate(value, month, day, today) : birthDate(value, month, day, today);
}
