import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, type NameOptions } from '../../../aggregates/names/compare.ts';
import type { PersonName } from '../../../events/vocabulary.ts';

function name(text: string): PersonName {
  const [surname = '', givenNames = ''] = text.split('/');
  return { surname, givenNames };
}

describe('names are compared by named rules', () => {
  it.each([
    ['SPECIMEN/ANGELA ZOE', 'SPECIMEN/ANGELA ZOE', 'exact', 'EXACT'],
    ['Specimen/Angela', 'SPECIMEN/ANGELA', 'normalised', 'NORMALISED'],
    ['O\'Connor/Sinéad', 'OCONNOR/SINEAD', 'normalised', 'NORMALISED'],
    ['O’Connor/Sinéad', 'O CONNOR/SINEAD', 'normalised', 'NORMALISED'],
    ['SMITH-JONES/MARY-ANN', 'SMITH JONES/MARYANN', 'normalised', 'NORMALISED'],
    ['McDonald/Ian', 'MC DONALD/IAN', 'normalised', 'NORMALISED'],
    ['Müller/Jürgen', 'MUELLER/JURGEN', 'normalised', 'NORMALISED'],
    ['Müller/Jürgen', 'MUXXLLER/JUERGEN', 'normalised', 'NORMALISED'],
    ['Ångström/Åsa', 'AANGSTROEM/ASA', 'normalised', 'NORMALISED'],
    ['Øst/Søren', 'OEST/SOEREN', 'normalised', 'NORMALISED'],
    ['Peña/Íñigo', 'PENXXA/INIGO', 'normalised', 'NORMALISED'],
    ['Þórsson/Björk', 'THORSSON/BJOERK', 'normalised', 'NORMALISED'],
    ['Weiß/Łukasz', 'WEISS/LUKASZ', 'normalised', 'NORMALISED'],
    ['Đorđević/Ana', 'DORDEVIC/ANA', 'normalised', 'NORMALISED'],
    ['DOE/Dr Jane', 'DOE/JANE', 'normalised', 'NORMALISED'],
    ['SMITH-JONES/MARY', 'SMITH/MARY', 'partial', 'SURNAME_HALF'],
    ['SMITH-JONES/MARY', 'JONES/MARY', 'partial', 'SURNAME_HALF'],
    ['GARCIA LOPEZ/ANA', 'GARCIA/ANA', 'partial', 'SURNAME_HALF'],
    ['VAN DER BERG/JAN', 'BERG/JAN', 'partial', 'SURNAME_PARTICLE'],
    ['DOE/JANE ANN', 'DOE/JANE', 'partial', 'GIVEN_NAME_MISSING'],
    ['DOE/JANE ANN', 'DOE/ANN', 'partial', 'GIVEN_NAME_MISSING'],
    ['DOE/CHRISTOPHER', 'DOE/CHRIS', 'partial', 'GIVEN_NAME_SHORT_FORM'],
    ['DOE/JANE ANN', 'DOE/JANE A', 'partial', 'GIVEN_NAME_INITIAL'],
    ['DOE/J', 'DOE/JANE', 'partial', 'GIVEN_NAME_INITIAL'],
    ['MADONNA/', 'Madonna/', 'normalised', 'NORMALISED'],
  ] as const)('%s and %s match: %s by %s', (one, two, evidence, rule) => {
    expect(compareNames(name(one), name(two))).toEqual({ matched: true, evidence, rule });
  });

  it.each([
    ['PATEL/RAJ', 'PATIL/RAJ', 'mismatch', 'SURNAME_DIFFERS'],
    ['SMITH-JONES/MARY', 'SMITH-BROWN/MARY', 'mismatch', 'SURNAME_DIFFERS'],
    ['DE LA CRUZ/ANA', 'DE LA ROSA/ANA', 'mismatch', 'SURNAME_DIFFERS'],
    ['DE/ANA', 'DE CRUZ/ANA', 'mismatch', 'SURNAME_DIFFERS'],
    ['JOHNSON/MARK', 'JOHNSTON/MARK', 'mismatch', 'SURNAME_DIFFERS'],
    ['DOE/JANE', 'DOE/JOHN', 'mismatch', 'GIVEN_NAME_DIFFERS'],
    ['DOE/MARIA', 'DOE/MARIAM', 'mismatch', 'GIVEN_NAME_DIFFERS'],
    ['DOE/JANE ANN', 'DOE/JANE MAY', 'mismatch', 'GIVEN_NAME_DIFFERS'],
    ['JAMES/THOMAS', 'THOMAS/JAMES', 'mismatch', 'SURNAME_AND_GIVEN_NAMES_SWAPPED'],
    ['JAMES/DAVID', 'BROWN/JAMES', 'mismatch', 'SURNAME_DIFFERS'],
    ['DOE/', 'DOE/JANE', 'not_comparable', 'GIVEN_NAMES_ABSENT'],
    ['ИВАНОВ/ИВАН', 'IVANOV/IVAN', 'not_comparable', 'NAME_UNREADABLE'],
    ['-/-', '-/-', 'not_comparable', 'NAME_UNREADABLE'],
  ] as const)('%s and %s do not match: %s by %s', (one, two, evidence, rule) => {
    expect(compareNames(name(one), name(two))).toEqual({ matched: false, evidence, rule });
  });

  it('takes a name that fills its place as the beginning of one', () => {
    const cut = name('NILAVADHANANANDA/CHAYAPA DEJTHAMRONG KRASUANG N');
    const full = name('NILAVADHANANANDA/CHAYAPA DEJTHAMRONG KRASUANG NAKORN');
    expect(compareNames(cut, full, { aMayBeCut: true })).toEqual({ matched: true, evidence: 'partial', rule: 'NAME_CUT_OFF' });
    expect(compareNames(full, cut, { bMayBeCut: true }).rule).toBe('NAME_CUT_OFF');
    expect(compareNames(name('PAT/RAJ'), name('PATEL/RAJ')).matched).toBe(false);
    expect(compareNames(name('PATI/RAJ'), name('PATEL/RAJ'), { aMayBeCut: true }).matched).toBe(false);
  });

  it('knows a former name, with today\'s given names where none are recorded', () => {
    const married = name('BROWN/JANE');
    const former = { matched: true, evidence: 'former_name', rule: 'FORMER_NAME' };
    expect(compareNames(name('DOE/JANE'), married, { formerNamesOfB: [name('DOE/JANE')] })).toEqual(former);
    expect(compareNames(name('DOE/JANE'), married, { formerNamesOfB: [name('DOE/')] })).toEqual(former);
    expect(compareNames(married, name('DOE/JANE'), { formerNamesOfA: [name('DOE/')] })).toEqual(former);
    expect(compareNames(name('ROE/JANE'), married, { formerNamesOfB: [name('DOE/')] }).matched).toBe(false);
  });

  it('prefers today\'s name to a former one', () => {
    expect(compareNames(name('DOE/JANE'), name('DOE/JANE'), { formerNamesOfB: [name('DOE/JANE')] }).evidence).toBe('exact');
  });
});

