import * as fc from 'fast-check';
import { parse } from 'mrz';
import { describe, expect, it } from 'vitest';
import { addYears } from '../../cli/specimens/dates.ts';
import { driverNumber } from '../../cli/specimens/driving-licence.ts';
import { checkDigit, td1, td3, transliterate } from '../../cli/specimens/mrz.ts';
import type { MrzContent } from '../../cli/specimens/mrz.ts';

const specimen: MrzContent = {
  documentCode: 'P', issuingState: 'GBR', nationality: 'GBR', surname: 'UK SPECIMEN', givenNames: 'Angela Zoë',
  documentNumber: '925076473', dateOfBirth: '1988-09-11', sex: 'F', expiryDate: '2020-07-16',
};

describe('a drawn machine-readable zone', () => {
  it('is the known specimen when given its data', () => {
    expect(td3(specimen)).toEqual(['P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<', '9250764733GBR8809117F2007162<<<<<<<<<<<<<<08']);
  });

  it('is valid to an independent parser, in both formats, whoever it names', () => {
    const date = fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
    const content = fc.record({
      documentCode: fc.constant('IR'), issuingState: fc.constant('GBR'), nationality: fc.constantFrom('GBR', 'NGA', 'IRL'),
      surname: fc.stringMatching(/^[A-Z][a-z]{1,14}([ -][A-Z][a-z]{1,14})?$/), givenNames: fc.stringMatching(/^[A-Z][a-z]{1,14}$/),
      documentNumber: fc.stringMatching(/^[A-Z0-9]{9}$/), dateOfBirth: date, sex: fc.constantFrom('F' as const, 'M' as const), expiryDate: date,
    });
    fc.assert(fc.property(content, (each) => {
      const invalid = [td3({ ...each, documentCode: 'P' }), td1(each)].flatMap((lines) => parse([...lines]).details.filter(({ valid }) => !valid).map(({ field }) => field));
      expect(invalid).toEqual([]);
    }));
  });

  it.each([
    ["O'Connor", 'OCONNOR'], ['Smith-Jones', 'SMITH<JONES'], ['Zoë', 'ZOE'], ['Müller', 'MUELLER'], ['Ångström', 'AANGSTROEM'],
    ['Ødegård', 'OEDEGAARD'], ['Strauß', 'STRAUSS'], ['Łukasz', 'LUKASZ'], ['Þór', 'THOR'], ['de la Cruz', 'DE<LA<CRUZ'],
  ])('spells %s as %s', (name, spelled) => expect(transliterate(name)).toBe(spelled));

  it.each([['520727', '3'], ['AB2134<<<', '5'], ['<<<<<<', '0']])('has for %s the check digit %s (ICAO 9303 part 3)', (text, digit) => expect(checkDigit(text)).toBe(digit));
});

describe('a drawn driver number', () => {
  it.each([
    [{ surname: 'Morgan', givenNames: 'Sarah Meredyth', dateOfBirth: '1976-07-05', sex: 'F' }, /^MORGA757056SM9[A-Z]{2}$/],
    [{ surname: "O'Neil", givenNames: 'Ian', dateOfBirth: '1984-02-14', sex: 'M' }, /^ONEIL802144I99[A-Z]{2}$/],
    [{ surname: 'Fox', givenNames: 'Ann', dateOfBirth: '1990-12-31', sex: 'F' }, /^FOX99962310A99[A-Z]{2}$/],
    [{ surname: 'MacDonald', givenNames: 'Rory', dateOfBirth: '1990-12-31', sex: 'M' }, /^MCDON912310R99[A-Z]{2}$/],
  ] as const)('follows the scheme of the DVLA: %o', (holder, expected) => expect(driverNumber(holder)).toMatch(expected));
});

describe('a date ten years back', () => {
  it('is 28 February when there was no 29th', () => {
    expect([addYears('2028-02-29', -10), addYears('2028-02-29', -8), addYears('2026-11-22', -10)]).toEqual(['2018-02-28', '2020-02-29', '2016-11-22']);
  });
});
