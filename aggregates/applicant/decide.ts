import type { ApplicantCommand, DecideResult } from './commands.ts';
import { decideEvidence } from './decide-evidence.ts';
import { decideRetention } from './decide-retention.ts';
import { decideReview } from './decide-review.ts';
import { decideRun } from './decide-run.ts';
import { nothing, record, refuse } from './result.ts';
import type { ApplicantState } from './state.ts';
import { parseRegistrationNumber } from '../registers/registration-number.ts';

/**
 * What follows from a command: events to append, none when it is done already, or a refusal with a stable code.
 * Pure. Asked again after its own events it gives no new ones, so every handler may retry.
 */
export function decide(state: ApplicantState, command: ApplicantCommand): DecideResult {
  if (command.command === 'register') return register(state, command);
  if (state.kind === 'unregistered') return refuse('NOT_REGISTERED', 'There is no such applicant.');
  if (command.command === 'record-erasure') return decideRetention(state, command);
  if (state.erasure.kind === 'erased') return refuse('ERASED', 'This applicant has been erased.');
  if (state.erasure.kind === 'requested' && command.command !== 'request-erasure') {
    return refuse('ERASURE_REQUESTED', 'The erasure of this applicant has been ordered; nothing more is recorded.');
  }
  switch (command.command) {
    case 'record-consent':
    case 'upload-document':
    case 'upload-selfie':
    case 'record-live-capture':
    case 'record-scan':
    case 'record-liveness':
    case 'record-reminder':
    case 'expire-documents':
      return decideEvidence(state, command);
    case 'start-kyc':
    case 'record-face-match':
    case 'request-register-check':
    case 'record-register-check':
    case 'decide':
    case 'record-publication':
      return decideRun(state, command);
    case 'claim':
    case 'release':
    case 'note':
    case 'review':
    case 'second':
    case 'appeal':
      return decideReview(state, command);
    case 'end-relationship':
    case 'hold':
    case 'release-hold':
    case 'request-erasure':
      return decideRetention(state, command);
  }
}

function register(state: ApplicantState, command: Extract<ApplicantCommand, { command: 'register' }>): DecideResult {
  const { data, personal } = command.event;
  if (state.kind === 'registered') {
    const same = state.number === data.number && state.emailHash === data.emailHash;
    return same ? nothing : refuse('ALREADY_REGISTERED', 'The stream belongs to another registration.');
  }
  if (personal === null) return refuse('PERSONAL_DATA_MISSING', 'A registration needs an address and a registration number.');
  const number = parseRegistrationNumber(data.registerType, personal.registrationNumber);
  if (!number.ok) return refuse(number.code, `This is not a registration number of the ${data.registerType}.`);
  return record({ ...command.event, personal: { ...personal, registrationNumber: number.number } });
}
