import { describe, expect, it } from 'vitest';
import { decide } from '../../../aggregates/applicant/decide.ts';
import { initial } from '../../../aggregates/applicant/evolve.ts';
import { documentInUse, missingSignals, openRun, readyToStart } from '../../../aggregates/applicant/queries.ts';
import {
  answer, codeOf, consent, decided, face, faceFailed, given, judge, liveness, noAnswer, policy, publish, register, request, scan,
  scanFailed, start, started, today, typesOf, uploadDocument, uploadSelfie,
} from './given.ts';

describe('registration', () => {
  it('takes the registration number in the register\'s own form', () => {
    const spaced = register.command === 'register' && register.event.personal !== null
      ? { ...register, event: { ...register.event, personal: { ...register.event.personal, registrationNumber: ' 765 4321 ' } } }
      : register;
    expect(given(spaced).personal?.registrationNumber).toBe('7654321');
  });

  it('refuses a number that the register cannot have given', () => {
    if (register.command !== 'register' || register.event.personal === null) throw new Error('unreachable');
    const wrong = { ...register, event: { ...register.event, personal: { ...register.event.personal, registrationNumber: '12' } } };
    expect(codeOf(decide(initial, wrong))).toBe('REGISTRATION_NUMBER_MALFORMED');
  });

  it('comes first: nothing is recorded for somebody unknown', () => {
    expect(codeOf(decide(initial, uploadDocument()))).toBe('NOT_REGISTERED');
  });

  it('refuses a second registration in the same stream', () => {
    if (register.command !== 'register') throw new Error('unreachable');
    const other = { ...register, event: { ...register.event, data: { ...register.event.data, number: 2 } } };
    expect(codeOf(decide(given(register), other))).toBe('ALREADY_REGISTERED');
  });
});

describe('uploads', () => {
  it('recognises the same image sent twice', () => {
    expect(typesOf(decide(given(register, uploadDocument(7)), uploadDocument(7)))).toEqual([]);
  });

  it('takes an older image again after a newer one', () => {
    expect(typesOf(decide(given(register, uploadDocument(7), uploadDocument(8)), uploadDocument(7)))).toEqual(['IdDocumentUploaded']);
  });

  it('takes no more than fifty of a kind', () => {
    const many = given(register, ...Array.from({ length: 50 }, (_, index) => uploadSelfie(index + 100)));
    expect(codeOf(decide(many, uploadSelfie(999)))).toBe('TOO_MANY_UPLOADS');
    expect(typesOf(decide(many, uploadDocument(999)))).toEqual(['IdDocumentUploaded']);
  });
});

describe('starting', () => {
  it.each([
    ['DOCUMENT_MISSING', [register, uploadSelfie()]],
    ['SELFIE_MISSING', [register, uploadDocument(), scan(2)]],
    ['SCAN_PENDING', [register, uploadDocument(), uploadSelfie()]],
  ])('waits: %s', (code, commands) => {
    expect(codeOf(decide(given(...commands), start))).toBe(code);
  });

  it('starts on a document that could not be read, so that a person sees it', () => {
    expect(typesOf(decide(given(register, uploadDocument(), uploadSelfie(), scanFailed(2)), start))).toEqual(['KycStarted']);
  });

  it('names the execution after applicant, document and selfie', () => {
    expect(given(...started).runs[0]?.executionName).toBe('0190f0f0-0000-7000-8000-000000000001-3-4');
  });

  it('starts the same pair once', () => {
    expect(typesOf(decide(given(...started), start))).toEqual([]);
    expect(typesOf(decide(given(...decided()), start))).toEqual([]);
  });

  it('lets a newer selfie wait until the run before it is decided', () => {
    expect(codeOf(decide(given(...started, uploadSelfie(20)), start))).toBe('RUN_IN_PROGRESS');
    const after = given(...decided(), uploadSelfie(20));
    expect(readyToStart(after)).toMatchObject({ kind: 'ready', executionName: '0190f0f0-0000-7000-8000-000000000001-3-12' });
    expect(openRun(given(...decided(), uploadSelfie(20), start))).toMatchObject({ documentVersion: 3, selfieVersion: 12 });
  });
});