const word = fc.stringMatching(/^[A-ZÄÖÜÑÉ]{1,8}$/);
const words = fc.array(fc.oneof(word, fc.constantFrom('DE', 'VAN', 'SMITH', 'JONES', 'ANN', 'JANE', 'CHRIS', 'CHRISTOPHER', 'J')), { minLength: 1, maxLength: 3 });
const someName = fc.record({ surname: words.map((all) => all.join('-')), givenNames: words.map((all) => all.join(' ')) });

describe('laws of comparing names', () => {
  it('a name is itself', () => {
    fc.assert(fc.property(someName, (one) => {
      expect(compareNames(one, one)).toEqual({ matched: true, evidence: 'exact', rule: 'EXACT' });
    }));
  });

  it('the order of the two does not matter', () => {
    fc.assert(fc.property(someName, someName, fc.boolean(), fc.boolean(), fc.array(someName, { maxLength: 2 }), (one, two, a, b, former) => {
      const there: NameOptions = { aMayBeCut: a, bMayBeCut: b, formerNamesOfB: former };
      const back: NameOptions = { aMayBeCut: b, bMayBeCut: a, formerNamesOfA: former };
      expect(compareNames(two, one, back)).toEqual(compareNames(one, two, there));
    }), { numRuns: 2000 });
  });

  it('case, spaces and hyphens never decide', () => {
    fc.assert(fc.property(someName, (one) => {
      const other = { surname: one.surname.toLowerCase().replaceAll('-', ' '), givenNames: one.givenNames.replaceAll(' ', '-') };
      expect(compareNames(one, other).matched).toBe(true);
    }));
  });

  it('surnames without a word in common never match', () => {
    fc.assert(fc.property(someName, someName, (one, two) => {
      const parts = one.surname.split('-');
      fc.pre(!two.surname.split('-').some((part) => parts.includes(part)) && /^[A-Z-]+$/.test(one.surname + two.surname));
      fc.pre(one.surname.replaceAll('-', '') !== two.surname.replaceAll('-', ''));
      fc.pre(parts.every((part) => !two.surname.replaceAll('-', '').includes(part)));
      expect(compareNames(one, two).matched).toBe(false);
    }), { numRuns: 500 });
  });

  it('a half of a double-barrelled surname matches the whole, whichever half', () => {
    const plain = fc.constantFrom('SMITH', 'JONES', 'PATEL', 'OKAFOR', 'NGUYEN', 'KHAN');
    fc.assert(fc.property(plain, plain, fc.boolean(), (left, right, isLeft) => {
      fc.pre(left !== right);
      const whole = { surname: `${left}-${right}`, givenNames: 'ANN' };
      expect(compareNames(whole, { surname: isLeft ? left : right, givenNames: 'ANN' })).toMatchObject({ matched: true, rule: 'SURNAME_HALF' });
    }));
  });
});
