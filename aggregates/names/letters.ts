/**
 * How letters that are not A to Z are written in a machine-readable zone (ICAO 9303 part 3, section 6). Where states
 * differ every spelling counts. Letters that are not listed lose their accents, as ICAO recommends.
 */
const transliterations: ReadonlyMap<string, readonly string[]> = new Map([
  ['Ä', ['AE', 'A']],
  ['Å', ['AA', 'A']],
  ['Æ', ['AE']],
  ['Ö', ['OE', 'O']],
  ['Ø', ['OE', 'O']],
  ['Œ', ['OE']],
  ['Ü', ['UE', 'UXX', 'U']],
  ['Ñ', ['N', 'NXX']],
  ['Þ', ['TH']],
  ['Ð', ['D']],
  ['Đ', ['D']],
  ['ẞ', ['SS']],
  ['Ł', ['L']],
  ['Ħ', ['H']],
  ['Ŧ', ['T']],
  ['Ŋ', ['N']],
  ['Ĳ', ['IJ']],
  ['İ', ['I']],
]);

/** A name with many such letters would multiply; this many spellings are compared at most. */
const maxSpellings = 64;

/** Upper case, one code point a letter; ß has a capital of its own here, because toUpperCase would make it SS. */
export function capitals(text: string): string {
  return text.normalize('NFC').replaceAll('ß', 'ẞ').replaceAll('ı', 'I').toUpperCase().normalize('NFC');
}

/** Every spelling in A to Z of a word in capitals; empty when it has letters of another script. */
export function spellings(word: string): readonly string[] {
  let all: string[] = [''];
  for (const letter of word) {
    const options = transliterations.get(letter) ?? withoutAccent(letter);
    if (options.length === 0) return [];
    all = all.flatMap((start) => options.map((option) => start + option)).slice(0, maxSpellings);
  }
  return all;
}

function withoutAccent(letter: string): readonly string[] {
  const bare = letter.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
  return /^[A-Z]+$/.test(bare) ? [bare] : [];
}
