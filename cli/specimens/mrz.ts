/** What the machine-readable zone says. Dates as `YYYY-MM-DD`; names as printed. */
export interface MrzContent {
  readonly documentCode: string;
  readonly issuingState: string;
  readonly nationality: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly documentNumber: string;
  readonly dateOfBirth: string;
  readonly sex: 'F' | 'M';
  readonly expiryDate: string;
}

/** Two lines of 44 characters (ICAO 9303 part 4, 4.2.2). */
export function td3(content: MrzContent): readonly string[] {
  const number = field(content.documentNumber, 9);
  const birth = yymmdd(content.dateOfBirth);
  const expiry = yymmdd(content.expiryDate);
  const optional = '<'.repeat(14);
  const numbered = number + checkDigit(number);
  const born = birth + checkDigit(birth);
  const expires = expiry + checkDigit(expiry);
  // The check digit of an empty optional field may be a filler; British passports print 0.
  const rest = `${optional}0`;
  return [
    `${field(content.documentCode, 2)}${field(content.issuingState, 3)}${names(content, 39)}`,
    numbered + field(content.nationality, 3) + born + content.sex + expires + rest + checkDigit(numbered + born + expires + rest),
  ];
}

/** Three lines of 30 characters (ICAO 9303 part 5, 4.2.2). */
export function td1(content: MrzContent): readonly string[] {
  const number = field(content.documentNumber, 9);
  const birth = yymmdd(content.dateOfBirth);
  const expiry = yymmdd(content.expiryDate);
  const upper = number + checkDigit(number) + '<'.repeat(15);
  const born = birth + checkDigit(birth);
  const expires = expiry + checkDigit(expiry);
  const optional = '<'.repeat(11);
  return [
    field(content.documentCode, 2) + field(content.issuingState, 3) + upper,
    born + content.sex + expires + field(content.nationality, 3) + optional + checkDigit(upper + born + expires + optional),
    names(content, 30),
  ];
}

/** Weights 7, 3, 1 modulo 10 (ICAO 9303 part 3, 4.9). */
export function checkDigit(characters: string): string {
  let sum = 0;
  for (const [index, character] of Array.from(characters).entries()) {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    sum += value * ([7, 3, 1][index % 3] ?? 0);
  }
  return String(sum % 10);
}

/** Letters as the zone spells them: no accents, no apostrophes, a hyphen or space as a filler (ICAO 9303 part 3, 6). */
export function transliterate(name: string): string {
  return Array.from(name.toUpperCase().normalize('NFC'), (letter) => spelled[letter] ?? letter.normalize('NFD').replaceAll(/\p{M}/gu, ''))
    .join('')
    .replaceAll(/['’.]/g, '')
    .replaceAll(/[^A-Z]+/g, '<');
}

const spelled: Readonly<Record<string, string>> = { Ä: 'AE', Ö: 'OE', Ü: 'UE', Å: 'AA', Ø: 'OE', Æ: 'AE', ß: 'SS', Ð: 'D', Đ: 'D', Þ: 'TH', Ł: 'L' };

function names(content: MrzContent, width: number): string {
  return field(`${transliterate(content.surname)}<<${transliterate(content.givenNames)}`, width);
}

const field = (value: string, width: number): string => value.slice(0, width).padEnd(width, '<');

const yymmdd = (date: string): string => date.slice(2).replaceAll('-', '');
