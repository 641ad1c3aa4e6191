import type { EventType } from '../../data/events.ts';

/** Kinds of events one may look for. The compiler says when one is missing. */
const all: Readonly<Record<EventType, true>> = {
  AppealLodged: true,
  ApplicantErased: true,
  ApplicantRegistered: true,
  ConsentRecorded: true,
  DecisionMade: true,
  DocScanFailed: true,
  DocScanned: true,
  ErasureRequested: true,
  ExpiryReminderSent: true,
  FaceMatchFailed: true,
  FaceMatched: true,
  IdDocumentExpired: true,
  IdDocumentUploaded: true,
  KycStarted: true,
  LedgerExported: true,
  LivenessChecked: true,
  RecordExported: true,
  RecordViewed: true,
  RegisterCheckFailed: true,
  RegisterCheckRequested: true,
  RegisterChecked: true,
  RelationshipEnded: true,
  ResultPublished: true,
  RetentionHeld: true,
  RetentionReleased: true,
  ReviewClaimed: true,
  ReviewNoted: true,
  ReviewOverridden: true,
  ReviewProposalDeclined: true,
  ReviewProposed: true,
  ReviewReleased: true,
  SelfieUploaded: true,
};

export const eventTypes = Object.keys(all);
