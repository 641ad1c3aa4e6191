import type { DomainEvent, EventOfType, EventType } from '../../events/catalogue.ts';
import type { Actor } from '../../events/envelope.ts';
import type { ReviewOutcome } from '../../events/vocabulary.ts';
import type { PolicyVersion } from '../policy/policy.ts';

/** "This happened outside; record it if it is new and allowed": the command carries the event's own content. */
type Record<Name extends string, T extends EventType> = { readonly command: Name; readonly event: EventOfType<T> };

/**
 * What can be asked of an applicant. Commands about outside facts carry the event they become; commands in which
 * the aggregate has something to work out (a decision, a review) carry what it needs for that.
 */
export type ApplicantCommand =
  | Record<'register', 'ApplicantRegistered'>
  | Record<'record-consent', 'ConsentRecorded'>
  | Record<'upload-document', 'IdDocumentUploaded'>
  | Record<'upload-selfie', 'SelfieUploaded'>
  /** A live capture: its picture becomes the selfie, and what the service said of it goes with that selfie, in one. */
  | {
      readonly command: 'record-live-capture';
      readonly selfie: EventOfType<'SelfieUploaded'>;
      readonly capture: Omit<EventOfType<'LivenessChecked'>['data'], 'selfieVersion' | 'sessionId'> & { readonly sessionId: string };
      /** Version of the ConsentRecorded event under which the capture was begun. */
      readonly consentVersion: number;
    }
  | Record<'record-scan', 'DocScanned' | 'DocScanFailed'>
  | { readonly command: 'start-kyc' }
  | Record<'record-liveness', 'LivenessChecked'>
  | Record<'record-face-match', 'FaceMatched' | 'FaceMatchFailed'>
  | Record<'request-register-check', 'RegisterCheckRequested'>
  | Record<'record-register-check', 'RegisterChecked' | 'RegisterCheckFailed'>
  /** `today` is the calendar date the policy judges against; `startVersion` the run to decide, the newest if left out. */
  | { readonly command: 'decide'; readonly policy: PolicyVersion; readonly today: string; readonly startVersion?: number }
  | Record<'record-publication', 'ResultPublished'>
  | { readonly command: 'claim'; readonly by: Actor }
  | { readonly command: 'release'; readonly by: Actor }
  | { readonly command: 'note'; readonly by: Actor; readonly note: string }
  /** One person's outcome: becomes ReviewOverridden, or ReviewProposed where a second person is needed. */
  | {
      readonly command: 'review';
      readonly by: Actor;
      readonly outcome: ReviewOutcome;
      readonly reason: string;
      readonly note: string;
      readonly seenVersion: number;
    }
  /** The second person's answer to the open proposal. */
  | {
      readonly command: 'second';
      readonly by: Actor;
      readonly approve: boolean;
      readonly reason: string;
      readonly note: string;
      readonly seenVersion: number;
    }
  | { readonly command: 'appeal'; readonly statement: string }
  | Record<'record-reminder', 'ExpiryReminderSent'>
  | { readonly command: 'expire-documents'; readonly today: string }
  | Record<'end-relationship', 'RelationshipEnded'>
  | Record<'hold', 'RetentionHeld'>
  | Record<'release-hold', 'RetentionReleased'>
  | { readonly command: 'request-erasure'; readonly basis: string; readonly today: string }
  | Record<'record-erasure', 'ApplicantErased'>;

/**
 * The answer to a command: the events to append (none when it is done already), or a refusal as a value.
 * `code` is stable and upper snake case, `message` one sentence without personal data.
 */
export type DecideResult =
  | { readonly kind: 'events'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };
