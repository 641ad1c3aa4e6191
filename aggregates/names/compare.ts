import type { NameComparison, PersonName } from '../../events/vocabulary.ts';
import { isShortForm } from './short-forms.ts';
import { givenTokensOf, isCutFrom, isParticle, isPartOf, sameToken, sameWhenJoined, type Token, tokensOf } from './tokens.ts';

export interface NameOptions {
  /** Names that `a`, or `b`, had before. Given names left empty mean: as today. */
  readonly formerNamesOfA?: readonly PersonName[];
  readonly formerNamesOfB?: readonly PersonName[];
  /** The name fills its place in a machine-readable zone to the last letter, so its end may be missing (ICAO 9303). */
  readonly aMayBeCut?: boolean;
  readonly bMayBeCut?: boolean;
}

/** How two surnames, or two sets of given names, compare; ordered from best to worst. */
type Likeness = { readonly grade: 'normalised' | 'partial' | 'not_comparable' | 'mismatch'; readonly rule: string };

const grades = ['normalised', 'partial', 'not_comparable', 'mismatch'] as const;

/**
 * Are these two names one person's? By named rules on components, never by one score over the whole: PATEL and PATIL are
 * closer to each other in letters than SMITH and SMITH-JONES. Surnames are held against surnames only.
 * `partial` still matches: a half of a double-barrelled surname, a missing middle name, a short form, a cut-off name.
 * Symmetric: swapping the names (and their options) changes nothing.
 */
export function compareNames(a: PersonName, b: PersonName, options: NameOptions = {}): NameComparison {
  const today = compareCurrent(a, b, options);
  if (today.matched) return today;
  const formerly = [
    ...(options.formerNamesOfA ?? []).map((former) => compareCurrent(asToday(former, a), b, options)),
    ...(options.formerNamesOfB ?? []).map((former) => compareCurrent(a, asToday(former, b), options)),
  ];
  return formerly.some(({ matched }) => matched) ? { matched: true, evidence: 'former_name', rule: 'FORMER_NAME' } : today;
}

function asToday(former: PersonName, current: PersonName): PersonName {
  return former.givenNames.trim() === '' ? { ...former, givenNames: current.givenNames } : former;
}

function compareCurrent(a: PersonName, b: PersonName, options: NameOptions): NameComparison {
  const names = { a: parts(a), b: parts(b) };
  if (names.a === null || names.b === null) return { matched: false, evidence: 'not_comparable', rule: 'NAME_UNREADABLE' };
  if (a.surname === b.surname && a.givenNames === b.givenNames) return { matched: true, evidence: 'exact', rule: 'EXACT' };
  const cut = { a: options.aMayBeCut === true, b: options.bMayBeCut === true };
  const likeness = worse(
    compareSurnames(names.a.surname, names.b.surname, cut),
    compareGivenNames(names.a.given, names.b.given, cut),
  );
  if (likeness.grade === 'mismatch' && isSwapped(names.a, names.b)) {
    return { matched: false, evidence: 'mismatch', rule: 'SURNAME_AND_GIVEN_NAMES_SWAPPED' };
  }
  return { matched: likeness.grade === 'normalised' || likeness.grade === 'partial', evidence: likeness.grade, rule: likeness.rule };
}

interface Parts {
  readonly surname: readonly Token[];
  readonly given: readonly Token[];
}

function parts(name: PersonName): Parts | null {
  const surname = tokensOf(name.surname);
  // Some people have one name only.
  const given = name.givenNames.trim() === '' ? [] : givenTokensOf(name.givenNames);
  return surname === null || given === null ? null : { surname, given };
}

interface Cut {
  readonly a: boolean;
  readonly b: boolean;
}

function compareSurnames(a: readonly Token[], b: readonly Token[], cut: Cut): Likeness {
  if (sameWhenJoined(a, b)) return { grade: 'normalised', rule: 'NORMALISED' };
  const bareA = a.filter((token) => !isParticle(token));
  const bareB = b.filter((token) => !isParticle(token));
  const hasBoth = bareA.length > 0 && bareB.length > 0;
  if (hasBoth && sameWhenJoined(bareA, bareB)) return { grade: 'partial', rule: 'SURNAME_PARTICLE' };
  if (hasBoth && (isPartOf(bareA, bareB) || isPartOf(bareB, bareA))) return { grade: 'partial', rule: 'SURNAME_HALF' };
  if (isCut(a, b, cut)) return { grade: 'partial', rule: 'NAME_CUT_OFF' };
  return { grade: 'mismatch', rule: 'SURNAME_DIFFERS' };
}

function compareGivenNames(a: readonly Token[], b: readonly Token[], cut: Cut): Likeness {
  if (a.length === 0 && b.length === 0) return { grade: 'normalised', rule: 'NORMALISED' };
  if (a.length === 0 || b.length === 0) {
    const isCutAway = (a.length === 0 && cut.a) || (b.length === 0 && cut.b);
    return { grade: 'not_comparable', rule: isCutAway ? 'GIVEN_NAMES_CUT_OFF' : 'GIVEN_NAMES_ABSENT' };
  }
  if (sameWhenJoined(a, b)) return { grade: 'normalised', rule: 'NORMALISED' };
  if (isPartOf(a, b) || isPartOf(b, a)) return { grade: 'partial', rule: 'GIVEN_NAME_MISSING' };
  if (isCut(a, b, cut)) return { grade: 'partial', rule: 'NAME_CUT_OFF' };
  return abbreviated(a, b) ?? { grade: 'mismatch', rule: 'GIVEN_NAME_DIFFERS' };
}

/** Name by name, as far as both go, each the same, a short form or an initial; the first ones must be comparable. */
function abbreviated(a: readonly Token[], b: readonly Token[]): Likeness | null {
  let rule = 'GIVEN_NAME_MISSING';
  for (const [index, token] of a.slice(0, b.length).entries()) {
    const other = b[index] ?? [];
    if (sameToken(token, other)) continue;
    if (token.some((one) => other.some((two) => isShortForm(one, two)))) rule = 'GIVEN_NAME_SHORT_FORM';
    else if (isInitialOf(token, other) || isInitialOf(other, token)) rule = 'GIVEN_NAME_INITIAL';
    else return null;
  }
  return { grade: 'partial', rule };
}

function isInitialOf(short: Token, full: Token): boolean {
  return short.some((initial) => initial.length === 1 && full.some((name) => name.startsWith(initial)));
}

function isCut(a: readonly Token[], b: readonly Token[], cut: Cut): boolean {
  return (cut.a && isCutFrom(a, b)) || (cut.b && isCutFrom(b, a));
}

function isSwapped(a: Parts, b: Parts): boolean {
  return a.given.length > 0 && b.given.length > 0 && sameWhenJoined(a.surname, b.given) && sameWhenJoined(a.given, b.surname);
}

function worse(surname: Likeness, given: Likeness): Likeness {
  return grades.indexOf(given.grade) > grades.indexOf(surname.grade) ? given : surname;
}
