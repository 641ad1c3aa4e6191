import { alphabetAt, type MrzFormat } from './mrz-format.ts';

/** Letters that readers take for digits, and back; only where the position allows nothing else. */
const toDigit: ReadonlyMap<string, string> = new Map([
  ['O', '0'], ['Q', '0'], ['D', '0'], ['U', '0'], ['I', '1'], ['L', '1'], ['J', '1'], ['Z', '2'], ['A', '4'], ['S', '5'],
  ['G', '6'], ['T', '7'], ['B', '8'],
]);
const toLetter: ReadonlyMap<string, string> = new Map([
  ['0', 'O'], ['1', 'I'], ['2', 'Z'], ['4', 'A'], ['5', 'S'], ['6', 'G'], ['7', 'T'], ['8', 'B'],
]);

/** A line as OCR gives it in the zone's alphabet: A to Z, 0 to 9 and <. */
export function cleanLine(line: string): string {
  return line.normalize('NFKC').toUpperCase().replaceAll('«', '<<').replaceAll('‹', '<').replace(/\s/g, '').replace(/[^A-Z0-9<]/g, '');
}

/** How far a line may be from its width: a run of fillers is easily read one or two too short or too long. */
const maxWidthError = 3;

/**
 * The line brought to `width` by making its longest run of fillers longer or shorter, the end of the line first.
 * null when it is too far off or has no such run.
 */
export function fitWidth(line: string, width: number): string | null {
  const off = width - line.length;
  if (off === 0) return line;
  if (Math.abs(off) > maxWidthError) return null;
  const longest = [...line.matchAll(/<{2,}/g)].reduce<RegExpExecArray | null>(
    (best, run) => (best === null || run[0].length >= best[0].length ? run : best), null,
  );
  if (longest === null || longest[0].length + off < 1) return null;
  return line.slice(0, longest.index) + '<'.repeat(longest[0].length + off) + line.slice(longest.index + longest[0].length);
}

/** Digits in places for letters made letters. No check digit covers those places. */
export function forceLetters(format: MrzFormat, lines: readonly string[]): string[] {
  return lines.map((line, row) =>
    Array.from(line, (character, column) =>
      alphabetAt(format, row, column) === 'letter' ? toLetter.get(character) ?? character : character).join(''));
}

/** Letters in places for digits made digits. */
export function forceDigits(format: MrzFormat, lines: readonly string[]): string[] {
  // British passports are numbered in digits alone; ICAO leaves the alphabet of the number to the state.
  const hasDigitsOnly = format.name === 'TD3' && (lines[0] ?? '').startsWith('P<GBR');
  const [numberLine, from, to] = format.documentNumber;
  return lines.map((line, row) =>
    Array.from(line, (character, column) => {
      const isNumber = hasDigitsOnly && row === numberLine && column >= from && column < to;
      return isNumber || alphabetAt(format, row, column) === 'digit' ? toDigit.get(character) ?? character : character;
    }).join(''));
}
