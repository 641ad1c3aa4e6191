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

/** Share of the check digits that hold (0 to 1; weights 7-3-1, ICAO 9303 part 3, 4.9); 0 when a line has the wrong length. */
export function soundness(zone: readonly string[]): number {
  const checks = checksOf(zone);
  return checks.length === 0 ? 0 : checks.filter(([covered, digit]) => holds(covered, digit)).length / checks.length;
}

type Check = readonly [covered: string, digit: string];

function checksOf(zone: readonly string[]): readonly Check[] {
  const [first = '', second = ''] = zone;
  if (zone.length === 3 && zone.every((line) => line.length === 30)) {
    return [
      [first.slice(5, 14), first.slice(14, 15)],
      [second.slice(0, 6), second.slice(6, 7)],
      [second.slice(8, 14), second.slice(14, 15)],
      [first.slice(5, 30) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29), second.slice(29, 30)],
    ];
  }
  const length = second.length;
  if (zone.length !== 2 || first.length !== length || (length !== 44 && length !== 36)) return [];
  return [
    [second.slice(0, 9), second.slice(9, 10)],
    [second.slice(13, 19), second.slice(19, 20)],
    [second.slice(21, 27), second.slice(27, 28)],
    [second.slice(0, 10) + second.slice(13, 20) + second.slice(21, length - 1), second.slice(length - 1, length)],
  ];
}

function holds(covered: string, digit: string): boolean {
  let sum = 0;
  for (const [index, character] of Array.from(covered).entries()) {
    sum += (character === '<' ? 0 : Number.parseInt(character, 36)) * ([7, 3, 1][index % 3] ?? 0);
  }
  return /^[0-9]$/.test(digit) && sum % 10 === Number(digit);
}
