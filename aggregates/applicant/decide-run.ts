import type { EventOfType } from '../../events/catalogue.ts';
import { signalsOf } from '../policy/signals.ts';
import type { ApplicantCommand, DecideResult } from './commands.ts';
import { biometricConsent, missingSignals, newestRun, readyToStart, runAt, runOfRequest } from './queries.ts';
import { nothing, record, refuse } from './result.ts';
import type { Applicant } from './state.ts';

export type RunCommand = Extract<ApplicantCommand, {
  command:
    | 'start-kyc' | 'record-face-match' | 'request-register-check' | 'record-register-check' | 'decide' | 'record-publication';
}>;

/** The workflow's steps: start, faces, register, decision, publication. */
export function decideRun(state: Applicant, command: RunCommand): DecideResult {
  switch (command.command) {
    case 'start-kyc':
      return start(state);
    case 'record-face-match': {
      const { documentVersion, selfieVersion } = command.event.data;
      const run = state.runs.find((each) => each.documentVersion === documentVersion && each.selfieVersion === selfieVersion);
      if (run === undefined) return refuse('UNKNOWN_RUN', 'No run was started on this document and selfie.');
      if (run.face.kind !== 'pending') return nothing;
      if (command.event.type === 'FaceMatched' && biometricConsent(state) !== 'given') {
        return refuse('CONSENT_MISSING', 'Faces are processed only with explicit consent.');
      }
      return record(command.event);
    }
    case 'request-register-check':
      return request(state, command.event);
    case 'record-register-check':
      return command.event.type === 'RegisterChecked' ? answered(state, command.event) : unanswered(state, command.event);
    case 'decide':
      return judge(state, command);
    case 'record-publication': {
      const { decisionVersion } = command.event.data;
      if (!state.decisions.some((decision) => decision.version === decisionVersion)) {
        return refuse('UNKNOWN_DECISION', 'There is no decision at this version.');
      }
      return state.published.includes(decisionVersion) ? nothing : record(command.event);
    }
  }
}

const whyNotStarted = {
  DOCUMENT_MISSING: 'No identity document has been uploaded.',
  SCAN_PENDING: 'The document has not been read yet.',
  SELFIE_MISSING: 'No selfie has been uploaded.',
  RUN_IN_PROGRESS: 'A run on earlier images has not been decided yet.',
  ERASURE_REQUESTED: 'The erasure of this applicant has been ordered; nothing more is recorded.',
} as const;

function start(state: Applicant): DecideResult {
  const readiness = readyToStart(state);
  if (readiness.kind === 'started') return nothing;
  if (readiness.kind === 'waiting') return refuse(readiness.code, whyNotStarted[readiness.code]);
  return record({
    type: 'KycStarted',
    data: {
      executionName: readiness.executionName,
      documentVersion: readiness.document.version,
      selfieVersion: readiness.selfie.version,
    },
    personal: null,
  });
}

function request(state: Applicant, event: EventOfType<'RegisterCheckRequested'>): DecideResult {
  const run = runAt(state, event.data.startVersion);
  if (run === null) return refuse('UNKNOWN_RUN', 'No run was started at this version.');
  if (event.data.register !== state.registerType) return refuse('WRONG_REGISTER', 'The applicant is not of this register.');
  if (run.request?.requestId === event.data.requestId) return nothing;
  if (run.request !== null) return refuse('REGISTER_ALREADY_REQUESTED', 'The register was asked for this run already.');
  if (run.register.kind !== 'pending') return refuse('REGISTER_ALREADY_ANSWERED', 'This run has its register signal already.');
  return record(event);
}

/** An answer counts once, for the request it was asked for, and not after the run was told that none would come. */
function answered(state: Applicant, event: EventOfType<'RegisterChecked'>): DecideResult {
  const run = runOfRequest(state, event.data.requestId);
  if (run === null) return refuse('UNKNOWN_REQUEST', 'No register was asked under this request.');
  if (event.data.register !== state.registerType) return refuse('WRONG_REGISTER', 'The applicant is not of this register.');
  switch (run.register.kind) {
    case 'checked':
      return run.register.data.runId === event.data.runId
        ? nothing
        : refuse('REGISTER_ALREADY_ANSWERED', 'This request was answered by another run of the provider.');
    case 'failed':
      return refuse('LATE_CALLBACK', 'The answer came after the run had gone on without it.');
    case 'pending':
      return record(event);
  }
}

/** A failure after the signal is in is no news: the sweeper and a callback may meet. */
function unanswered(state: Applicant, event: EventOfType<'RegisterCheckFailed'>): DecideResult {
  const run = runAt(state, event.data.startVersion);
  if (run === null) return refuse('UNKNOWN_RUN', 'No run was started at this version.');
  if (event.data.register !== state.registerType) return refuse('WRONG_REGISTER', 'The applicant is not of this register.');
  if (event.data.requestId !== null && run.request?.requestId !== event.data.requestId) {
    return refuse('UNKNOWN_REQUEST', 'No register was asked under this request.');
  }
  return run.register.kind === 'pending' ? record(event) : nothing;
}

function judge(state: Applicant, command: Extract<RunCommand, { command: 'decide' }>): DecideResult {
  const run = command.startVersion === undefined ? newestRun(state) : runAt(state, command.startVersion);
  if (run === null) return refuse('NOT_STARTED', 'No run has been started.');
  if (run.decisionVersion !== null) return nothing;
  const missing = missingSignals(state, run);
  if (missing.length > 0) return refuse('SIGNALS_MISSING', `The run still waits for: ${missing.join(', ')}.`);
  const signals = signalsOf(state, run, command.today);
  const verdict = command.policy.evaluate(signals);
  return record({
    type: 'DecisionMade',
    data: {
      startVersion: run.startVersion,
      decision: verdict.decision,
      policyVersion: command.policy.version,
      policySettings: command.policy.settings,
      signals,
      rules: [...verdict.rules],
      reasons: [...verdict.reasons],
      notes: [...verdict.notes],
    },
    personal: null,
  });
}
