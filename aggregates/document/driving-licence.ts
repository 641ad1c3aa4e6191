import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import { spellings, capitals } from '../names/letters.ts';
import { datesIn } from './printed-dates.ts';
import { nameIn, type PrintedFields } from './visual-zone.ts';

/** The numbered fields of a driving licence of the United Kingdom or the European model (Directive 2006/126/EC, annex I). */
export interface LicenceFields extends PrintedFields {
  /** How many of the numbered fields were found: whether this is such a licence at all. */
  readonly found: number;
  /** Does the British driver number fit surname and birth date? null for numbers of another kind. */
  readonly numberAgrees: boolean | null;
}

/**
 * Fields 1 surname, 2 given names, 3 birth, 4a issue, 4b expiry, 5 number. Readers often miss the small field numbers;
 * then the order of the three dates in time tells which is which, and the driver number is known by its structure.
 */
export function readDrivingLicence(lines: readonly TextLine[], today: string): LicenceFields {
  const texts = lines.toSorted((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]).map((line) => line.text.normalize('NFC').trim());
  const dates = readDates(texts, today);
  const documentNumber = readNumber(texts);
  const unnumbered = documentNumber === null ? null : namesByNumber(texts, documentNumber);
  const surname = nameIn(fieldAfter(texts, /^\W*[1Il|]\s*[.,:]?\s+(?=\D*$)/) ?? unnumbered?.surname ?? '');
  const givenNames = withoutTitle(nameIn(fieldAfter(texts, /^\W*[2Zz]\s*[.,:]?\s+(?=\D*$)/) ?? unnumbered?.givenNames ?? ''));
  const parts = [surname, givenNames, dates.dateOfBirth, dates.expiryDate, documentNumber];
  return {
    surname,
    givenNames,
    ...dates,
    documentNumber,
    sex: documentNumber === null ? null : sexOf(documentNumber),
    found: parts.filter((part) => part !== null).length,
    numberAgrees: documentNumber === null ? null : driverNumberAgrees(documentNumber, surname, dates.dateOfBirth),
  };
}

function fieldAfter(texts: readonly string[], label: RegExp): string | null {
  const line = texts.find((text) => label.test(text));
  return line === undefined ? null : line.replace(label, '');
}

/** Where the small 1 and 2 were not seen: the line that begins as the driver number does, and the one below it. */
function namesByNumber(texts: readonly string[], number: string): { surname: string; givenNames: string | null } | null {
  if (birthPart(number) === null) return null;
  const at = texts.findIndex((text) => !/\d/.test(text) && stemsOf(nameIn(text) ?? '').includes(number.slice(0, 5)));
  const surname = texts[at];
  const next = texts[at + 1];
  return surname === undefined ? null : { surname, givenNames: next === undefined || /\d/.test(next) ? null : next };
}

function withoutTitle(name: string | null): string | null {
  const bare = (name ?? '').replace(/^(MR|MRS|MS|MISS|MX|DR|PROF|REV|SIR|DAME|LADY|LORD)\b\.?\s*/, '');
  return bare === '' ? null : bare;
}

function readDates(texts: readonly string[], today: string): Pick<PrintedFields, 'dateOfBirth' | 'issueDate' | 'expiryDate'> {
  const labelled = (label: RegExp, kind: 'birth' | 'issue' | 'expiry'): string | null => {
    for (const text of texts) {
      const at = label.exec(text);
      const date = at === null ? undefined : datesIn(text.slice(at.index + at[0].length), kind, today)[0];
      if (date !== undefined) return date;
    }
    return null;
  };
  const all = [...new Set(texts.flatMap((text) => datesIn(text, 'issue', today)))].slice(0, 3).toSorted();
  const inOrder = all.length === 3 ? all : [];
  return {
    dateOfBirth: labelled(/^\W*3\s*[.,:]?\s+(?=\d)/, 'birth') ?? inOrder[0] ?? null,
    issueDate: labelled(/(?<!\d)4\s*a\s*[.,:]?\s*/i, 'issue') ?? inOrder[1] ?? null,
    expiryDate: labelled(/(?<!\d)4\s*b\s*[.,:]?\s*/i, 'expiry') ?? inOrder[2] ?? null,
  };
}

/** Surname stem (5), decade, month, day, year (6), initials (2), a digit and two check characters: 16 in all. */
const driverNumber = /([A-Z9]{5})([0-9OQDILZSBG]{6})([A-Z9]{2})([0-9A-Z]{3})/;
const toDigit: ReadonlyMap<string, string> = new Map([
  ['O', '0'], ['Q', '0'], ['D', '0'], ['I', '1'], ['L', '1'], ['Z', '2'], ['S', '5'], ['B', '8'], ['G', '6'],
]);

function readNumber(texts: readonly string[]): string | null {
  const field = fieldAfter(texts, /^\W*[5S]\s*[.,:]?\s+(?=[A-Z0-9])/);
  for (const text of field === null ? texts : [field, ...texts]) {
    const compact = text.replace(/^\W*[5S]\s*[.,:]\s*/, '').toUpperCase().replace(/[^A-Z0-9]/g, '');
    const match = driverNumber.exec(compact);
    if (match === null || match.index > 1) continue;
    const digits = Array.from(match[2] ?? '', (character) => toDigit.get(character) ?? character).join('');
    const number = `${match[1]}${digits}${match[3]}${match[4]}`;
    if (birthPart(number) !== null) return number;
  }
  // Northern Ireland and other states number otherwise.
  const plain = (field ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  return /^(?=.*\d)[A-Z0-9]{6,18}$/.test(plain) ? plain : null;
}

interface BirthPart {
  /** Year in its century, month, day. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly sex: 'F' | 'M';
}

/** DVLA: decade digit, month (50 more for women), day, last digit of the year. */
function birthPart(number: string): BirthPart | null {
  const match = /^[A-Z9]{5}(\d)(\d{2})(\d{2})(\d)[A-Z9]{2}[0-9A-Z]{3}$/.exec(number);
  if (match === null) return null;
  const month = Number(match[2]);
  const sex = month > 50 ? 'F' : 'M';
  const part = { year: Number(`${match[1]}${match[4]}`), month: sex === 'F' ? month - 50 : month, day: Number(match[3]), sex } as const;
  return part.month >= 1 && part.month <= 12 && part.day >= 1 && part.day <= 31 ? part : null;
}

function sexOf(number: string): PrintedFields['sex'] {
  return birthPart(number)?.sex ?? null;
}

/**
 * Does a British driver number (16 characters) fit the printed surname and birth date? It repeats both, as a second zone.
 * null where the number is of another kind or there is nothing to hold it against. MAC is written MC.
 */
export function driverNumberAgrees(number: string, surname: string | null, dateOfBirth: string | null): boolean | null {
  const birth = birthPart(number);
  if (birth === null || surname === null || dateOfBirth === null) return null;
  const [year = 0, month = 0, day = 0] = dateOfBirth.split('-').map(Number);
  if (year % 100 !== birth.year || month !== birth.month || day !== birth.day) return false;
  return stemsOf(surname).includes(number.slice(0, 5));
}

/** The five letters by which a driver number begins, for every spelling of a surname; short ones are filled with nines. */
function stemsOf(surname: string): string[] {
  return spellings(capitals(surname).replace(/[^\p{L}]/gu, ''))
    .flatMap((stem) => [stem, stem.replace(/^MAC/, 'MC')])
    .map((stem) => stem.slice(0, 5).padEnd(5, '9'));
}
