import type { EventType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { statusAfter } from '../../events/status.ts';
import { evolveEvidence } from './evolve-evidence.ts';
import { evolveRetention } from './evolve-retention.ts';
import { evolveReview } from './evolve-review.ts';
import { evolveRun } from './evolve-run.ts';
import type { Applicant, ApplicantState } from './state.ts';

export const initial: ApplicantState = { kind: 'unregistered', version: 0 };

/** The stream is not one that `decide` can have produced: a gap, a wrong order, an event of another stream. */
export class StreamCorrupt extends Error {
  override readonly name = 'StreamCorrupt';
  readonly code = 'STREAM_CORRUPT';
}

/** What a reviewer need not have seen: it changes nothing a decision rests on. */
const immaterial: ReadonlySet<EventType> = new Set([
  'ReviewNoted', 'ReviewClaimed', 'ReviewReleased', 'ResultPublished', 'ExpiryReminderSent',
]);

/** The state after one more event. Throws StreamCorrupt when the event cannot follow. */
export function evolve(state: ApplicantState, event: LedgerEvent): ApplicantState {
  if (event.version !== state.version + 1) {
    throw new StreamCorrupt(`Version ${event.version} cannot follow version ${state.version}`);
  }
  const applicant = state.kind === 'unregistered' ? begin(event) : state;
  const changed = evolveRetention(evolveReview(evolveRun(evolveEvidence(applicant, event), event), event), event);
  return {
    ...changed,
    version: event.version,
    status: statusAfter(changed.status, event),
    lastMaterialVersion: immaterial.has(event.type) ? changed.lastMaterialVersion : event.version,
  };
}

/** The state after all of a stream's events, from version 1 on. */
export function fold(events: Iterable<LedgerEvent>, from: ApplicantState = initial): ApplicantState {
  let state = from;
  for (const event of events) state = evolve(state, event);
  return state;
}

function begin(event: LedgerEvent): Applicant {
  if (event.type !== 'ApplicantRegistered') throw new StreamCorrupt(`A stream cannot begin with ${event.type}`);
  return {
    kind: 'registered',
    stream: event.stream,
    version: event.version,
    lastMaterialVersion: event.version,
    registeredAt: event.occurredAt,
    number: event.data.number,
    registerType: event.data.registerType,
    emailHash: event.data.emailHash,
    personal: event.personal,
    status: 'NEW',
    consent: null,
    documents: [],
    selfies: [],
    runs: [],
    decisions: [],
    inForce: null,
    review: { claim: null, proposal: null, declined: null, lastNote: null },
    appeal: null,
    published: [],
    retention: { holds: [], releasedHolds: [], ended: null },
    erasure: { kind: 'none' },
  };
}
