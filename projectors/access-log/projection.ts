import { z } from 'zod';
import type { LedgerEvent } from '../../events/read.ts';
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
  revision: 2,
  name: 'access-log',
  schema: 'kyc_access',
  handles: (stream) => !stream.startsWith('applicant-'),
  state: Nothing,
  initial: () => ({}),
  project(state, event, out) {
    const access = accessOf(event);
    if (access === null) return state;
    const id = `${event.stream}:${event.version}`;
    out.push(insert(accessLogTable, id, {
      id, ...access, actor_kind: event.actor.kind, actor_id: event.actor.id, at: event.occurredAt, event_id: event.id,
    }));
    return state;
  },
  write: (transaction, schema, operations) => writeRows(transaction, schema, [accessLogTable], operations),
};

/** Parts of a record that show who the person is. */
const PERSONAL: ReadonlySet<string> = new Set(['case', 'evidence', 'personal']);

function accessOf(event: LedgerEvent) {
  switch (event.type) {
    case 'RecordViewed': {
      const { applicant, what, upToVersion } = event.data;
      return { applicant, action: 'viewed', what, up_to_version: upToVersion, personal_data: PERSONAL.has(what), export_id: null };
    }
    case 'RecordExported': {
      const { applicant, upToVersion, personalDataIncluded, exportId } = event.data;
      return { applicant, action: 'exported', what: 'export', up_to_version: upToVersion, personal_data: personalDataIncluded, export_id: exportId };
    }
    case 'LedgerExported': {
      const { selection, personalDataIncluded, exportId } = event.data;
      return { applicant: selection.applicant, action: 'exported', what: 'ledger', up_to_version: null, personal_data: personalDataIncluded, export_id: exportId };
    }
    default:
      return null;
  }
}
