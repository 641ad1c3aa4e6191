import type { EventBodies, HistoryEvent, StaffView } from '../../data/generated.ts';
import { eventAt, lastOf, type TypedEvent } from '../../data/events.ts';

export interface CaseAnswer {
  readonly status: StaffView;
  readonly events: readonly HistoryEvent[];
}

/** What a case rests on, picked out of its events: the newest of each, and the signals of the run that was decided last. */
export interface CaseFacts {
  readonly registered: TypedEvent<'ApplicantRegistered'> | null;
  readonly document: TypedEvent<'IdDocumentUploaded'> | null;
  readonly scan: TypedEvent<'DocScanned'> | null;
  readonly scanFailure: TypedEvent<'DocScanFailed'> | null;
  readonly selfie: TypedEvent<'SelfieUploaded'> | null;
  readonly face: TypedEvent<'FaceMatched'> | null;
  readonly faceFailure: TypedEvent<'FaceMatchFailed'> | null;
  readonly liveness: TypedEvent<'LivenessChecked'> | null;
  readonly register: TypedEvent<'RegisterChecked'> | null;
  readonly registerFailure: TypedEvent<'RegisterCheckFailed'> | null;
  /** The machine's last decision. */
  readonly decision: TypedEvent<'DecisionMade'> | null;
  readonly proposal: TypedEvent<'ReviewProposed'> | null;
  /** A proposal that new evidence made void, if that is how the last one ended. */
  readonly voided: TypedEvent<'ReviewProposed'> | null;
  readonly appeal: TypedEvent<'AppealLodged'> | null;
}

export type Rule = EventBodies['DecisionMade']['data']['rules'][number];

export function factsOf({ status, events }: CaseAnswer): CaseFacts {
  const document = eventAt(events, status.document?.version, 'IdDocumentUploaded');
  const selfie = eventAt(events, status.selfie?.version, 'SelfieUploaded');
  const decision = lastOf(events, 'DecisionMade');
  const ofPair = ({ data }: { data: { documentVersion: number; selfieVersion: number } }): boolean => data.documentVersion === document?.version && data.selfieVersion === selfie?.version;
  const ofDocument = ({ data }: { data: { documentVersion: number } }): boolean => data.documentVersion === document?.version;
  const register = lastOf(events, 'RegisterChecked');
  const registerFailure = lastOf(events, 'RegisterCheckFailed');
  const proposed = lastOf(events, 'ReviewProposed');
  const ended = proposed === null || events.some((event) => event.version > proposed.version && ['ReviewProposalDeclined', 'ReviewOverridden'].includes(event.type));
  return {
    registered: lastOf(events, 'ApplicantRegistered'),
    document,
    scan: lastOf(events, 'DocScanned', ofDocument),
    scanFailure: lastOf(events, 'DocScanFailed', ofDocument),
    selfie,
    face: lastOf(events, 'FaceMatched', ofPair),
    faceFailure: lastOf(events, 'FaceMatchFailed', ofPair),
    liveness: lastOf(events, 'LivenessChecked', ({ data }) => data.selfieVersion === selfie?.version),
    register: newer(register, registerFailure),
    registerFailure: newer(registerFailure, register),
    decision,
    proposal: eventAt(events, status.openProposal?.version, 'ReviewProposed'),
    voided: status.openProposal === null && !ended ? proposed : null,
    appeal: status.appealOpen ? lastOf(events, 'AppealLodged') : null,
  };
}

function newer<A extends { version: number }>(wanted: A | null, other: { version: number } | null): A | null {
  return wanted !== null && wanted.version > (other?.version ?? 0) ? wanted : null;
}

/** Change nothing that a judgement rests on. */
export const quietEvents: ReadonlySet<string> = new Set(['ResultPublished', 'ExpiryReminderSent']);

/** The last version that somebody has seen who saw `seen` and did everything of weight after it themselves. */
export function seenUpTo(events: readonly HistoryEvent[], seen: number, subject: string): number {
  let last = seen;
  for (const event of events) if (event.version === last + 1 && (event.actor.id === subject || quietEvents.has(event.type))) last = event.version;
  return last;
}
