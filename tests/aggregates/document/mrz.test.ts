import * as fc from 'fast-check';
import { parse } from 'mrz';
import { describe, expect, it } from 'vitest';
import { checkDigit } from '../../../aggregates/document/mrz-check-digit.ts';
import { parseMrz } from '../../../aggregates/document/mrz.ts';

const today = '2026-11-22';
const specimen = ['P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<', '9250764733GBR8809117F2007162<<<<<<<<<<<<<<08'];

function digit(field: string): string {
  return String(checkDigit(field));
}

interface Holder {
  readonly surname: string;
  readonly given: string;
  readonly number: string;
  readonly birth: string;
  readonly expiry: string;
  readonly sex: string;
  readonly state: string;
  readonly optional: string;
}

/** Zones as an issuer writes them (ICAO 9303 parts 4 to 6). */
const issue = {
  TD3: ({ surname, given, number, birth, expiry, sex, state, optional }: Holder): string[] => {
    const data = number.padEnd(9, '<');
    const extra = optional.padEnd(14, '<');
    const line = `${data}${digit(data)}${state}${birth}${digit(birth)}${sex}${expiry}${digit(expiry)}${extra}${digit(extra)}`;
    const composite = digit(line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 43));
    return [`P<${state}${surname}<<${given}`.padEnd(44, '<').slice(0, 44), line + composite];
  },
  TD2: ({ surname, given, number, birth, expiry, sex, state, optional }: Holder): string[] => {
    const data = number.padEnd(9, '<');
    const line = `${data}${digit(data)}${state}${birth}${digit(birth)}${sex}${expiry}${digit(expiry)}${optional.slice(0, 7).padEnd(7, '<')}`;
    const composite = digit(line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 35));
    return [`I<${state}${surname}<<${given}`.padEnd(36, '<').slice(0, 36), line + composite];
  },
  TD1: ({ surname, given, number, birth, expiry, sex, state, optional }: Holder): string[] => {
    const data = number.padEnd(9, '<');
    const first = `I<${state}${data}${digit(data)}${optional.padEnd(15, '<')}`;
    const second = `${birth}${digit(birth)}${sex}${expiry}${digit(expiry)}${state}<<<<<<<<<<<`;
    const composite = digit(first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29));
    return [first, second + composite, `${surname}<<${given}`.padEnd(30, '<').slice(0, 30)];
  },
} as const;

const two = (value: number): string => String(value).padStart(2, '0');
const day = fc.record({ y: fc.nat(99), m: fc.integer({ min: 1, max: 12 }), d: fc.integer({ min: 1, max: 28 }) }).map(({ y, m, d }) => `${two(y)}${two(m)}${two(d)}`);
const holder: fc.Arbitrary<Holder> = fc.record({
  surname: fc.stringMatching(/^[A-Z]{2,9}(<[A-Z]{2,5})?$/),
  given: fc.stringMatching(/^[A-Z]{2,6}(<[A-Z]{2,4})?$/),
  number: fc.stringMatching(/^[A-Z0-9]{6,9}$/),
  birth: day,
  expiry: day,
  sex: fc.constantFrom('F', 'M', '<'),
  state: fc.constantFrom('GBR', 'FRA', 'IRL', 'IND', 'NGA'),
  optional: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Z0-9]{1,12}$/)),
}).map((who) => (who.state === 'GBR' ? { ...who, number: who.number.replace(/[A-Z]/g, '7').padEnd(9, '1') } : who));
const zone = fc.record({ holder, format: fc.constantFrom('TD1', 'TD2', 'TD3') }).map(({ holder: who, format }) => ({ who, format, lines: issue[format](who) }));

