import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';
import { tableIn } from '../sql.ts';

const Access = z.object({
  id: z.string(),
  /** Stream of the applicant; null for an export of several. */
  applicant: z.string().nullable(),
  action: z.enum(['viewed', 'exported']),
  actorKind: z.string(),
  actorId: z.string(),
  what: z.string(),
  upToVersion: z.number().nullable(),
  personalData: z.boolean(),
  exportId: z.string().nullable(),
  at: z.string(),
});
export type Access = z.infer<typeof Access>;

export interface AccessFilter {
  /** Stream of an applicant. */
  readonly applicant?: string;
  readonly actorId?: string;
  /** RFC 3339, from inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** At most 200; 50 by default. */
  readonly limit?: number;
  /** The last entry of the page before. */
  readonly after?: { readonly at: string; readonly id: string };
}

/** Who viewed or exported records, newest first. */
export async function listAccess(connection: CommonQueryMethods, filter: AccessFilter = {}): Promise<readonly Access[]> {
  const { applicant, actorId, from, to, after } = filter;
  const conditions = [
    sql.fragment`true`,
    ...(applicant === undefined ? [] : [sql.fragment`applicant = ${applicant}`]),
    ...(actorId === undefined ? [] : [sql.fragment`actor_id = ${actorId}`]),
    ...(from === undefined ? [] : [sql.fragment`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql.fragment`at < ${to}::timestamptz`]),
    ...(after === undefined ? [] : [sql.fragment`(at, id) < (${after.at}::timestamptz, ${after.id})`]),
  ];
  return connection.any(sql.type(Access)`
    SELECT id, applicant, action, actor_kind AS "actorKind", actor_id AS "actorId", what, up_to_version AS "upToVersion",
      personal_data AS "personalData", export_id AS "exportId", at
    FROM ${tableIn('kyc_access', 'access_log')}
    WHERE ${sql.join(conditions, sql.fragment` AND `)}
    ORDER BY at DESC, id DESC LIMIT ${Math.min(filter.limit ?? 50, 200)}`);
}
