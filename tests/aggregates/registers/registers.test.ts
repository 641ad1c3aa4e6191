import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AskedFor, judgeEntry, type RegisterEntry } from '../../../aggregates/registers/judge.ts';
import { isPaused } from '../../../aggregates/registers/pause.ts';
import { parseRegistrationNumber } from '../../../aggregates/registers/registration-number.ts';
import { registrationStatus } from '../../../aggregates/registers/status-wording.ts';
import type { RegisterType } from '../../../events/vocabulary.ts';

describe('registration numbers', () => {
  it.each([
    ['GMC', '7654321', '7654321'],
    ['GMC', ' 765-4321 ', '7654321'],
    ['GDC', '001234', '1234'],
    ['GDC', '123456', '123456'],
    ['GDC', '0123', '123'],
    ['NMC', '12a3456b', '12A3456B'],
    ['NMC', '12 A 3456 B', '12A3456B'],
    ['GPC', '2012345', '2012345'],
    ['GPC', '5012345', '5012345'],
  ] as const)('%s %s is %s', (register, text, number) => {
    expect(parseRegistrationNumber(register, text)).toEqual({ ok: true, number });
  });

  it.each([
    ['GMC', '123456'], ['GMC', '12345678'], ['GMC', 'A234567'], ['GDC', '12'], ['GDC', '1234567'], ['GDC', '000'], ['NMC', '1234567'],
    ['NMC', '12A34567'], ['GPC', '9012345'], ['GPC', '201234'], ['GMC', '<script>'],
  ] as const)('%s %s is none', (register, text) => {
    expect(parseRegistrationNumber(register, text)).toEqual({ ok: false, code: 'REGISTRATION_NUMBER_MALFORMED' });
  });

  it('says when there is none at all', () => {
    expect(parseRegistrationNumber('GMC', ' - ')).toEqual({ ok: false, code: 'REGISTRATION_NUMBER_MISSING' });
  });

  it('is in its normal form after one go', () => {
    const typed = fc.oneof(
      fc.record({ register: fc.constant<RegisterType>('GMC'), text: fc.stringMatching(/^ ?\d{3}[ -]?\d{4} ?$/) }),
      fc.record({ register: fc.constant<RegisterType>('GDC'), text: fc.stringMatching(/^0{0,3}[1-9]\d{2,5}$/) }),
      fc.record({ register: fc.constant<RegisterType>('NMC'), text: fc.stringMatching(/^\d\d ?[a-zA-Z] ?\d{4} ?[a-zA-Z]$/) }),
      fc.record({ register: fc.constant<RegisterType>('GPC'), text: fc.stringMatching(/^[25]\d{3}[. ]?\d{3}$/) }),
    );
    fc.assert(fc.property(typed, ({ register, text }) => {
      const first = parseRegistrationNumber(register, text);
      expect(first.ok).toBe(true);
      expect(parseRegistrationNumber(register, first.ok ? first.number : '')).toEqual(first);
    }));
  });
});

describe('a register\'s own words', () => {
  it.each([
    ['GMC', 'Registered with a licence to practise', 'registered'],
    ['GMC', 'Registered with a licence to practise; subject to conditions', 'conditions'],
    ['GMC', 'Registered without a licence to practise', 'registered_without_licence'],
    ['GMC', 'Provisionally registered with a licence to practise', 'provisional'],
    ['GMC', 'Registered', 'unknown'],
    ['GMC', 'Suspended', 'suspended'],
    ['GMC', 'Erased', 'erased'],
    ['GMC', 'Not Registered - Having relinquished registration', 'lapsed'],
    ['GMC', 'Registered with a licence to practise - undertakings', 'undertakings'],
    ['GDC', 'Registered', 'registered'],
    ['GDC', 'Registered with conditions', 'conditions'],
    ['GDC', 'Interim suspension', 'interim_order'],
    ['GDC', 'Erased', 'erased'],
    ['NMC', 'Effective', 'registered'],
    ['NMC', 'Registered (effective)', 'registered'],
    ['NMC', 'Registered - caution order', 'warning'],
    ['NMC', 'Interim conditions of practice order', 'interim_order'],
    ['NMC', 'Lapsed', 'lapsed'],
    ['NMC', 'Struck off', 'erased'],
    ['GPC', 'Registered', 'registered'],
    ['GPC', 'Registered - suspension pending', 'warning'],
    ['GPC', 'Suspension lifted', 'warning'],
    ['GPC', 'Removed', 'lapsed'],
    ['GPC', 'Voluntarily removed', 'lapsed'],
    ['GPC', 'Registered with undertakings', 'undertakings'],
    ['GPC', 'Inscrit', 'unknown'],
    ['GPC', '', 'unknown'],
    ['GPC', null, 'unknown'],
  ] as const)('%s "%s" means %s', (register, wording, status) => {
    expect(registrationStatus(register, wording)).toBe(status);
  });

  it('are never clear with anything added', () => {
    const clear = fc.constantFrom<readonly [RegisterType, string]>(
      ['GMC', 'Registered with a licence to practise'], ['GDC', 'Registered'], ['NMC', 'Effective'], ['GPC', 'Registered'],
    );
    fc.assert(fc.property(clear, fc.stringMatching(/^[a-z]{2,12}$/), ([register, wording], word) => {
      fc.pre(!(register === 'NMC' && word === 'effective'));
      expect(registrationStatus(register, `${wording} ${word}`)).not.toBe('registered');
    }));
  });
});

