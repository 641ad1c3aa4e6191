import type { EventOfType } from '../../events/catalogue.ts';
import type { DocumentFields } from '../../events/catalogue/doc-scanned.ts';
import type { Actor } from '../../events/envelope.ts';
import type { LivenessOutcome } from '../../events/signals.ts';
import type { ApplicantStatus } from '../../events/status.ts';
import type { Decision, DocumentType, EvidenceRef, RegisterType, ReviewOutcome } from '../../events/vocabulary.ts';

/** Nothing is recorded in the stream yet. */
export interface Unregistered {
  readonly kind: 'unregistered';
  readonly version: 0;
}

/** What the stream says of one applicant. Everything personal is null once the subject is erased. */
export interface Applicant {
  readonly kind: 'registered';
  readonly stream: string;
  /** Version of the last event. */
  readonly version: number;
  /** Version of the last event that a reviewer must have seen before deciding. */
  readonly lastMaterialVersion: number;
  readonly registeredAt: string;
  readonly number: number;
  readonly registerType: RegisterType;
  readonly emailHash: string;
  readonly personal: EventOfType<'ApplicantRegistered'>['personal'];
  readonly status: ApplicantStatus;
  /** Consent to biometric processing; null when the question was never answered. */
  readonly consent: { readonly given: boolean; readonly textVersion: string; readonly version: number } | null;
  /** In the order of upload. */
  readonly documents: readonly IdDocument[];
  readonly selfies: readonly Selfie[];
  readonly runs: readonly Run[];
  readonly decisions: readonly DecisionRecord[];
  /** The newest of `decisions`. */
  readonly inForce: DecisionRecord | null;
  readonly review: Review;
  readonly appeal: Appeal | null;
  /** Decision versions whose result went out. */
  readonly published: readonly number[];
  readonly retention: Retention;
  readonly erasure: Erasure;
}

export type ApplicantState = Unregistered | Applicant;

export interface IdDocument {
  /** Version of the IdDocumentUploaded event: the document's handle. */
  readonly version: number;
  readonly uploadedAt: string;
  readonly documentType: DocumentType;
  readonly evidence: EvidenceRef;
  readonly plainSha256: string | null;
  readonly scan: Scan;
  readonly expired: boolean;
  /** Thresholds (days) of the reminders sent so far. */
  readonly reminders: readonly number[];
}

export type Scan =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'scanned';
      readonly version: number;
      readonly data: EventOfType<'DocScanned'>['data'];
      /** Personal. */
      readonly fields: DocumentFields | null;
      /** The end of the name may be missing: it was cut off in the machine-readable zone (ICAO 9303). */
      readonly nameMayBeCut: boolean;
    }
  | { readonly kind: 'failed'; readonly version: number; readonly reason: string };

export interface Selfie {
  readonly version: number;
  readonly uploadedAt: string;
  readonly evidence: EvidenceRef;
  readonly plainSha256: string | null;
  readonly liveness: { readonly version: number; readonly outcome: LivenessOutcome; readonly sessionId: string | null } | null;
}

/** One pass of the workflow over a document and a selfie. */
export interface Run {
  /** Version of the KycStarted event: the run's handle. */
  readonly startVersion: number;
  readonly startedAt: string;
  readonly executionName: string;
  readonly documentVersion: number;
  readonly selfieVersion: number;
  readonly face: FaceSignal;
  readonly request: EventOfType<'RegisterCheckRequested'>['data'] | null;
  readonly register: RegisterSignal;
  /** Version of the DecisionMade event that closed the run. */
  readonly decisionVersion: number | null;
}

export type FaceSignal =
  | { readonly kind: 'pending' }
  | { readonly kind: 'matched'; readonly version: number; readonly similarity: number }
  | { readonly kind: 'failed'; readonly version: number; readonly reason: string };

export type RegisterSignal =
  | { readonly kind: 'pending' }
  | { readonly kind: 'checked'; readonly version: number; readonly data: EventOfType<'RegisterChecked'>['data'] }
  | { readonly kind: 'failed'; readonly version: number; readonly reason: string };

export interface DecisionRecord {
  /** Version of the DecisionMade or ReviewOverridden event. */
  readonly version: number;
  readonly at: string;
  readonly decision: Decision;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  readonly by:
    | { readonly kind: 'policy'; readonly policyVersion: string; readonly startVersion: number }
    | {
        readonly kind: 'person';
        readonly actor: Actor;
        readonly maker: Actor | null;
        readonly seenVersion: number;
        readonly proposalVersion: number | null;
      };
}

export interface Review {
  readonly claim: { readonly by: Actor; readonly version: number } | null;
  /** The open proposal: waits for a second person. */
  readonly proposal: Proposal | null;
  /** The last proposal that was declined, so that a repeated answer is recognised. */
  readonly declined: { readonly by: Actor; readonly reason: string; readonly proposalVersion: number; readonly version: number } | null;
  readonly lastNote: { readonly by: Actor; readonly note: string | null; readonly version: number } | null;
}

export interface Proposal {
  readonly version: number;
  readonly by: Actor;
  readonly decisionVersion: number;
  readonly outcome: ReviewOutcome;
  readonly reason: string;
  readonly seenVersion: number;
}

/** The appeal against the decision in force; gone when a newer decision is in force. */
export interface Appeal {
  readonly version: number;
  readonly decisionVersion: number;
  readonly statement: string | null;
}

export interface Retention {
  /** Holds in force. */
  readonly holds: readonly { readonly holdId: string; readonly basis: string; readonly version: number }[];
  readonly releasedHolds: readonly string[];
  readonly ended: EventOfType<'RelationshipEnded'>['data'] | null;
}

export type Erasure =
  | { readonly kind: 'none' }
  | { readonly kind: 'requested'; readonly version: number; readonly basis: string; readonly requestedAt: string }
  | { readonly kind: 'erased'; readonly version: number; readonly basis: string; readonly erasedAt: string };
