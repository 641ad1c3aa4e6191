import type { DomainEvent, EventOfType, EventType } from '../../events/catalogue.ts';

type Summaries = { readonly [T in EventType]: (data: EventOfType<T>['data']) => string };

const of = (version: number) => `version ${version}`;
const listed = (codes: readonly string[]) => (codes.length === 0 ? '' : `: ${codes.join(', ')}`);

/** One line for each kind of event, from its open data alone: nothing that names anybody. */
const summaries: Summaries = {
  ApplicantRegistered: ({ number, registerType }) => `Applicant ${number} registered for the ${registerType}`,
  ConsentRecorded: ({ purpose, given, textVersion }) => `Consent to ${purpose} ${given ? 'given' : 'withdrawn'} (wording ${textVersion})`,
  IdDocumentUploaded: ({ documentType }) => `Identity document uploaded: ${documentType.replaceAll('_', ' ')}`,
  SelfieUploaded: () => 'Selfie uploaded',
  DocScanned: ({ documentVersion, mrz, missingFields }) =>
    `Document of ${of(documentVersion)} read, machine-readable zone ${mrz.replaceAll('_', ' ')}${missingFields.length === 0 ? '' : `, not readable: ${missingFields.join(', ')}`}`,
  DocScanFailed: ({ documentVersion, reason }) => `Document of ${of(documentVersion)} could not be read: ${reason}`,
  KycStarted: ({ documentVersion, selfieVersion }) => `Checks started on document of ${of(documentVersion)} and selfie of ${of(selfieVersion)}`,
  LivenessChecked: ({ outcome }) => `Liveness ${outcome.toLowerCase().replaceAll('_', ' ')}`,
  FaceMatched: ({ similarity }) => `Faces compared: similarity ${similarity}`,
  FaceMatchFailed: ({ reason }) => `Faces could not be compared: ${reason}`,
  RegisterCheckRequested: ({ register, deadline }) => `${register} register asked, answer due by ${deadline}`,
  RegisterChecked: ({ register, outcome, status, snapshotDate, cached }) =>
    `${register} register as of ${snapshotDate}${cached ? ' (from the cache)' : ''}: ${outcome.replaceAll('_', ' ')}${status === null ? '' : `, ${status.replaceAll('_', ' ')}`}`,
  RegisterCheckFailed: ({ register, reason }) => `${register} register gave no usable answer: ${reason}`,
  DecisionMade: ({ decision, policyVersion, reasons }) => `Policy ${policyVersion} decided ${decision}${listed(reasons)}`,
  ResultPublished: ({ decisionVersion, channels }) => `Result of ${of(decisionVersion)} published by ${channels.map(({ channel }) => channel).join(', ')}`,
  ReviewClaimed: () => 'A reviewer took the case',
  ReviewReleased: () => 'The case was given back to the queue',
  ReviewNoted: () => 'A note was written',
  ReviewProposed: ({ outcome, reason }) => `${outcome} proposed, waiting for a second person: ${reason}`,
  ReviewProposalDeclined: ({ reason }) => `The proposal was declined: ${reason}`,
  ReviewOverridden: ({ from, outcome, reason, maker }) => `A person decided ${outcome} instead of ${from}${maker === null ? '' : ', on a colleague\'s proposal'}: ${reason}`,
  AppealLodged: ({ decisionVersion }) => `The applicant appealed against the decision of ${of(decisionVersion)}`,
  ExpiryReminderSent: ({ thresholdDays }) => `Reminder sent: the document expires within ${thresholdDays} days`,
  IdDocumentExpired: ({ documentVersion }) => `Document of ${of(documentVersion)} expired`,
  RelationshipEnded: ({ endedOn, dueOn, reason }) => `Relationship ended on ${endedOn} (${reason}); personal data due for deletion on ${dueOn}`,
  RetentionHeld: ({ basis }) => `Legal hold: ${basis}`,
  RetentionReleased: ({ basis }) => `Legal hold lifted: ${basis}`,
  ErasureRequested: ({ basis }) => `Erasure ordered: ${basis}`,
  ApplicantErased: ({ purged }) => `Personal data destroyed; ${purged.evidence} pieces of evidence and ${purged.reservations} reservations purged`,
  RecordViewed: ({ applicant, what, upToVersion }) => `Record of ${applicant} viewed (${what}) up to ${of(upToVersion)}`,
  RecordExported: ({ applicant, upToVersion, basis, personalDataIncluded }) =>
    `Record of ${applicant} exported up to ${of(upToVersion)}, ${personalDataIncluded ? 'with' : 'without'} personal data${purpose(basis)}`,
  LedgerExported: ({ applicants, events, treeSize, basis, personalDataIncluded }) =>
    `${events} events of ${applicants} applicants exported from the ledger of ${treeSize} entries, ${personalDataIncluded ? 'with' : 'without'} personal data${purpose(basis)}`,
};

const purpose = (basis: string | null): string => (basis === null ? '' : `: ${basis}`);

/** What happened, in one line without anything personal. */
export function summaryOf<T extends EventType>(event: { readonly type: T; readonly data: EventOfType<T>['data'] }): string {
  return summaries[event.type](event.data);
}

/** The reason codes in an event's open data: reasons, reason, failure basis. */
export function reasonsOf({ data }: Pick<DomainEvent, 'data'>): string[] {
  const codes = [
    ...('reasons' in data ? data.reasons : []),
    ...('reason' in data ? [data.reason] : []),
    ...('basis' in data && data.basis !== null ? [data.basis] : []),
  ];
  return [...new Set(codes)];
}
