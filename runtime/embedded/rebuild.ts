import { accessLog } from '../../projectors/access-log/projection.ts';
import type { TableProjection } from '../../projectors/engine/projection.ts';
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
  const { pool, ledger, store } = stores;
  const anew = async <State, Operation>(projection: TableProjection<State, Operation>): Promise<Rebuilt> => {
    const { name } = projection;
    const { applied, failed } = await rebuild(projection, { pool, ledger, store }, {
      onProgress: ({ events, total }) => onProgress(name, events, Math.max(total ?? 0, events)),
    });
    return { name, events: applied, failed: failed.length };
  };
  return [await anew(relational), await anew(accessLog)];
}
