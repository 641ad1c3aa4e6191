import type { ApplicantCommand, DecideResult } from '../../../aggregates/applicant/commands.ts';
import { decide } from '../../../aggregates/applicant/decide.ts';
import { evolve, initial } from '../../../aggregates/applicant/evolve.ts';
import type { Applicant, ApplicantState } from '../../../aggregates/applicant/state.ts';
import { defaultSettings, policyOf } from '../../../aggregates/policy/policies.ts';
import type { DomainEvent } from '../../../events/catalogue.ts';
import type { Actor } from '../../../events/envelope.ts';
import { checkNewEvent, type LedgerEvent } from '../../../events/read.ts';

export const today = '2026-11-22';
export const stream = 'applicant-0190f0f0-0000-7000-8000-000000000001';
export const policy = policyOf('2026-11', defaultSettings);
export const system: Actor = { kind: 'system', id: 'handler' };
export const ana: Actor = { kind: 'reviewer', id: 'ana' };
export const ben: Actor = { kind: 'reviewer', id: 'ben' };
export const cem: Actor = { kind: 'reviewer', id: 'cem' };

export function hash(seed: number): string {
  return seed.toString(16).padStart(64, '0');
}

export function uuid(seed: number): string {
  return `0190f0f0-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;
}

/** The events a command gave, as the ledger would hand them back. Checks them against the catalogue first. */
export function recordedAfter(state: ApplicantState, events: readonly DomainEvent[], actor: Actor): LedgerEvent[] {
  return events.map((event, index) => {
    const version = state.version + index + 1;
    return {
      id: `0190f0f0-0000-7000-8000-${version.toString(16).padStart(12, '0')}`,
      stream,
      version,
      occurredAt: '2026-11-22T10:00:00.000Z',
      recordedAt: '2026-11-22T10:00:00.100Z',
      actor,
      correlationId: 'test',
      causationId: null,
      ...checkNewEvent(event),
    } as LedgerEvent;
  });
}

export function actorOf(command: ApplicantCommand): Actor {
  return 'by' in command ? command.by : system;
}

/** The state after the command; a refusal is an error of the test. */
export function apply(state: ApplicantState, command: ApplicantCommand): ApplicantState {
  const result = decide(state, command);
  if (result.kind === 'refused') throw new Error(`${command.command} was refused: ${result.code}`);
  return recordedAfter(state, result.events, actorOf(command)).reduce(evolve, state);
}

export function given(...commands: readonly (ApplicantCommand | ((state: Applicant) => ApplicantCommand))[]): Applicant {
  let state: ApplicantState = initial;
  for (const each of commands) {
    if (typeof each !== 'function') state = apply(state, each);
    else if (state.kind === 'registered') state = apply(state, each(state));
  }
  if (state.kind === 'unregistered') throw new Error('the first command must register');
  return state;
}

export function codeOf(result: DecideResult): string {
  return result.kind === 'refused' ? result.code : 'NOT_REFUSED';
}

export function typesOf(result: DecideResult): string[] {
  return result.kind === 'refused' ? [`refused ${result.code}`] : result.events.map((event) => event.type);
}

const evidence = (seed: number) => ({ key: `evidence/${seed}`, sha256: hash(seed), bytes: 10, mediaType: 'image/jpeg' });

export const register: ApplicantCommand = {
  command: 'register',
  event: {
    type: 'ApplicantRegistered',
    data: { number: 1, registerType: 'GMC', emailHash: hash(1) },
    personal: { email: 'dr@example.com', registrationNumber: '7654321', name: { surname: 'SPECIMEN', givenNames: 'ANGELA' } },
  },
};

export function consent(isGiven = true): ApplicantCommand {
  return {
    command: 'record-consent',
    event: { type: 'ConsentRecorded', data: { purpose: 'biometrics', given: isGiven, textVersion: '1' }, personal: null },
  };
}

export function uploadDocument(seed = 1): ApplicantCommand {
  return {
    command: 'upload-document',
    event: { type: 'IdDocumentUploaded', data: { documentType: 'passport', evidence: evidence(seed) }, personal: { plainSha256: hash(seed) } },
  };
}

export function uploadSelfie(seed = 2): ApplicantCommand {
  return {
    command: 'upload-selfie',
    event: { type: 'SelfieUploaded', data: { evidence: evidence(seed) }, personal: { plainSha256: hash(seed) } },
  };
}

export function scan(documentVersion: number, expiryDate = '2032-05-01'): ApplicantCommand {
  return {
    command: 'record-scan',
    event: {
      type: 'DocScanned',
      data: {
        documentVersion, parserVersion: '1', reader: 'test', ocr: evidence(900), documentType: 'passport', mrz: 'valid', mrzFormat: 'TD3',
        failedChecks: [], zonesAgree: true, disagreements: [], missingFields: [],
        claimedName: { matched: true, evidence: 'exact', rule: 'EXACT' }, documentNumberHash: hash(5), alsoUsedBy: null,
      },
      personal: {
        fields: {
          name: { surname: 'SPECIMEN', givenNames: 'ANGELA' }, dateOfBirth: '1988-09-11', expiryDate, issueDate: '2022-05-01',
          documentNumber: '925076473', issuingState: 'GBR', nationality: 'GBR', sex: 'F',
        },
        mrzLines: [], lines: [], ocrPlainSha256: hash(901),
      },
    },
  };
}

export function scanFailed(documentVersion: number): ApplicantCommand {
  return {
    command: 'record-scan',
    event: { type: 'DocScanFailed', data: { documentVersion, reader: 'test', reason: 'NO_TEXT' }, personal: null },
  };
}

export const start: ApplicantCommand = { command: 'start-kyc' };

export function liveness(selfieVersion: number): ApplicantCommand {
  return {
    command: 'record-liveness',
    event: {
      type: 'LivenessChecked',
      data: { selfieVersion, outcome: 'NOT_PERFORMED', method: 'none', confidence: null, sessionId: null },
      personal: null,
    },
  };
}

export function liveCapture(seed: number, consentVersion: number, outcome: 'PASSED' | 'FAILED' = 'PASSED'): ApplicantCommand {
  return {
    command: 'record-live-capture',
    selfie: { type: 'SelfieUploaded', data: { evidence: evidence(seed) }, personal: { plainSha256: hash(seed) } },
    capture: { outcome, method: 'rekognition_face_liveness', confidence: 90, sessionId: `session-${seed}` },
    consentVersion,
  };
}

export function face(documentVersion: number, selfieVersion: number, similarity = 0.95): ApplicantCommand {
  return {
    command: 'record-face-match',
    event: {
      type: 'FaceMatched',
      data: {
        documentVersion, selfieVersion, similarity, raw: { measure: 'euclidean_distance', value: 0.4 }, matcher: 'test', jobId: 'job',
      },
      personal: null,
    },
  };
}

export function faceFailed(documentVersion: number, selfieVersion: number, reason = 'NO_FACE_IN_SELFIE'): ApplicantCommand {
  return {
    command: 'record-face-match',
    event: { type: 'FaceMatchFailed', data: { documentVersion, selfieVersion, reason, matcher: 'test' }, personal: null },
  };
}

export function request(startVersion: number, seed = 1): ApplicantCommand {
  return {
    command: 'request-register-check',
    event: {
      type: 'RegisterCheckRequested',
      data: {
        requestId: uuid(seed), startVersion, register: 'GMC', provider: 'directory', tokenHash: hash(seed),
        deadline: '2026-11-22T10:01:00.000Z',
      },
      personal: null,
    },
  };
}

export function answer(seed = 1, status: 'registered' | 'erased' = 'registered'): ApplicantCommand {
  return {
    command: 'record-register-check',
    event: {
      type: 'RegisterChecked',
      data: {
        requestId: uuid(seed), register: 'GMC', runId: `run-${seed}`, cached: false,
        outcome: status === 'registered' ? 'clear' : 'problem', status, matchedStatus: status === 'registered',
        documentName: { matched: true, evidence: 'exact', rule: 'EXACT' }, claimedName: null, snapshotDate: today, answer: evidence(950),
      },
      personal: {
        registrationNumber: '7654321', registeredName: { surname: 'SPECIMEN', givenNames: 'ANGELA' }, formerNames: [],
        statusWording: 'Registered', response: {}, answerPlainSha256: hash(951),
      },
    },
  };
}

export function noAnswer(startVersion: number, seed: number | null = 1): ApplicantCommand {
  return {
    command: 'record-register-check',
    event: {
      type: 'RegisterCheckFailed',
      data: { requestId: seed === null ? null : uuid(seed), startVersion, register: 'GMC', reason: 'NO_ANSWER_IN_TIME' },
      personal: null,
    },
  };
}

export const judge: ApplicantCommand = { command: 'decide', policy, today };

export function publish(decisionVersion: number): ApplicantCommand {
  return {
    command: 'record-publication',
    event: { type: 'ResultPublished', data: { decisionVersion, channels: [{ channel: 'console', messageId: 'm' }] }, personal: null },
  };
}

export function review(by: Actor, outcome: 'PASS' | 'FAIL', seenVersion: number, reason = outcome === 'PASS' ? 'IDENTITY_CONFIRMED' : 'DIFFERENT_PERSON'): ApplicantCommand {
  return { command: 'review', by, outcome, reason, note: 'looked at it', seenVersion };
}

export function second(by: Actor, approve: boolean, seenVersion: number, reason = approve ? 'NEW_EVIDENCE' : 'DISAGREE'): ApplicantCommand {
  return { command: 'second', by, approve, reason, note: 'looked at it too', seenVersion };
}

/** Registered, consented, both images there and read: versions 3 (document), 4 (selfie), 5 (scan), 6 (start). */
export const started = [register, consent(), uploadDocument(), uploadSelfie(), scan(3), start];

/** As far as the decision, which is version 11, by what the register and the faces say. */
export function decided(options: { status?: 'registered' | 'erased'; similarity?: number } = {}) {
  return [...started, liveness(4), face(3, 4, options.similarity), request(6), answer(1, options.status), judge];
}
