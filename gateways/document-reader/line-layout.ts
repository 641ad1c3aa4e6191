import type { SeenLine } from './tesseract-engine.ts';

/** A gap wider than so many heights parts two columns. */
const GAP = 2.2;

/** Neighbouring columns come as one line; wide gaps part them, as Textract does. */
export function splitAtGaps(line: SeenLine): SeenLine[] {
  const groups: SeenLine['words'][] = [];
  for (const word of line.words) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (group === undefined || before === undefined || word.bbox.x0 - before.bbox.x1 > GAP * Math.max(height(word), height(before))) groups.push([word]);
    else group.push(word);
  }
  return groups.length < 2 ? [line] : groups.map(lineOf);
}

/** A field's number: `1.`, `4a.`, `(7)`. */
const fieldNumber = /^\(?\d{1,2}[a-z]?[.,:)]?$/i;

/** The number of a field, on licences printed smaller than its value, often comes as a line of its own: it leads the value. */
export function numbersJoined(lines: readonly SeenLine[]): SeenLine[] {
  const left = new Set(lines);
  const joined: SeenLine[] = [];
  for (const number of lines.filter(({ text }) => fieldNumber.test(text.trim()))) {
    const value = Array.from(left)
      .filter((line) => line !== number && !fieldNumber.test(line.text.trim()) && followsClosely(number, line))
      .toSorted((one, other) => one.bbox.x0 - other.bbox.x0)[0];
    if (value === undefined) continue;
    left.delete(number);
    left.delete(value);
    joined.push(lineOf([...number.words, ...value.words]));
  }
  return [...left, ...joined];
}

/** On the same row, right of it, no farther than a column's gap. */
function followsClosely(number: SeenLine, line: SeenLine): boolean {
  const overlap = Math.min(number.bbox.y1, line.bbox.y1) - Math.max(number.bbox.y0, line.bbox.y0);
  const gap = line.bbox.x0 - number.bbox.x1;
  return overlap > 0.5 * Math.min(height(number), height(line)) && gap > 0 && gap < GAP * height(line);
}

function lineOf(words: SeenLine['words']): SeenLine {
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: words.reduce((sum, word) => sum + word.confidence, 0) / words.length,
    bbox: {
      x0: Math.min(...words.map(({ bbox }) => bbox.x0)),
      y0: Math.min(...words.map(({ bbox }) => bbox.y0)),
      x1: Math.max(...words.map(({ bbox }) => bbox.x1)),
      y1: Math.max(...words.map(({ bbox }) => bbox.y1)),
    },
    words,
  };
}

function height({ bbox }: { readonly bbox: SeenLine['bbox'] }): number {
  return bbox.y1 - bbox.y0;
}
