import { describe, expect, it } from 'vitest';
import type { ApplicantCommand } from '../../../aggregates/applicant/commands.ts';
import { decide } from '../../../aggregates/applicant/decide.ts';
import { retentionDueOn, retentionPeriods, retentionPolicy, UnknownRetentionPolicy } from '../../../aggregates/retention/policies.ts';
import { codeOf, consent, decided, given, register, today, typesOf, uploadDocument, uuid } from './given.ts';

const hold: ApplicantCommand = { command: 'hold', event: { type: 'RetentionHeld', data: { holdId: uuid(1), basis: 'LITIGATION' }, personal: { note: '' } } };
const release: ApplicantCommand = {
  command: 'release-hold', event: { type: 'RetentionReleased', data: { holdId: uuid(1), basis: 'SETTLED' }, personal: { note: '' } },
};
const ask = (basis: string, on = today): ApplicantCommand => ({ command: 'request-erasure', basis, today: on });
const end: ApplicantCommand = {
  command: 'end-relationship',
  event: {
    type: 'RelationshipEnded',
    data: { endedOn: '2026-11-22', reason: 'LEFT', dueOn: retentionDueOn(retentionPolicy, '2026-11-22'), retentionPolicy },
    personal: null,
  },
};
const erased = (requestVersion: number): ApplicantCommand => ({
  command: 'record-erasure', event: { type: 'ApplicantErased', data: { requestVersion, purged: { reservations: 1, evidence: 2 } }, personal: null },
});

describe('retention', () => {
  it('runs five years from the end of the relationship', () => {
    expect(retentionDueOn(retentionPolicy, '2026-11-22')).toBe('2031-11-22');
    expect(retentionDueOn(retentionPolicy, '2024-02-29')).toBe('2029-03-01');
    expect(() => retentionDueOn('forever', '2024-02-29')).toThrow(UnknownRetentionPolicy);
    for (const { name, years } of retentionPeriods) expect(retentionDueOn(name, '2026-01-31')).toBe(`${2026 + years}-01-31`);
  });

  it.each([
    ['a hold blocks every basis', [register, hold], 'COURT_ORDER', today, 'RETENTION_HOLD'],
    ['who was verified is kept while the relationship lasts', decided(), 'DATA_SUBJECT_REQUEST', today, 'UNDER_RETENTION'],
    ['and until the due date', [...decided(), end], 'DATA_SUBJECT_REQUEST', '2031-11-21', 'UNDER_RETENTION'],
    ['no period is over that never began', [register], 'RETENTION_PERIOD_OVER', today, 'UNDER_RETENTION'],
  ] as const)('%s', (_, commands, basis, on, code) => {
    expect(codeOf(decide(given(...commands), ask(basis, on)))).toBe(code);
  });

  it.each([
    ['who was never verified may ask', [register], 'DATA_SUBJECT_REQUEST', today],
    ['on the due date', [...decided(), end], 'RETENTION_PERIOD_OVER', '2031-11-22'],
    ['a court goes before the period', decided(), 'COURT_ORDER', today],
    ['a released hold is none', [register, hold, release], 'DATA_SUBJECT_REQUEST', today],
  ] as const)('lets erasure be ordered: %s', (_, commands, basis, on) => {
    expect(typesOf(decide(given(...commands), ask(basis, on)))).toEqual(['ErasureRequested']);
  });

  it('takes nothing in once the relationship has ended', () => {
    expect(codeOf(decide(given(...decided(), end), uploadDocument(60)))).toBe('RELATIONSHIP_ENDED');
    expect(codeOf(decide(given(register, end), { ...end, event: { ...end.event, data: { ...end.event.data, endedOn: '2026-01-01' } } } as ApplicantCommand))).toBe('ALREADY_ENDED');
  });

  it('knows its holds', () => {
    expect(codeOf(decide(given(register), release))).toBe('UNKNOWN_HOLD');
    expect(typesOf(decide(given(register, hold, release), hold))).toEqual([]);
  });
});

describe('erasure', () => {
  const ordered = [...decided({ similarity: 0.1 }), ask('DATA_SUBJECT_REQUEST')];

  it('stops everything else as soon as it is ordered', () => {
    for (const command of [uploadDocument(70), consent(false), hold]) expect(codeOf(decide(given(...ordered), command))).toBe('ERASURE_REQUESTED');
  });

  it('is ordered before it is carried out', () => {
    expect(codeOf(decide(given(register), erased(1)))).toBe('ERASURE_NOT_REQUESTED');
    expect(codeOf(decide(given(...ordered), erased(3)))).toBe('ERASURE_NOT_REQUESTED');
    expect(typesOf(decide(given(...ordered), erased(12)))).toEqual(['ApplicantErased']);
  });

  it('leaves nothing personal in the state, and the decisions as they were', () => {
    const state = given(...ordered, erased(12));
    expect(state.personal).toBeNull();
    expect(JSON.stringify(state)).not.toMatch(/SPECIMEN|ANGELA|example\.com|7654321|925076473|1988-09-11/);
    expect(state).toMatchObject({ inForce: { decision: 'MANUAL_REVIEW' }, erasure: { kind: 'erased', basis: 'DATA_SUBJECT_REQUEST' } });
    expect(codeOf(decide(state, uploadDocument(80)))).toBe('ERASED');
    expect(typesOf(decide(state, erased(12)))).toEqual([]);
  });
});
