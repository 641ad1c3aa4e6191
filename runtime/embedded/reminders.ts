import type { Deps } from '../../handlers/deps.ts';
import { reminderDays, remindExpiring, type Reminded } from '../../handlers/expiry-reminder.ts';
import { expiringDocuments } from '../../projectors/relational/queries.ts';
import type { Stores } from './stores.ts';

/** Reminds of documents that expire soon; the read model says which are worth looking at. */
export async function remindNow(stores: Pick<Stores, 'pool'>, deps: Deps): Promise<Reminded> {
  const today = deps.clock().toISOString().slice(0, 10);
  const candidates = await expiringDocuments(stores.pool, today, Math.max(...reminderDays));
  return remindExpiring(deps, { today, streams: new Set(candidates.map(({ stream }) => stream)) });
}
