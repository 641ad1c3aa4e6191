/** Letters and digits that readers take for one another in printed words, folded to one of them. */
const doubles: ReadonlyMap<string, string> = new Map([
  ['0', 'O'], ['1', 'I'], ['|', 'I'], ['!', 'I'], ['5', 'S'], ['8', 'B'], ['2', 'Z'], ['6', 'G'],
]);

/** A printed name has no digits: those that were read into it are letters. */
export function lettersForDigits(text: string): string {
  return Array.from(text, (character) => doubles.get(character) ?? character).join('');
}

/** Lower case without accents, character by character, so that positions stay what they are. */
export function foldCase(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => character.normalize('NFD').charAt(0).toLowerCase()).join('');
}

export interface Occurrence {
  /** Index after the last character of the match. */
  readonly end: number;
  readonly distance: number;
}

/**
 * Where `pattern` occurs in `text` with the fewest edits (Sellers 1980), if with no more than one edit in every six
 * characters: a misread label is still a label. Both folded. The last of equally good places.
 */
export function findLabel(text: string, pattern: string): Occurrence | null {
  const allowed = Math.floor(pattern.length / 6);
  let column = Array.from({ length: pattern.length + 1 }, (_, row) => row);
  let best: Occurrence | null = null;
  for (let end = 1; end <= text.length; end += 1) {
    const next = [0];
    for (let row = 1; row <= pattern.length; row += 1) {
      const same = pattern.charAt(row - 1) === text.charAt(end - 1) ? 0 : 1;
      next[row] = Math.min((column[row - 1] ?? 0) + same, (column[row] ?? 0) + 1, (next[row - 1] ?? 0) + 1);
    }
    column = next;
    const distance = column[pattern.length] ?? pattern.length;
    if (distance <= allowed && (best === null || distance <= best.distance)) best = { end, distance };
  }
  return best;
}
