import { Worker } from 'node:worker_threads';
import type { InventoryElsewhere } from '../inventory.ts';
import type { StoredBatch } from './stored-batch.ts';

/** Digests an inventory on a thread of its own. Throws what goes wrong there; the thread ends with whoever stops reading. */
export async function* readElsewhere(inventory: InventoryElsewhere): AsyncGenerator<StoredBatch> {
  const worker = new Worker(new URL('store-worker.ts', import.meta.url), { workerData: inventory });
  const arrived: StoredBatch[] = [];
  const state: { ended: boolean; failure: Error | null } = { ended: false, failure: null };
  let news = Promise.withResolvers<void>();
  worker.on('message', (batch: StoredBatch | null) => {
    if (batch === null) state.ended = true;
    else arrived.push(batch);
    news.resolve();
  });
  worker.on('error', (error: Error) => {
    state.failure = error;
    news.resolve();
  });
  try {
    for (;;) {
      yield* arrived.splice(0);
      news = Promise.withResolvers<void>();
      if (state.failure !== null) throw state.failure;
      if (state.ended && arrived.length === 0) return;
      if (arrived.length === 0) await news.promise;
    }
  } finally {
    await worker.terminate();
  }
}
