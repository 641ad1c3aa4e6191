import type { TextLine } from '../../events/catalogue/doc-scanned.ts';
import { formats } from './mrz-format.ts';
import { cleanLine } from './mrz-repair.ts';

/** Does a line look like part of a machine-readable zone: long, in its alphabet, with fillers? */
export function isMrzLine(text: string): boolean {
  const clean = cleanLine(text);
  return clean.length >= 26 && clean.length <= 50 && clean.includes('<') && clean.length >= text.replace(/\s/g, '').length - 3;
}

/** Lines of the zone's length that need no filler of their own (the second of a passport whose number field is full). */
function mayBeMrzLine(text: string): boolean {
  const clean = cleanLine(text);
  return clean.length >= 28 && clean.length <= 47 && /\d{6}/.test(clean) && !/\s\S+\s\S+\s/.test(text.trim());
}

/**
 * Zones among a page's lines, for readers that do not look for them: every run of as many neighbouring lines as a format
 * has, the lowest on the page first, because that is where the zone stands.
 */
export function findMrz(lines: readonly TextLine[]): string[][] {
  const inOrder = lines.toSorted((a, b) => a.box[1] - b.box[1]).filter((line) => isMrzLine(line.text) || mayBeMrzLine(line.text));
  if (!inOrder.some((line) => isMrzLine(line.text))) return [];
  const texts = inOrder.map((line) => cleanLine(line.text));
  const counts = [...new Set(formats.map((format) => format.lines))];
  return counts.flatMap((count) =>
    texts.slice(count - 1).map((_, index) => texts.slice(index, index + count)).toReversed());
}
