const weights = [7, 3, 1] as const;

/**
 * The check digit over `field` (ICAO 9303 part 3, section 4.9): weights 7-3-1, modulo 10; digits count as themselves,
 * A to Z as 10 to 35, the filler < as 0. null for any other character.
 */
export function checkDigit(field: string): number | null {
  let sum = 0;
  for (let index = 0; index < field.length; index += 1) {
    const value = valueOf(field.charAt(index));
    if (value === null) return null;
    sum += value * (weights[index % 3] ?? 0);
  }
  return sum % 10;
}

/** Does `digit` hold over `field`? A filler stands for 0 where all of the field is filler. */
export function checkHolds(field: string, digit: string): boolean {
  if (digit === '<') return /^<*$/.test(field);
  return /^\d$/.test(digit) && checkDigit(field) === Number(digit);
}

function valueOf(character: string): number | null {
  if (character === '<') return 0;
  if (/^[0-9]$/.test(character)) return Number(character);
  return /^[A-Z]$/.test(character) ? character.charCodeAt(0) - 55 : null;
}
