/** What may stand at a position: a digit or filler, a letter or filler, or any of them. */
export type Alphabet = 'digit' | 'letter' | 'any';

/** A place in the zone: line, first column and one past the last, all from 0. */
export type Place = readonly [line: number, from: number, to: number];

export interface MrzFormat {
  readonly name: 'TD1' | 'TD2' | 'TD3';
  readonly lines: number;
  readonly width: number;
  readonly documentCode: Place;
  readonly issuingState: Place;
  readonly names: Place;
  readonly documentNumber: Place;
  readonly documentNumberCheck: Place;
  readonly nationality: Place;
  readonly dateOfBirth: Place;
  readonly dateOfBirthCheck: Place;
  readonly sex: Place;
  readonly expiryDate: Place;
  readonly expiryDateCheck: Place;
  /** Where a document number of more than nine characters goes on; null where the format has no room for that. */
  readonly longNumber: Place | null;
  readonly optionalData: Place;
  readonly optionalDataCheck: Place | null;
  readonly composite: readonly Place[];
  readonly compositeCheck: Place;
}

/** The three layouts of ICAO 9303: part 5 (TD1, cards), part 6 (TD2), part 4 (TD3, passports). */
export const formats: readonly MrzFormat[] = [
  {
    name: 'TD1', lines: 3, width: 30,
    documentCode: [0, 0, 2], issuingState: [0, 2, 5], names: [2, 0, 30],
    documentNumber: [0, 5, 14], documentNumberCheck: [0, 14, 15], nationality: [1, 15, 18],
    dateOfBirth: [1, 0, 6], dateOfBirthCheck: [1, 6, 7], sex: [1, 7, 8], expiryDate: [1, 8, 14], expiryDateCheck: [1, 14, 15],
    longNumber: [0, 15, 30], optionalData: [1, 18, 29], optionalDataCheck: null,
    composite: [[0, 5, 30], [1, 0, 7], [1, 8, 15], [1, 18, 29]], compositeCheck: [1, 29, 30],
  },
  {
    name: 'TD2', lines: 2, width: 36,
    documentCode: [0, 0, 2], issuingState: [0, 2, 5], names: [0, 5, 36],
    documentNumber: [1, 0, 9], documentNumberCheck: [1, 9, 10], nationality: [1, 10, 13],
    dateOfBirth: [1, 13, 19], dateOfBirthCheck: [1, 19, 20], sex: [1, 20, 21], expiryDate: [1, 21, 27], expiryDateCheck: [1, 27, 28],
    longNumber: [1, 28, 35], optionalData: [1, 28, 35], optionalDataCheck: null,
    composite: [[1, 0, 10], [1, 13, 20], [1, 21, 35]], compositeCheck: [1, 35, 36],
  },
  {
    name: 'TD3', lines: 2, width: 44,
    documentCode: [0, 0, 2], issuingState: [0, 2, 5], names: [0, 5, 44],
    documentNumber: [1, 0, 9], documentNumberCheck: [1, 9, 10], nationality: [1, 10, 13],
    dateOfBirth: [1, 13, 19], dateOfBirthCheck: [1, 19, 20], sex: [1, 20, 21], expiryDate: [1, 21, 27], expiryDateCheck: [1, 27, 28],
    longNumber: null, optionalData: [1, 28, 42], optionalDataCheck: [1, 42, 43],
    composite: [[1, 0, 10], [1, 13, 20], [1, 21, 43]], compositeCheck: [1, 43, 44],
  },
];

/** Which alphabet the format demands at a position; a repair may do no more than that forces. */
export function alphabetAt(format: MrzFormat, line: number, column: number): Alphabet {
  const isIn = (place: Place | null): boolean => place !== null && place[0] === line && column >= place[1] && column < place[2];
  const digits = [
    format.dateOfBirth, format.dateOfBirthCheck, format.expiryDate, format.expiryDateCheck, format.compositeCheck,
    format.documentNumberCheck, format.optionalDataCheck,
  ];
  if (digits.some(isIn)) return 'digit';
  return [format.documentCode, format.issuingState, format.names, format.nationality, format.sex].some(isIn) ? 'letter' : 'any';
}
