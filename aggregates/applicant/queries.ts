import type { Actor } from '../../events/envelope.ts';
import type { Applicant, IdDocument, Run, Selfie } from './state.ts';

export function newestDocument(state: Applicant): IdDocument | null {
  return state.documents.at(-1) ?? null;
}

export function newestSelfie(state: Applicant): Selfie | null {
  return state.selfies.at(-1) ?? null;
}

export function documentAt(state: Applicant, version: number): IdDocument | null {
  return state.documents.find((document) => document.version === version) ?? null;
}

export function selfieAt(state: Applicant, version: number): Selfie | null {
  return state.selfies.find((selfie) => selfie.version === version) ?? null;
}

/** The selfie that a live-capture session brought; null while it has brought none. */
export function selfieOfSession(state: Applicant, sessionId: string): Selfie | null {
  return state.selfies.find(({ liveness }) => liveness?.sessionId === sessionId) ?? null;
}

export function newestRun(state: Applicant): Run | null {
  return state.runs.at(-1) ?? null;
}

export function runAt(state: Applicant, startVersion: number): Run | null {
  return state.runs.find((run) => run.startVersion === startVersion) ?? null;
}

/** The run that no decision has closed yet; there is at most one. */
export function openRun(state: Applicant): Run | null {
  return state.runs.find((run) => run.decisionVersion === null) ?? null;
}

/** The run a register request belongs to. */
export function runOfRequest(state: Applicant, requestId: string): Run | null {
  return state.runs.find((run) => run.request?.requestId === requestId) ?? null;
}

export type StartReadiness =
  | { readonly kind: 'ready'; readonly document: IdDocument; readonly selfie: Selfie; readonly executionName: string }
  | { readonly kind: 'started'; readonly run: Run }
  | {
      readonly kind: 'waiting';
      readonly code: 'DOCUMENT_MISSING' | 'SCAN_PENDING' | 'SELFIE_MISSING' | 'RUN_IN_PROGRESS' | 'ERASURE_REQUESTED';
    };

/**
 * Can the workflow start on the newest document and selfie? Runs follow one another: with two at once the older,
 * slower one could overrule the newer. So after a decision ask again whether something newer has come in meanwhile.
 */
export function readyToStart(state: Applicant): StartReadiness {
  const document = newestDocument(state);
  const selfie = newestSelfie(state);
  if (state.erasure.kind !== 'none') return { kind: 'waiting', code: 'ERASURE_REQUESTED' };
  if (document === null) return { kind: 'waiting', code: 'DOCUMENT_MISSING' };
  if (selfie === null) return { kind: 'waiting', code: 'SELFIE_MISSING' };
  const run = state.runs.find((each) => each.documentVersion === document.version && each.selfieVersion === selfie.version);
  if (run !== undefined) return { kind: 'started', run };
  if (document.scan.kind === 'pending') return { kind: 'waiting', code: 'SCAN_PENDING' };
  if (openRun(state) !== null) return { kind: 'waiting', code: 'RUN_IN_PROGRESS' };
  return { kind: 'ready', document, selfie, executionName: executionName(state.stream, document.version, selfie.version) };
}

/** The same for every attempt to start the same pair, so that starting twice starts once. At most 80 characters. */
export function executionName(stream: string, documentVersion: number, selfieVersion: number): string {
  return `${stream.replace(/^applicant-/, '')}-${documentVersion}-${selfieVersion}`;
}

export type SignalName = 'scan' | 'face' | 'liveness' | 'register';

/** The signals a run still waits for; empty when it can be decided. */
export function missingSignals(state: Applicant, run: Run): SignalName[] {
  const missing: SignalName[] = [];
  const scan = documentAt(state, run.documentVersion)?.scan.kind ?? 'pending';
  if (scan === 'pending') missing.push('scan');
  if (run.face.kind === 'pending') missing.push('face');
  if ((selfieAt(state, run.selfieVersion)?.liveness ?? null) === null) missing.push('liveness');
  if (run.register.kind === 'pending') missing.push('register');
  return missing;
}

/** Is it for a person to act: manual review, an appeal, or a proposal that waits for its second? */
export function awaitsReview(state: Applicant): boolean {
  return state.erasure.kind === 'none' && (state.status === 'REVIEW' || state.review.proposal !== null);
}

export function sameActor(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.id === b.id;
}

export function biometricConsent(state: Applicant): 'given' | 'withdrawn' | 'missing' {
  if (state.consent === null) return 'missing';
  return state.consent.given ? 'given' : 'withdrawn';
}

/**
 * The document that reminders and expiry go by: the newest one that was decided on, or the newest at all.
 * An unread upload that nobody has judged yet does not push out the one the verification rests on.
 */
export function documentInUse(state: Applicant): IdDocument | null {
  const run = state.runs.findLast((each) => each.decisionVersion !== null);
  return run === undefined ? newestDocument(state) : documentAt(state, run.documentVersion);
}
