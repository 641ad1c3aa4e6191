import type { Signals } from '../../events/signals.ts';
import { biometricConsent, documentAt, selfieAt } from '../applicant/queries.ts';
import type { Applicant, IdDocument, Run } from '../applicant/state.ts';
import { datesArePlausible, daysBetween } from '../document/dates.ts';

/**
 * What a decision on `run` rests on, as known now. `today` (`YYYY-MM-DD`) is the day expiry and ages are judged against.
 * Carries nothing that names anybody, so that it can be recorded in the open.
 */
export function signalsOf(state: Applicant, run: Run, today: string): Signals {
  return {
    asOf: today,
    biometricConsent: biometricConsent(state),
    document: documentSignal(documentAt(state, run.documentVersion), today),
    face: faceSignal(run),
    liveness: selfieAt(state, run.selfieVersion)?.liveness?.outcome ?? null,
    register: registerSignal(state, run, today),
  };
}

const unread = {
  failure: null,
  type: null,
  mrz: null,
  zonesAgree: null,
  missingFields: [],
  daysToExpiry: null,
  datesPlausible: null,
  claimedName: null,
  usedByAnotherApplicant: false,
};

function documentSignal(document: IdDocument | null, today: string): Signals['document'] {
  const scan = document?.scan ?? { kind: 'pending' };
  switch (scan.kind) {
    case 'pending':
      return { ...unread, state: 'missing' };
    case 'failed':
      return { ...unread, state: 'failed', failure: scan.reason };
    case 'scanned': {
      const { data, fields } = scan;
      return {
        state: 'scanned',
        failure: null,
        type: data.documentType,
        mrz: data.mrz,
        zonesAgree: data.zonesAgree,
        missingFields: data.missingFields,
        daysToExpiry: fields === null || fields.expiryDate === null ? null : daysBetween(today, fields.expiryDate),
        datesPlausible: fields === null ? null : datesArePlausible(fields, today),
        claimedName: data.claimedName,
        usedByAnotherApplicant: data.alsoUsedBy !== null,
      };
    }
  }
}

function faceSignal({ face }: Run): Signals['face'] {
  switch (face.kind) {
    case 'pending':
      return { state: 'missing', failure: null, similarity: null };
    case 'failed':
      return { state: 'failed', failure: face.reason, similarity: null };
    case 'matched':
      return { state: 'matched', failure: null, similarity: face.similarity };
  }
}

function registerSignal(state: Applicant, { register }: Run, today: string): Signals['register'] {
  const silent = { type: state.registerType, failure: null, outcome: null, status: null, name: null, snapshotAgeDays: null };
  switch (register.kind) {
    case 'pending':
      return { ...silent, state: 'missing' };
    case 'failed':
      return { ...silent, state: 'failed', failure: register.reason };
    case 'checked':
      return {
        ...silent,
        state: 'checked',
        outcome: register.data.outcome,
        status: register.data.status,
        name: register.data.documentName,
        snapshotAgeDays: daysBetween(register.data.snapshotDate, today),
      };
  }
}
