/** The shape of a machine-readable zone, as far as a reader must know it to tell a good reading from a bad one. */

const LENGTHS = [{ lines: 2, length: 44 }, { lines: 2, length: 36 }, { lines: 3, length: 30 }] as const;

/** How far a reading may miss the length of a line and still be worth handing on. */
const SLACK = 3;

/** The zone's lines in what an engine saw: the last two or three lines of about the same, right length; [] if none. */
export function zoneLines(seen: readonly string[]): readonly string[] {
  const lines = seen.map((line) => line.toUpperCase().replaceAll(/[^A-Z0-9<]/g, '')).filter((line) => line.length >= 30 - SLACK);
  for (const { lines: count, length } of LENGTHS) {
    for (let from = lines.length - count; from >= 0; from -= 1) {
      const zone = lines.slice(from, from + count);
      if (zone.every((line) => Math.abs(line.length - length) <= SLACK) && zone.join('').includes('<<')) {
        return zone.map((line) => trimmed(line, length));
      }
    }
  }
  return [];
}

/** Only fillers at the end are added or taken away: nothing that was read is changed. */
function trimmed(line: string, length: number): string {
  const end = line.slice(length);
  return /^<*$/.test(end) ? line.slice(0, length).padEnd(length, line.endsWith('<') ? '<' : '') : line;
}

/**
 * Share of the check digits that hold (0 to 1; weights 7-3-1, ICAO 9303 part 3, 4.9); 0 when a line has the wrong
 * length. Where only digits can stand, letters that readers take for digits count as those: the zone is sound then,
 * and whoever interprets it will say the same.
 */
export function soundness(zone: readonly string[]): number {
  const checks = checksOf(zone);
  return checks.length === 0 ? 0 : checks.filter(([covered, digit]) => holds(covered, digit)).length / checks.length;
}

type Check = readonly [covered: string, digit: string];

function checksOf(zone: readonly string[]): readonly Check[] {
  const [first = '', second = ''] = zone;
  if (zone.length === 3 && zone.every((line) => line.length === 30)) {
    const number = first.slice(5, 14) + digits(first.slice(14, 15));
    const birth = digits(second.slice(0, 7));
    const expiry = digits(second.slice(8, 15));
    return [
      checked(number),
      checked(birth),
      checked(expiry),
      checked(number + first.slice(15, 30) + birth + expiry + second.slice(18, 29) + digits(second.slice(29))),
    ];
  }
  const length = second.length;
  if (zone.length !== 2 || first.length !== length || (length !== 44 && length !== 36)) return [];
  const number = second.slice(0, 9) + digits(second.slice(9, 10));
  const birth = digits(second.slice(13, 20));
  const expiry = digits(second.slice(21, 28));
  const optional = length === 44 ? second.slice(28, 42) + digits(second.slice(42, 43)) : second.slice(28, 35);
  return [checked(number), checked(birth), checked(expiry), checked(number + birth + expiry + optional + digits(second.slice(-1)))];
}

const lookalikes: ReadonlyMap<string, string> = new Map([
  ['O', '0'], ['Q', '0'], ['D', '0'], ['I', '1'], ['L', '1'], ['Z', '2'], ['S', '5'], ['G', '6'], ['B', '8'],
]);

function digits(text: string): string {
  return Array.from(text, (character) => lookalikes.get(character) ?? character).join('');
}

/** The last character is the check digit of those before it. */
function checked(text: string): Check {
  return [text.slice(0, -1), text.slice(-1)];
}

function holds(covered: string, digit: string): boolean {
  let sum = 0;
  for (const [index, character] of Array.from(covered).entries()) {
    sum += (character === '<' ? 0 : Number.parseInt(character, 36)) * ([7, 3, 1][index % 3] ?? 0);
  }
  return /^[0-9]$/.test(digit) && sum % 10 === Number(digit);
}
