import { fold } from '../aggregates/applicant/evolve.ts';
import type { Applicant } from '../aggregates/applicant/state.ts';
import { evidenceOf } from '../events/evidence.ts';
import type { LedgerEvent } from '../events/read.ts';
import { rowsOf, type TableRows } from '../projectors/engine/rows.ts';
import { withoutPersonalColumns } from '../projectors/relational/personal-columns.ts';
import { relational } from '../projectors/relational/projection.ts';
import { statusOf, type ApplicantStatus } from './status.ts';

/** A point in an applicant's history: after the event of this version, or what had been recorded by this time (RFC 3339). */
export type Moment = { readonly version: number } | { readonly time: string };

export interface HeldEvidence {
  /** Version of the event that keeps it. */
  readonly version: number;
  readonly type: string;
  readonly heldSince: string;
  readonly key: string;
  /** Of the sealed bytes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** What was known of an applicant at a moment. */
export interface RecordAsOf {
  /** Last version that had been recorded; 0 and nothing else when the applicant had not been registered. */
  readonly version: number;
  readonly recordedAt: string | null;
  readonly status: ApplicantStatus | null;
  /** When the personal data were destroyed, be it before or after the moment; null while they are there. */
  readonly erasedAt: string | null;
  /** What the person had given and the document said; null where it was not asked for, not known or is erased. */
  readonly personal: Pick<Applicant, 'personal'>['personal'] | null;
  readonly documents: readonly { readonly version: number; readonly fields: Readonly<Record<string, unknown>> | null }[];
  /** None once it has been destroyed with the person's key. */
  readonly evidence: readonly HeldEvidence[];
  /** The relational tables' rows of this applicant. */
  readonly tables: readonly TableRows[];
}

/** The events of a stream up to a moment. Events are in the order of their versions, so the first later one ends it. */
export function upTo(events: readonly LedgerEvent[], moment: Moment): readonly LedgerEvent[] {
  if ('version' in moment) return events.slice(0, moment.version);
  const until = Date.parse(moment.time);
  const end = events.findIndex((event) => Date.parse(event.recordedAt) > until);
  return end === -1 ? events : events.slice(0, end);
}

/**
 * An applicant's record as it was: state, evidence held, rows of the tables. `events` is the whole stream. Without
 * `personal` nothing personal even enters the computation.
 */
export function recordAsOf(events: readonly LedgerEvent[], moment: Moment, personal: boolean): RecordAsOf {
  const known = upTo(events, moment);
  const shown = personal ? known : known.map(withoutPersonal);
  const state = fold(shown);
  const last = shown.at(-1);
  if (state.kind === 'unregistered' || last === undefined) {
    return { version: 0, recordedAt: null, status: null, erasedAt: null, personal: null, documents: [], evidence: [], tables: [] };
  }
  const tables = rowsOf(relational, shown);
  return {
    version: state.version,
    recordedAt: last.recordedAt,
    status: statusOf(state),
    erasedAt: events.find(({ type }) => type === 'ApplicantErased')?.recordedAt ?? null,
    personal: state.personal,
    documents: state.documents.map(({ version, scan }) => ({ version, fields: scan.kind === 'scanned' && scan.fields !== null ? { ...scan.fields } : null })),
    evidence: state.erasure.kind === 'erased' ? [] : shown.flatMap(held),
    tables: personal ? tables : tables.map(withoutPersonalColumns),
  };
}

function held(event: LedgerEvent): HeldEvidence[] {
  const ref = evidenceOf(event);
  return ref === null ? [] : [{ version: event.version, type: event.type, heldSince: event.recordedAt, ...ref }];
}

function withoutPersonal(event: LedgerEvent): LedgerEvent {
  return { ...event, personal: null };
}
