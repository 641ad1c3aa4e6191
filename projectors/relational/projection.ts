import type { LedgerEvent } from '../../events/read.ts';
import { statusAfter } from '../../events/status.ts';
import type { TableProjection } from '../engine/projection.ts';
import { insert, update, writeRows, type RowOperation } from '../engine/tables.ts';
import { ProjectorError } from '../errors.ts';
import { projectEvidence } from './project-evidence.ts';
import { nobody, projectRetention } from './project-retention.ts';
import { projectReview } from './project-review.ts';
import { projectRun } from './project-run.ts';
import { RelationalState, initialState, userId } from './state.ts';
import { LIVE_SCHEMA, relationalTables, rowId, users } from './tables.ts';

const STREAM = /^applicant-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/**
 * The relational tables: what each event of an applicant makes of the rows. One mapping for single events as they
 * come and for a rebuild from the whole ledger, so that both give the same tables.
 */
export const relational: TableProjection<RelationalState, RowOperation> = {
  kind: 'tables',
  revision: 1,
  name: 'relational',
  schema: LIVE_SCHEMA,
  handles: (stream) => STREAM.test(stream),
  state: RelationalState,
  initial: initialState,
  project: rowsOf,
  write: (transaction, schema, operations) => writeRows(transaction, schema, relationalTables, operations),
};

function rowsOf(state: RelationalState, event: LedgerEvent, out: RowOperation[]): RelationalState {
  if (event.type === 'ApplicantRegistered') return register(state, event, out);
  if (state.registered === 0) throw new ProjectorError('NOT_REGISTERED', `A stream cannot begin with ${event.type}`);
  const status = statusAfter(state.status, event);
  if (status !== state.status) out.push(update(users, userId(state), { status }));
  const evidence = projectEvidence({ ...state, status }, event, out);
  return projectReview(state, projectRetention(projectRun(evidence, event, out), event, out), event, out);
}

function register(state: RelationalState, event: Extract<LedgerEvent, { type: 'ApplicantRegistered' }>, out: RowOperation[]): RelationalState {
  const applicant = STREAM.exec(event.stream)?.[1];
  if (applicant === undefined || state.registered !== 0) throw new ProjectorError('NOT_REGISTERED', 'This stream cannot register an applicant');
  const id = rowId(event.data.number, event.version);
  out.push(insert(users, id, {
    id,
    ...(event.personal === null ? nobody(id) : { email: event.personal.email, reg_no: event.personal.registrationNumber }),
    reg_type: event.data.registerType,
    status: 'NEW',
    created_at: event.occurredAt,
    applicant_id: applicant,
    kyc_started_at: null,
    erasure_requested_at: null,
    erased_at: null,
    event_id: event.id,
  }));
  return { ...state, number: event.data.number, registered: event.version };
}
