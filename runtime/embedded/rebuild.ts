import { accessLog } from '../../projectors/access-log/projection.ts';
import { rebuild } from '../../projectors/engine/rebuild.ts';
import { relational } from '../../projectors/relational/projection.ts';
import type { Stores } from './stores.ts';

export interface Rebuilt {
  readonly name: string;
  readonly events: number;
  readonly failed: number;
}

/** Rebuilds the read models that are tables beside the live ones and swaps them. The platform may run meanwhile. */
export async function rebuildReadModels(stores: Stores, onProgress: (name: string, done: number, total: number) => void): Promise<readonly Rebuilt[]> {
  const deps = { pool: stores.pool, ledger: stores.ledger, store: stores.store };
  const results: Rebuilt[] = [];
  for (const projection of [relational, accessLog]) {
    const { name } = projection;
    const { applied, failed } = await rebuild(projection, deps, { onProgress: ({ events, total }) => onProgress(name, events, Math.max(total ?? 0, events)) });
    results.push({ name, events: applied, failed: failed.length });
  }
  return results;
}
