import type { EventOf } from './define.ts';
import { ApplicantRegistered } from './catalogue/applicant-registered.ts';
import { ConsentRecorded } from './catalogue/consent-recorded.ts';
import { IdDocumentUploaded } from './catalogue/id-document-uploaded.ts';
import { SelfieUploaded } from './catalogue/selfie-uploaded.ts';
import { DocScanned } from './catalogue/doc-scanned.ts';
import { DocScanFailed } from './catalogue/doc-scan-failed.ts';
import { KycStarted } from './catalogue/kyc-started.ts';
import { LivenessChecked } from './catalogue/liveness-checked.ts';
import { FaceMatched } from './catalogue/face-matched.ts';
import { FaceMatchFailed } from './catalogue/face-match-failed.ts';
import { RegisterCheckRequested } from './catalogue/register-check-requested.ts';
import { RegisterChecked } from './catalogue/register-checked.ts';
import { RegisterCheckFailed } from './catalogue/register-check-failed.ts';
import { DecisionMade } from './catalogue/decision-made.ts';
import { ResultPublished } from './catalogue/result-published.ts';
import { ReviewClaimed } from './catalogue/review-claimed.ts';
import { ReviewReleased } from './catalogue/review-released.ts';
import { ReviewNoted } from './catalogue/review-noted.ts';
import { ReviewProposed } from './catalogue/review-proposed.ts';
import { ReviewProposalDeclined } from './catalogue/review-proposal-declined.ts';
import { ReviewOverridden } from './catalogue/review-overridden.ts';
import { AppealLodged } from './catalogue/appeal-lodged.ts';
import { ExpiryReminderSent } from './catalogue/expiry-reminder-sent.ts';
import { IdDocumentExpired } from './catalogue/id-document-expired.ts';
import { RelationshipEnded } from './catalogue/relationship-ended.ts';
import { RetentionHeld } from './catalogue/retention-held.ts';
import { RetentionReleased } from './catalogue/retention-released.ts';
import { ErasureRequested } from './catalogue/erasure-requested.ts';
import { ApplicantErased } from './catalogue/applicant-erased.ts';
import { RecordViewed } from './catalogue/record-viewed.ts';
import { RecordExported } from './catalogue/record-exported.ts';
import { LedgerExported } from './catalogue/ledger-exported.ts';

/** Every kind of event there is, in the order a case usually meets them. A new event is one file and its line here. */
export const catalogue = [
  ApplicantRegistered,
  ConsentRecorded,
  IdDocumentUploaded,
  SelfieUploaded,
  DocScanned,
  DocScanFailed,
  KycStarted,
  LivenessChecked,
  FaceMatched,
  FaceMatchFailed,
  RegisterCheckRequested,
  RegisterChecked,
  RegisterCheckFailed,
  DecisionMade,
  ResultPublished,
  ReviewClaimed,
  ReviewReleased,
  ReviewNoted,
  ReviewProposed,
  ReviewProposalDeclined,
  ReviewOverridden,
  AppealLodged,
  ExpiryReminderSent,
  IdDocumentExpired,
  RelationshipEnded,
  RetentionHeld,
  RetentionReleased,
  ErasureRequested,
  ApplicantErased,
  RecordViewed,
  RecordExported,
  LedgerExported,
] as const;

export type EventType = (typeof catalogue)[number]['type'];

/** Any event of the catalogue, open, in its newest schema version. Discriminated by `type`. */
export type DomainEvent = EventOf<(typeof catalogue)[number]>;

/** The event of type `T`. */
export type EventOfType<T extends EventType> = Extract<DomainEvent, { type: T }>;
