import { biometricConsent, newestDocument, newestSelfie, readyToStart } from '../aggregates/applicant/queries.ts';
import type { Applicant } from '../aggregates/applicant/state.ts';
import type { ApplicantStatus as Status } from '../events/status.ts';
import type { Decision, DocumentType, RegisterType, ReviewOutcome } from '../events/vocabulary.ts';
import { loadCase } from './case.ts';
import type { Deps } from './deps.ts';

/** How far a case has come. */
export type Stage =
  | 'awaiting_document' | 'awaiting_selfie' | 'scanning' | 'starting' | 'checking'
  | 'decided' | 'awaiting_review' | 'awaiting_second' | 'appealed' | 'erasing' | 'erased';

/** Where an applicant stands; nothing personal. */
export interface ApplicantStatus {
  readonly version: number;
  readonly number: number;
  readonly registerType: RegisterType;
  readonly registeredAt: string;
  readonly status: Status;
  readonly stage: Stage;
  readonly consent: 'given' | 'withdrawn' | 'missing';
  readonly document: { readonly version: number; readonly type: DocumentType; readonly expired: boolean } | null;
  readonly selfie: { readonly version: number } | null;
  /** The outcome in force: the machine's, or a person's. */
  readonly decision: {
    readonly version: number;
    readonly outcome: Decision;
    readonly reasons: readonly string[];
    readonly notes: readonly string[];
    readonly decidedAt: string;
    readonly by: 'policy' | 'person';
    readonly published: boolean;
  } | null;
  readonly claimedBy: string | null;
  readonly openProposal: { readonly version: number; readonly outcome: ReviewOutcome; readonly by: string } | null;
  readonly appealOpen: boolean;
  readonly erased: boolean;
}

/** The applicant's standing straight from the ledger; null for one who is not there. */
export async function applicantStatus(deps: Pick<Deps, 'ledger'>, stream: string): Promise<ApplicantStatus | null> {
  const loaded = await loadCase(deps, stream);
  return loaded === null ? null : statusOf(loaded.state);
}

export function statusOf(state: Applicant): ApplicantStatus {
  const document = newestDocument(state);
  const selfie = newestSelfie(state);
  const { inForce, review } = state;
  return {
    version: state.version,
    number: state.number,
    registerType: state.registerType,
    registeredAt: state.registeredAt,
    status: state.status,
    stage: stageOf(state),
    consent: biometricConsent(state),
    document: document === null ? null : { version: document.version, type: document.documentType, expired: document.expired },
    selfie: selfie === null ? null : { version: selfie.version },
    decision: inForce === null ? null : {
      version: inForce.version, outcome: inForce.decision, reasons: inForce.reasons, notes: inForce.notes,
      decidedAt: inForce.at, by: inForce.by.kind, published: state.published.includes(inForce.version),
    },
    claimedBy: review.claim?.by.id ?? null,
    openProposal: review.proposal === null
      ? null
      : { version: review.proposal.version, outcome: review.proposal.outcome, by: review.proposal.by.id },
    appealOpen: state.appeal !== null,
    erased: state.erasure.kind === 'erased',
  };
}

function stageOf(state: Applicant): Stage {
  if (state.erasure.kind !== 'none') return state.erasure.kind === 'erased' ? 'erased' : 'erasing';
  const readiness = readyToStart(state);
  if (readiness.kind === 'ready') return 'starting';
  if (readiness.kind === 'started' && readiness.run.decisionVersion === null) return 'checking';
  if (readiness.kind === 'waiting') {
    if (readiness.code === 'RUN_IN_PROGRESS') return 'checking';
    if (readiness.code === 'SCAN_PENDING') return 'scanning';
    if (state.inForce === null) return readiness.code === 'DOCUMENT_MISSING' ? 'awaiting_document' : 'awaiting_selfie';
  }
  if (state.appeal !== null) return 'appealed';
  if (state.review.proposal !== null) return 'awaiting_second';
  return state.status === 'REVIEW' ? 'awaiting_review' : 'decided';
}
