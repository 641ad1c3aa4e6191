import { readFile } from 'node:fs/promises';
import type { AuditIndex } from '../../gateways/audit-index/port.ts';
import { createOpenSearchAuditIndex } from '../../gateways/audit-index/opensearch.ts';
import { createPostgresAuditIndex } from '../../gateways/audit-index/postgres.ts';
import { createReviewFeedbackStore } from '../../gateways/records/dynamodb.ts';
import type { Log } from '../../handlers/deps.ts';
import { accessLog } from '../../projectors/access-log/projection.ts';
import { auditTrail } from '../../projectors/audit-trail/projection.ts';
import { createProjector, type Projector } from '../../projectors/engine/projector.ts';
import { dropLeftovers, rebuild } from '../../projectors/engine/rebuild.ts';
import { needsRebuild } from '../../projectors/engine/revision.ts';
import type { ProjectionFailure, TableProjection } from '../../projectors/engine/projection.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { reviewFeedback } from '../../projectors/review-feedback/projection.ts';
import { readModelEvents } from '../read-model-events.ts';
import type { Settings } from '../settings.ts';
import type { Stores } from './stores.ts';

/** A read model as it runs here: its projector, and which events have to wake it. */
export interface ReadModel {
  readonly name: string;
  readonly projector: Projector;
  readonly types: 'all' | readonly string[];
}

export async function openAuditIndex(settings: Settings, stores: Pick<Stores, 'pool'>): Promise<AuditIndex> {
  const url = settings.values.KYC_OPENSEARCH_URL;
  if (url === undefined) return createPostgresAuditIndex(stores.pool);
  const template = await readFile(new URL('../../schema/opensearch/audit-template.json', import.meta.url), 'utf8');
  return createOpenSearchAuditIndex({ url, template });
}

/** Every read model. A new one is a folder in projectors/ and its line here. */
export function openReadModels(stores: Stores, audit: AuditIndex, onFailure: (failure: ProjectionFailure) => void): readonly ReadModel[] {
  const { pool, ledger, store, client, tables } = stores;
  const deps = { pool, ledger, store, onFailure };
  const feedback = createReviewFeedbackStore({ client, table: tables['review-feedback'] });
  return [
    { name: relational.name, projector: createProjector(relational, deps), types: readModelEvents.relational },
    { name: 'audit-trail', projector: createProjector(auditTrail(audit), deps), types: readModelEvents['audit-trail'] },
    { name: 'review-feedback', projector: createProjector(reviewFeedback(feedback), deps), types: readModelEvents['review-feedback'] },
    { name: accessLog.name, projector: createProjector(accessLog, deps), types: readModelEvents['access-log'] },
  ];
}

/**
 * Before anything is projected: clears away what a rebuild that was cut off left behind, and rebuilds the tables whose
 * mapping is newer than what they hold.
 */
export async function bringUpToDate({ pool, ledger, store }: Pick<Stores, 'pool' | 'ledger' | 'store'>, log: Log): Promise<void> {
  const renew = async <State, Operation>(projection: TableProjection<State, Operation>): Promise<void> => {
    await dropLeftovers(pool, projection.schema);
    if (!(await needsRebuild(projection, pool))) return;
    log.info('a read model is rebuilt because its mapping has changed', { readModel: projection.name });
    await rebuild(projection, { pool, ledger, store });
  };
  await renew(relational);
  await renew(accessLog);
}
