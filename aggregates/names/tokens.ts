import { capitals, spellings } from './letters.ts';

/** One component of a name: every spelling it can have in A to Z. */
export type Token = readonly string[];

/** They join names and are many people's: alone they say nothing. */
const particles: ReadonlySet<string> = new Set([
  'A', 'AF', 'AL', 'AP', 'BIN', 'BINT', 'BINTI', 'D', 'DA', 'DAS', 'DE', 'DEL', 'DELLA', 'DEN', 'DER', 'DI', 'DO', 'DOS',
  'DU', 'E', 'EL', 'IBN', 'LA', 'LE', 'LO', 'MAC', 'MC', 'O', 'OF', 'SAN', 'ST', 'TE', 'TEN', 'TER', 'THE', 'VAN', 'VON',
  'Y', 'ZU', 'ZUM', 'ZUR',
]);

const titles: ReadonlySet<string> = new Set([
  'DAME', 'DR', 'LADY', 'LORD', 'MISS', 'MR', 'MRS', 'MS', 'MX', 'PROF', 'PROFESSOR', 'REV', 'SIR',
]);

/**
 * The components of a name, or null when it has none that can be written in A to Z. Apostrophes and full stops vanish
 * (O'CONNOR is OCONNOR), hyphens and fillers part components.
 */
export function tokensOf(name: string): Token[] | null {
  const words = capitals(name).replace(/['’‘`´ʼ.]/g, '').split(/[\s\-‐‑–—<,/]+/).filter((word) => word !== '');
  const tokens = words.map(spellings);
  return tokens.length === 0 || tokens.some((token) => token.length === 0) ? null : tokens;
}

/** Given names, without a leading title (Dr, Mrs) where something follows it. */
export function givenTokensOf(name: string): Token[] | null {
  const tokens = tokensOf(name);
  if (tokens === null) return null;
  const first = tokens.findIndex((token) => !token.some((spelling) => titles.has(spelling)));
  return first <= 0 ? tokens : tokens.slice(first);
}

export function isParticle(token: Token): boolean {
  return token.some((spelling) => particles.has(spelling));
}

export function sameToken(a: Token, b: Token): boolean {
  return a.some((spelling) => b.includes(spelling));
}

export function sameTokens(a: readonly Token[], b: readonly Token[]): boolean {
  return a.length === b.length && a.every((token, index) => sameToken(token, b[index] ?? []));
}

/** The same letters once spaces and hyphens are left out: MARY-ANN, MARY ANN, MARYANN. */
export function sameWhenJoined(a: readonly Token[], b: readonly Token[]): boolean {
  return sameTokens(a, b) || sameToken(joined(a), joined(b));
}

function joined(tokens: readonly Token[]): Token {
  return tokens.reduce<Token>((starts, token) => starts.flatMap((start) => token.map((end) => start + end)).slice(0, 256), ['']);
}

/** Is every token of `part` among `whole`, each used once and in the same order? */
export function isPartOf(part: readonly Token[], whole: readonly Token[]): boolean {
  let from = 0;
  for (const token of part) {
    const at = whole.findIndex((other, index) => index >= from && sameToken(token, other));
    if (at === -1) return false;
    from = at + 1;
  }
  return part.length > 0;
}

/** Could `cut` be what is left of `whole` after its end was cut off? Each component is the beginning of its counterpart. */
export function isCutFrom(cut: readonly Token[], whole: readonly Token[]): boolean {
  return cut.length > 0 && cut.length <= whole.length
    && cut.every((token, index) => (whole[index] ?? []).some((full) => token.some((start) => full.startsWith(start))));
}