describe('signals', () => {
  it('compares no faces without consent, but records that it was not done', () => {
    const without = given(register, uploadDocument(), uploadSelfie(), scan(2), start);
    expect(codeOf(decide(without, face(2, 3)))).toBe('CONSENT_MISSING');
    expect(typesOf(decide(without, faceFailed(2, 3, 'CONSENT_MISSING')))).toEqual(['FaceMatchFailed']);
  });

  it('compares no faces once consent is withdrawn', () => {
    expect(codeOf(decide(given(...started, consent(false)), face(3, 4)))).toBe('CONSENT_MISSING');
  });

  it('keeps the first result of a comparison', () => {
    expect(typesOf(decide(given(...started, face(3, 4, 0.9)), face(3, 4, 0.1)))).toEqual([]);
  });

  it('knows no comparison of images that no run is about', () => {
    expect(codeOf(decide(given(...started), face(3, 99)))).toBe('UNKNOWN_RUN');
  });

  it('takes an answer only for a request that was made', () => {
    expect(codeOf(decide(given(...started), answer(1)))).toBe('UNKNOWN_REQUEST');
    expect(codeOf(decide(given(...started, request(6)), answer(2)))).toBe('UNKNOWN_REQUEST');
  });

  it('takes an answer once', () => {
    const answered = given(...started, request(6), answer(1));
    expect(typesOf(decide(answered, answer(1)))).toEqual([]);
    const again = answer(1);
    if (again.command !== 'record-register-check' || again.event.type !== 'RegisterChecked') throw new Error('unreachable');
    const otherRun = { ...again, event: { ...again.event, data: { ...again.event.data, runId: 'forged' } } };
    expect(codeOf(decide(answered, otherRun))).toBe('REGISTER_ALREADY_ANSWERED');
  });

  it('refuses an answer that comes after the run went on without it', () => {
    const late = given(...started, request(6), noAnswer(6));
    expect(codeOf(decide(late, answer(1)))).toBe('LATE_CALLBACK');
    const decidedWithout = given(...started, liveness(4), face(3, 4), request(6), noAnswer(6), judge);
    expect(codeOf(decide(decidedWithout, answer(1)))).toBe('LATE_CALLBACK');
  });

  it('lets the sweeper come too late', () => {
    expect(typesOf(decide(given(...started, request(6), answer(1)), noAnswer(6)))).toEqual([]);
  });

  it('records that no request could be made at all', () => {
    expect(typesOf(decide(given(...started), noAnswer(6, null)))).toEqual(['RegisterCheckFailed']);
  });

  it('asks the register once a run', () => {
    const asked = given(...started, request(6));
    expect(typesOf(decide(asked, request(6)))).toEqual([]);
    expect(codeOf(decide(asked, request(6, 2)))).toBe('REGISTER_ALREADY_REQUESTED');
  });
});

describe('the decision', () => {
  it('waits for every signal', () => {
    const state = given(...started, face(3, 4));
    expect(state.runs.map((run) => missingSignals(state, run))).toEqual([['liveness', 'register']]);
    expect(codeOf(decide(state, judge))).toBe('SIGNALS_MISSING');
    expect(codeOf(decide(given(register), judge))).toBe('NOT_STARTED');
  });

  it('passes when every rule does', () => {
    const state = given(...decided());
    expect(state).toMatchObject({ status: 'VERIFIED', inForce: { version: 11, decision: 'PASS', notes: ['LIVENESS_NOT_PERFORMED'] } });
  });

  it('G-14: records signals, rules and settings, so that it can be recomputed', () => {
    const result = decide(given(...started, liveness(4), face(3, 4), request(6), answer(1)), judge);
    const [event] = result.kind === 'events' ? result.events : [];
    if (event?.type !== 'DecisionMade') throw new Error('no decision');
    expect(policy.evaluate(event.data.signals)).toEqual({
      decision: event.data.decision, rules: event.data.rules, reasons: event.data.reasons, notes: event.data.notes,
    });
    expect(event.data.policySettings).toEqual(policy.settings);
  });

  it('is made once a run, also when asked for an older run again', () => {
    const again = given(...decided(), uploadSelfie(20), start);
    expect(typesOf(decide(again, { command: 'decide', policy, today, startVersion: 6 }))).toEqual([]);
    expect(codeOf(decide(again, judge))).toBe('SIGNALS_MISSING');
  });

  it('is published once', () => {
    const published = given(...decided(), publish(11));
    expect(typesOf(decide(published, publish(11)))).toEqual([]);
    expect(codeOf(decide(published, publish(5)))).toBe('UNKNOWN_DECISION');
  });

  it('leaves a verified person verified while a newer document is checked', () => {
    const renewing = given(...decided(), uploadDocument(30), scan(12), start);
    expect(renewing.status).toBe('VERIFIED');
    expect(documentInUse(renewing)?.version).toBe(3);
  });
});

function remind(thresholdDays: 90 | 30) {
  return {
    command: 'record-reminder',
    event: { type: 'ExpiryReminderSent', data: { documentVersion: 2, thresholdDays, messageId: 'm' }, personal: null },
  } as const;
}

describe('expiry', () => {
  it('marks a document the day after its last day, once', () => {
    const state = given(register, uploadDocument(), scan(2, '2026-11-22'));
    expect(typesOf(decide(state, { command: 'expire-documents', today: '2026-11-22' }))).toEqual([]);
    const expire = { command: 'expire-documents', today: '2026-11-23' } as const;
    expect(typesOf(decide(state, expire))).toEqual(['IdDocumentExpired']);
    expect(typesOf(decide(given(register, uploadDocument(), scan(2, '2026-11-22'), expire), expire))).toEqual([]);
  });

  it('sends each reminder once a document', () => {
    const reminded = given(register, uploadDocument(), scan(2), remind(90));
    expect(typesOf(decide(reminded, remind(90)))).toEqual([]);
    expect(typesOf(decide(reminded, remind(30)))).toEqual(['ExpiryReminderSent']);
  });
});
