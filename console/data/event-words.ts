import type { HistoryEvent } from './generated.ts';
import type { EventType, TypedEvent } from './events.ts';
import { readable, registerShort } from './vocabulary.ts';
import type { IconName } from '../parts/icon.tsx';
import type { Tone } from '../parts/chip.tsx';

export interface EventWords {
  readonly title: string;
  /** One line more, from what the event says in the open; nothing personal. */
  readonly detail: string | null;
  readonly icon: IconName;
  readonly tone: Tone;
}

export const outcomeWords: Readonly<Record<string, string>> = { PASS: 'Pass', FAIL: 'Fail', MANUAL_REVIEW: 'Manual review' };
export const outcomeTone = (outcome: string): Tone => (outcome === 'PASS' ? 'good' : outcome === 'FAIL' ? 'bad' : 'warn');
const percent = (share: number): string => `${Math.round(share * 100)} %`;

const words = (title: string, detail: string | null, icon: IconName, tone: Tone = 'neutral'): EventWords => ({ title, detail, icon, tone });

const descriptions: { readonly [T in EventType]?: (event: TypedEvent<T>) => EventWords } = {
  ApplicantRegistered: ({ data }) => words('Registered', `Says to be on the register of the ${registerShort(data.registerType)}.`, 'person'),
  ConsentRecorded: ({ data }) => words(data.given ? 'Consented to biometric comparison' : 'Withdrew consent to biometric comparison', `Wording ${data.textVersion}.`, 'check', data.given ? 'neutral' : 'warn'),
  IdDocumentUploaded: ({ data }) => words('Sent an identity document', readable(data.documentType), 'upload'),
  SelfieUploaded: () => words('Sent a photograph of themselves', null, 'upload'),
  DocScanned: ({ data }) => words('Document read', [
    data.mrz === 'valid' ? 'Machine-readable zone holds.' : data.mrz === 'not_applicable' ? 'This kind has no machine-readable zone.' : `Machine-readable zone: ${data.mrz}.`,
    data.missingFields.length === 0 ? null : `Not read: ${data.missingFields.map(readable).join(', ').toLowerCase()}.`,
    data.disagreements.length === 0 ? null : `Zones differ in ${data.disagreements.map(readable).join(', ').toLowerCase()}.`,
  ].filter((each) => each !== null).join(' '), 'marks', data.mrz === 'invalid' || data.missingFields.length > 0 ? 'warn' : 'neutral'),
  DocScanFailed: ({ data }) => words('Document could not be read', readable(data.reason), 'warning', 'warn'),
  KycStarted: () => words('Checks started', null, 'clock'),
  LivenessChecked: ({ data }) => words('Liveness', data.outcome === 'NOT_PERFORMED' ? 'No live capture was made.' : readable(data.outcome), 'camera', data.outcome === 'FAILED' ? 'warn' : 'neutral'),
  FaceMatched: ({ data }) => words('Faces compared', `Similarity ${percent(data.similarity)}, by ${data.matcher}.`, 'people'),
  FaceMatchFailed: ({ data }) => words('Faces could not be compared', readable(data.reason), 'warning', 'warn'),
  RegisterCheckRequested: ({ data }) => words(`${registerShort(data.register)} asked`, null, 'search'),
  RegisterChecked: ({ data }) => words(`${registerShort(data.register)} answered`, [readable(data.outcome), data.status === null ? null : readable(data.status).toLowerCase(), data.cached ? 'from an answer kept' : null].filter((each) => each !== null).join(', '), 'search', data.outcome === 'clear' ? 'good' : 'warn'),
  RegisterCheckFailed: ({ data }) => words(`No answer of the ${registerShort(data.register)}`, readable(data.reason), 'warning', 'warn'),
  DecisionMade: ({ data }) => words(`Policy ${data.policyVersion} decided: ${outcomeWords[data.decision] ?? data.decision}`, data.reasons.length === 0 ? null : data.reasons.map(readable).join(', '), 'shield', outcomeTone(data.decision)),
  ResultPublished: () => words('Result sent out', null, 'upload'),
  ReviewClaimed: () => words('Took the case', null, 'person', 'info'),
  ReviewReleased: () => words('Gave the case back', null, 'queue'),
  ReviewNoted: () => words('Wrote a note', null, 'note'),
  ReviewProposed: ({ data }) => words(`Proposed: ${outcomeWords[data.outcome]}`, readable(data.reason), 'people', 'info'),
  ReviewProposalDeclined: ({ data }) => words('Declined the proposal', readable(data.reason), 'cross', 'warn'),
  ReviewOverridden: ({ data }) => words(`Decided: ${outcomeWords[data.outcome]}`, `${readable(data.reason)}${data.maker === null ? '' : `; proposed by ${data.maker.id}`}; had seen version ${data.seenVersion}`, 'check', outcomeTone(data.outcome)),
  AppealLodged: () => words('Appealed against the decision', null, 'flag', 'warn'),
  ExpiryReminderSent: ({ data }) => words('Reminded that the document expires', `${data.thresholdDays} days ahead.`, 'clock'),
  IdDocumentExpired: () => words('Document expired', null, 'clock', 'warn'),
  RelationshipEnded: ({ data }) => words('Relationship ended', `Data are due for deletion on ${data.dueOn}.`, 'clock'),
  RetentionHeld: ({ data }) => words('Legal hold', readable(data.basis), 'shield', 'warn'),
  RetentionReleased: ({ data }) => words('Legal hold lifted', readable(data.basis), 'shield'),
  ErasureRequested: ({ data }) => words('Erasure ordered', readable(data.basis), 'eyeOff', 'warn'),
  ApplicantErased: () => words('Personal data destroyed', null, 'eyeOff', 'bad'),
};

/** An event in words for staff. One that this version does not know gets its name made readable. */
export function eventWords(event: HistoryEvent): EventWords {
  const describe = (descriptions as Readonly<Record<string, ((event: HistoryEvent) => EventWords) | undefined>>)[event.type];
  return describe?.(event) ?? words(readable(event.type), null, 'info');
}

/** Who did it, as a reader says it. */
export function actorWords({ kind, id }: HistoryEvent['actor']): string {
  return kind === 'system' ? 'the platform' : kind === 'applicant' ? 'the applicant' : id;
}
