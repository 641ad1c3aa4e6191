import { biometricConsent, documentAt, selfieAt } from '../aggregates/applicant/queries.ts';
import type { Run } from '../aggregates/applicant/state.ts';
import type { EventOfType } from '../events/catalogue.ts';
import { EvidenceAltered, EvidenceMissing } from '../ledger/errors.ts';
import { causedBy, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute } from './execute.ts';
import { isClosed, loadRun, RunStep } from './run-step.ts';

export interface FaceMatchAnswer {
  readonly [key: string]: string;
  readonly face: 'matched' | 'failed' | 'closed';
}

/** Closes liveness, then compares the faces. Without consent to biometric processing no image is even opened. */
export async function faceMatch(deps: Deps, input: RunStep): Promise<FaceMatchAnswer> {
  const step = RunStep.parse(input);
  const { loaded, run } = await loadRun(deps, step);
  if (isClosed(loaded)) return { face: 'closed' };
  const selfie = selfieAt(loaded.state, run.selfieVersion);
  if (run.face.kind !== 'pending' && selfie?.liveness !== null) return { face: run.face.kind };
  const consented = biometricConsent(loaded.state) === 'given';
  // A live capture brings its result with its picture: what has none by now is a still, and a still of a screen looks as alive as
  // its original.
  if (selfie?.liveness === null) await recordNotPerformed(deps, loaded, run);
  if (run.face.kind !== 'pending') return { face: run.face.kind };
  if (!consented) return recordFailure(deps, loaded, run, 'CONSENT_MISSING');
  const event = await compare(deps, loaded, run);
  const by = causedBy(loaded, run.startVersion, 'face-match');
  const done = await execute(deps, step.stream, { command: 'record-face-match', event }, by);
  if (done.kind === 'done') return { face: event.type === 'FaceMatched' ? 'matched' : 'failed' };
  // Withdrawn while the faces were compared: the score must not be kept.
  if (done.code === 'CONSENT_MISSING') return recordFailure(deps, loaded, run, 'CONSENT_MISSING');
  if (done.code.startsWith('ERAS')) return { face: 'closed' };
  throw new StepRefused(done.code, done.message);
}

/** Records that no comparison could be had, and why; the policy then asks a person. Liveness is closed with it. */
export async function recordFaceFailure(deps: Deps, step: RunStep, reason: string): Promise<FaceMatchAnswer> {
  const { loaded, run } = await loadRun(deps, step);
  if (isClosed(loaded)) return { face: 'closed' };
  if (selfieAt(loaded.state, run.selfieVersion)?.liveness === null) await recordNotPerformed(deps, loaded, run);
  return run.face.kind === 'pending' ? recordFailure(deps, loaded, run, reason) : { face: run.face.kind };
}

type Comparison = EventOfType<'FaceMatched'> | EventOfType<'FaceMatchFailed'>;

async function compare(deps: Deps, { state }: Case, run: Run): Promise<Comparison> {
  const document = documentAt(state, run.documentVersion);
  const selfie = selfieAt(state, run.selfieVersion);
  const of = { documentVersion: run.documentVersion, selfieVersion: run.selfieVersion, matcher: deps.faceMatcher.name };
  if (document === null || selfie === null) throw new StepRefused('UNKNOWN_RUN', 'The run names images that are not there.');
  try {
    const [documentImage, selfieImage] = await Promise.all([
      deps.ledger.readEvidence(state.stream, document.evidence),
      deps.ledger.readEvidence(state.stream, selfie.evidence),
    ]);
    const compared = await deps.faceMatcher.compare(documentImage, selfieImage);
    if (compared.kind === 'failed') return failed(of, compared.reason);
    const { similarity, raw, jobId } = compared;
    return { type: 'FaceMatched', data: { ...of, similarity, raw, jobId }, personal: null };
  } catch (error) {
    if (error instanceof EvidenceMissing || error instanceof EvidenceAltered) return failed(of, error.code);
    throw error;
  }
}

function failed(of: { documentVersion: number; selfieVersion: number; matcher: string }, reason: string): Comparison {
  return { type: 'FaceMatchFailed', data: { ...of, reason }, personal: null };
}

async function recordFailure(deps: Deps, loaded: Case, run: Run, reason: string): Promise<FaceMatchAnswer> {
  const of = { documentVersion: run.documentVersion, selfieVersion: run.selfieVersion, matcher: deps.faceMatcher.name };
  const by = causedBy(loaded, run.startVersion, 'face-match');
  const done = await execute(deps, loaded.state.stream, { command: 'record-face-match', event: failed(of, reason) }, by);
  if (done.kind === 'done') return { face: 'failed' };
  if (done.code.startsWith('ERAS')) return { face: 'closed' };
  throw new StepRefused(done.code, done.message);
}

async function recordNotPerformed(deps: Deps, loaded: Case, run: Run): Promise<void> {
  const done = await execute(deps, loaded.state.stream, {
    command: 'record-liveness',
    event: { type: 'LivenessChecked', data: { selfieVersion: run.selfieVersion, outcome: 'NOT_PERFORMED', method: 'none', confidence: null, sessionId: null }, personal: null },
  }, causedBy(loaded, run.startVersion, 'face-match'), { loaded });
  if (done.kind === 'done' || done.code.startsWith('ERAS')) return;
  throw new StepRefused(done.code, done.message);
}