const asked: AskedFor = {
  registrationNumber: '2012345', documentName: { surname: 'DOE', givenNames: 'JANE' }, claimedName: { surname: 'Doe', givenNames: 'Jane' },
};
const entry: RegisterEntry = {
  kind: 'entry', registrationNumber: '2012345', registeredName: { surname: 'DOE', givenNames: 'JANE' }, formerNames: [],
  statusWording: 'Registered', profession: 'Pharmacist',
};

describe('a register\'s answer', () => {
  it('is clear only when everything is', () => {
    expect(judgeEntry('GPC', entry, asked)).toEqual({
      outcome: 'clear', status: 'registered', matchedStatus: true,
      documentName: { matched: true, evidence: 'exact', rule: 'EXACT' }, claimedName: { matched: true, evidence: 'normalised', rule: 'NORMALISED' },
    });
  });

  it.each([
    ['another name', { registeredName: { surname: 'ROE', givenNames: 'JANE' } }, 'name_mismatch', true],
    ['a sanction', { statusWording: 'Suspended' }, 'problem', false],
    ['a sanction and another name', { statusWording: 'Suspended', registeredName: { surname: 'ROE', givenNames: 'JANE' } }, 'problem', false],
    ['a technician under a pharmacist\'s number', { profession: 'Pharmacy technician' }, 'problem', false],
    ['premises', { profession: 'Pharmacy premises' }, 'problem', false],
    ['unknown words', { statusWording: 'Inscrit' }, 'unreadable', false],
    ['another number', { registrationNumber: '2012346' }, 'unreadable', false],
    ['no number', { registrationNumber: null }, 'unreadable', false],
    ['no name', { registeredName: null }, 'unreadable', false],
    ['no profession printed', { profession: null }, 'clear', true],
    ['an unreadable page', { kind: 'unreadable' }, 'unreadable', false],
    ['the register\'s own "no results"', { kind: 'not_found' }, 'not_found', false],
  ] as const)('with %s', (_, change, outcome, matchedStatus) => {
    expect(judgeEntry('GPC', { ...entry, ...change }, asked)).toMatchObject({ outcome, matchedStatus });
  });

  it('matches by a former name with that evidence', () => {
    const married = { ...entry, registeredName: { surname: 'BROWN', givenNames: 'JANE' }, formerNames: [{ surname: 'DOE', givenNames: '' }] };
    expect(judgeEntry('GPC', married, asked)).toMatchObject({ outcome: 'clear', documentName: { evidence: 'former_name' } });
  });

  it('is not held against a name that was never read', () => {
    expect(judgeEntry('GPC', entry, { ...asked, documentName: null })).toMatchObject({ outcome: 'clear', documentName: null });
  });

  it.each([
    ['GMC', '7654321', 'Doctor', 'Registered with a licence to practise'],
    ['GDC', '1234', 'Dental Nurse', 'Registered'],
    ['NMC', '12A3456B', 'Registered Nurse - Adult', 'Registered'],
    ['NMC', '12A3456B', 'Midwife', 'Effective'],
    ['GPC', '5012345', 'Pharmacy Technician', 'Registered'],
  ] as const)('of the %s: %s, %s', (register, registrationNumber, profession, statusWording) => {
    expect(judgeEntry(register, { ...entry, registrationNumber, profession, statusWording }, { ...asked, registrationNumber }).outcome).toBe('clear');
  });
});

describe('a register that cannot be read', () => {
  it.each([
    [[], false],
    [['unreadable', 'unreadable'], false],
    [['unreadable', 'unreadable', 'unreadable'], true],
    [['clear', 'unreadable', 'unreadable', 'unreadable'], true],
    [['unreadable', 'unreadable', 'unreadable', 'not_found'], false],
  ] as const)('after %j is paused: %s', (outcomes, paused) => {
    expect(isPaused(outcomes)).toBe(paused);
  });
});