describe('reading a machine-readable zone', () => {
  it('reads the published specimen of a British passport', () => {
    expect(parseMrz(specimen, today)).toEqual({
      format: 'TD3', lines: specimen, documentCode: 'P', issuingState: 'GBR', name: { surname: 'UK SPECIMEN', givenNames: 'ANGELA ZOE' },
      nameMayBeCut: false, documentNumber: '925076473', nationality: 'GBR', dateOfBirth: '1988-09-11', sex: 'F', expiryDate: '2020-07-16',
      optionalData: '', failedChecks: [], repaired: false,
    });
  });

  it.each([
    ['TD3 of ICAO 9303 part 4', ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'], 'L898902C3', 'ZE184226B'],
    ['TD2 of part 6', ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'], 'D23145890', ''],
    ['TD1 of part 5', ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'], 'D23145890', ''],
  ])('reads the specimen %s', (_, lines, documentNumber, optionalData) => {
    expect(parseMrz(lines, today)).toMatchObject({
      issuingState: 'UTO', name: { surname: 'ERIKSSON', givenNames: 'ANNA MARIA' }, dateOfBirth: '1974-08-12', expiryDate: '2012-04-15',
      failedChecks: [], documentNumber, optionalData,
    });
  });

  it('reads a number of more than nine characters on in the optional data (part 5, note j)', () => {
    const lines = ['I<UTOD23145890<7349<<<<<<<<<<<', '3407127M9507122UTO<<<<<<<<<<<2', 'STEVENSON<<PETER<JOHN<<<<<<<<<'];
    expect(parseMrz([lines[0] ?? '', lines[1] ?? '', `${lines[2]}<`], today)).toMatchObject({
      documentNumber: 'D23145890734', failedChecks: [], dateOfBirth: '1934-07-12', optionalData: '',
    });
  });

  it('agrees with npm mrz on every zone that an issuer can write', () => {
    fc.assert(fc.property(zone, ({ format, lines }) => {
      const ours = parseMrz(lines, today);
      const theirs = parse(lines);
      expect(ours).toMatchObject({
        format,
        failedChecks: [],
        name: { surname: theirs.fields.lastName, givenNames: theirs.fields.firstName },
        documentNumber: theirs.fields.documentNumber,
        issuingState: theirs.fields.issuingState,
        nationality: theirs.fields.nationality,
      });
      expect(ours?.dateOfBirth?.slice(2).replaceAll('-', '')).toBe(theirs.fields.birthDate);
      expect(ours?.expiryDate?.slice(2).replaceAll('-', '')).toBe(theirs.fields.expirationDate);
      expect(ours?.sex).toBe({ female: 'F', male: 'M' }[theirs.fields.sex ?? ''] ?? 'X');
    }), { numRuns: 300 });
  });

  it('agrees with npm mrz on which check digits fail', () => {
    const names = new Map([
      ['documentNumberCheckDigit', 'documentNumber'], ['birthDateCheckDigit', 'dateOfBirth'], ['expirationDateCheckDigit', 'expiryDate'],
      ['personalNumberCheckDigit', 'optionalData'], ['compositeCheckDigit', 'composite'],
    ]);
    fc.assert(fc.property(holder, fc.nat(43), fc.constantFrom(...'0123456789'), (who, at, other) => {
      const [first = '', second = ''] = issue.TD3(who);
      // Letters in their places: only digits are changed, so that nothing invites a repair.
      fc.pre(/\d/.test(second.charAt(at)) && second.charAt(at) !== other);
      const changed = [first, second.slice(0, at) + other + second.slice(at + 1)];
      const theirs = parse(changed).details.filter((detail) => !detail.valid).flatMap((detail) => names.get(detail.field ?? '') ?? []);
      expect(parseMrz(changed, today)?.failedChecks.toSorted()).toEqual(theirs.toSorted());
    }), { numRuns: 300 });
  });

  it('notices any one digit or letter of the data that was changed, unless its weight hides it', () => {
    fc.assert(fc.property(holder, fc.nat(27), fc.constantFrom(...'0123456789'), (who, at, other) => {
      const [first = '', second = ''] = issue.TD3(who);
      fc.pre(/\d/.test(second.charAt(at)) && second.charAt(at) !== other && (at < 10 || at >= 13) && at !== 20);
      expect(parseMrz([first, second.slice(0, at) + other + second.slice(at + 1)], today)?.failedChecks).not.toEqual([]);
    }), { numRuns: 300 });
  });

  it('is no zone: other lengths, other lines, ordinary print', () => {
    for (const lines of [[], ['P<GBR'], ['UNITED KINGDOM', 'DRIVING LICENCE'], [specimen[0] ?? '', ''], [...specimen, ...specimen]]) {
      expect(parseMrz(lines, today)).toBeNull();
    }
  });

  it('survives anything', () => {
    const noise = fc.array(fc.oneof(fc.stringMatching(/^[PI][A-Z0-9<]{28,45}$/), fc.string()), { maxLength: 4 });
    fc.assert(fc.property(noise, (lines) => {
      expect(() => parseMrz(lines, today)).not.toThrow();
    }), { numRuns: 1000 });
  });
});

describe('repair', () => {
  it('mends letters where only digits can be, when every check digit then holds', () => {
    const misread = [specimen[0] ?? '', '9250764733GBR88O9I17F2OO7I62<<<<<<<<<<<<<<O8'];
    expect(parseMrz(misread, today)).toMatchObject({ failedChecks: [], repaired: true, lines: specimen });
  });

  it('mends digits in the name only beside check digits that hold', () => {
    const name = 'P<GBRUK<5PECIMEN<<ANGELA<Z0E<<<<<<<<<<<<<<<<';
    expect(parseMrz([name, specimen[1] ?? ''], today)?.name).toEqual({ surname: 'UK SPECIMEN', givenNames: 'ANGELA ZOE' });
    expect(parseMrz([name, (specimen[1] ?? '').replace('9250764733', '9250764734')], today)?.name?.surname).toBe('UK 5PECIMEN');
  });

  it('leaves a zone as it was read when mending does not make it hold', () => {
    const wrong = [specimen[0] ?? '', '9250764734GBR88O9117F2007162<<<<<<<<<<<<<<08'];
    expect(parseMrz(wrong, today)).toMatchObject({ failedChecks: ['documentNumber', 'dateOfBirth', 'composite'], repaired: false, dateOfBirth: null });
  });

  it('mends the length of a run of fillers, both ways', () => {
    const [first = '', second = ''] = specimen;
    for (const lines of [[first.slice(0, -2), second], [`${first}<`, second], [first, second.replace('<<<', '<')], [first, second.replace('<<<', '<<<<<')]]) {
      expect(parseMrz(lines, today)).toMatchObject({ lines: specimen, failedChecks: [], repaired: true });
    }
  });

  it('never makes a wrong document number right', () => {
    fc.assert(fc.property(holder, fc.nat(8), (who, at) => {
      const [first = '', second = ''] = issue.TD3({ ...who, state: 'FRA' });
      const here = second.charAt(at);
      const other = here === '0' ? 'O' : '0';
      fc.pre(checkDigit(second.slice(0, at) + other + second.slice(at + 1, 9)) !== checkDigit(second.slice(0, 9)));
      expect(parseMrz([first, second.slice(0, at) + other + second.slice(at + 1)], today)?.failedChecks).toContain('documentNumber');
    }));
  });

  it('reads small letters, spaces and guillemets as a reader may give them', () => {
    expect(parseMrz(['p<gbruk<specimen«angela<zoe <<<<<<<<<<<<<<<', specimen[1] ?? ''], today)?.name?.surname).toBe('UK SPECIMEN');
  });
});

describe('names in the zone', () => {
  it('may be cut off when a letter stands in the last place', () => {
    const line = 'P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K';
    expect(line).toHaveLength(44);
    expect(parseMrz([line, specimen[1] ?? ''], today)).toMatchObject({ nameMayBeCut: true, name: { givenNames: 'CHAYAPA DEJTHAMRONG K' } });
  });

  it('can be one name alone', () => {
    expect(parseMrz(['P<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<', specimen[1] ?? ''], today)?.name).toEqual({ surname: 'ARKFREITH', givenNames: '' });
  });
});

describe('years of two digits', () => {
  it.each([['880911', '1988-09-11'], ['261122', '2026-11-22'], ['261123', '1926-11-23'], ['000229', '2000-02-29'], ['880230', null], ['88<<<<', null]])(
    'of birth: %s is %s', (birth, date) => {
      const data = `9250764733GBR${birth}${digit(birth)}F2007162<<<<<<<<<<<<<<0`;
      const line = data + digit(data.slice(0, 10) + data.slice(13, 20) + data.slice(21, 43));
      expect(parseMrz([specimen[0] ?? '', line], today)).toMatchObject({ dateOfBirth: date, failedChecks: [] });
    });

  it.each([['200716', '2020-07-16'], ['760101', '2076-01-01'], ['770101', '1977-01-01'], ['990101', '1999-01-01']])(
    'of expiry: %s is %s', (expiry, date) => {
      const data = `9250764733GBR8809117F${expiry}${digit(expiry)}<<<<<<<<<<<<<<0`;
      const line = data + digit(data.slice(0, 10) + data.slice(13, 20) + data.slice(21, 43));
      expect(parseMrz([specimen[0] ?? '', line], today)).toMatchObject({ expiryDate: date, failedChecks: [] });
    });
});
