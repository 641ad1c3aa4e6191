import type { AuditEntry } from './port.ts';

/**
 * The words of a text as the audit index knows them, the same whatever does the indexing: lower case, accents kept,
 * cut at everything that is not a letter or a digit and between the words of a name like `DecisionMade`.
 */
export function wordsOf(text: string): string[] {
  return text.replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** Every word an entry can be found by, once each: summary, type, reasons, data. */
export function searchWords(entry: AuditEntry): string[] {
  const words = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) add(each);
    else if (value !== null && value !== undefined) for (const word of wordsOf(String(value))) words.add(word);
  };
  add([entry.summary, entry.type, entry.reasons, entry.data]);
  return [...words].map((word) => word.slice(0, LONGEST_WORD));
}

/** Hashes fit; what is longer is found by its beginning. */
const LONGEST_WORD = 100;

/** The words to look for, all of which an entry must have. */
export function queryWords(text: string): string[] {
  return wordsOf(text).map((word) => word.slice(0, LONGEST_WORD));
}
