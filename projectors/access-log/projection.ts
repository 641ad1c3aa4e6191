import { z } from 'zod';
import type { TableProjection } from '../engine/projection.ts';
import { defineTable, insert, writeRows, type RowOperation } from '../engine/tables.ts';

export const accessLogTable = defineTable('access_log', 'id', {
  id: 'text', applicant: 'text', action: 'text', actor_kind: 'text', actor_id: 'text', what: 'text', up_to_version: 'int4',
  personal_data: 'bool', export_id: 'uuid', at: 'timestamptz', event_id: 'uuid',
});

const Nothing = z.object({});
type Nothing = z.infer<typeof Nothing>;

/** Who viewed or exported whose record: what an auditor asks for first. */
export const accessLog: TableProjection<Nothing, RowOperation> = {
  kind: 'tables',
  revision: 1,
  name: 'access-log',
  schema: 'kyc_access',
  handles: (stream) => !stream.startsWith('applicant-'),
  state: Nothing,
  initial: () => ({}),
  project(state, event, out) {
    if (event.type !== 'RecordViewed' && event.type !== 'RecordExported') return state;
    const id = `${event.stream}:${event.version}`;
    const viewed = event.type === 'RecordViewed';
    out.push(insert(accessLogTable, id, {
      id,
      applicant: event.data.applicant,
      action: viewed ? 'viewed' : 'exported',
      actor_kind: event.actor.kind,
      actor_id: event.actor.id,
      what: viewed ? event.data.what : 'export',
      up_to_version: event.data.upToVersion,
      personal_data: viewed ? PERSONAL.has(event.data.what) : event.data.personalDataIncluded,
      export_id: viewed ? null : event.data.exportId,
      at: event.occurredAt,
      event_id: event.id,
    }));
    return state;
  },
  write: (transaction, schema, operations) => writeRows(transaction, schema, [accessLogTable], operations),
};

/** Parts of a record that show who the person is. */
const PERSONAL: ReadonlySet<string> = new Set(['case', 'evidence', 'personal']);
