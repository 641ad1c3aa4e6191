import type { AuditIndex } from '../../gateways/audit-index/port.ts';
import { createReviewFeedbackStore } from '../../gateways/records/dynamodb.ts';
import { accessLog } from '../../projectors/access-log/projection.ts';
import { auditTrail } from '../../projectors/audit-trail/projection.ts';
import type { OutsideProjection, TableProjection } from '../../projectors/engine/projection.ts';
import { rebuild, refill, type RebuildProgress } from '../../projectors/engine/rebuild.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { reviewFeedback } from '../../projectors/review-feedback/projection.ts';
import { readModelNames, type ReadModelName } from '../read-model-events.ts';
import type { Stores } from './stores.ts';

export interface Rebuilt {
  readonly name: string;
  readonly events: number;
  readonly failed: number;
}

/**
 * Makes every read model anew from the ledger, while the platform runs or while it does not. Tables are built beside
 * the live ones and swapped; what lies outside PostgreSQL is written over in place, where the same entries come out.
 */
export async function rebuildReadModels(
  stores: Pick<Stores, 'pool' | 'ledger' | 'store' | 'client' | 'tables'>,
  audit: AuditIndex,
  onProgress: (name: string, done: number, total: number) => void,
  only: readonly ReadModelName[] = readModelNames,
): Promise<readonly Rebuilt[]> {
  const { pool, ledger, store, client, tables } = stores;
  const deps = { pool, ledger, store };
  const watch = (name: string) => ({ onProgress: ({ events, total }: RebuildProgress) => onProgress(name, events, Math.max(total ?? 0, events)) });
  const anew = async <State, Operation>(projection: TableProjection<State, Operation>): Promise<Rebuilt> => {
    const { applied, failed } = await rebuild(projection, deps, watch(projection.name));
    return { name: projection.name, events: applied, failed: failed.length };
  };
  const again = async <State, Operation>(projection: OutsideProjection<State, Operation>): Promise<Rebuilt> => {
    const { applied, failed } = await refill(projection, deps, watch(projection.name));
    return { name: projection.name, events: applied, failed: failed.length };
  };
  const each: Readonly<Record<ReadModelName, () => Promise<Rebuilt>>> = {
    relational: () => anew(relational),
    'access-log': () => anew(accessLog),
    'audit-trail': () => again(auditTrail(audit)),
    'review-feedback': () => again(reviewFeedback(createReviewFeedbackStore({ client, table: tables['review-feedback'] }))),
  };
  const rebuilt: Rebuilt[] = [];
  for (const name of readModelNames) if (only.includes(name)) rebuilt.push(await each[name]());
  return rebuilt;
}
