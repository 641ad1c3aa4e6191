import { parentPort, workerData } from 'node:worker_threads';
import type { InventoryElsewhere, InventoryModule } from '../inventory.ts';
import { type StoredBatch, storedBatches } from './stored-batch.ts';

/** Opens the inventory that it is told of, digests it and posts the batches, then null. */
const { module, options } = workerData as InventoryElsewhere;
const { openInventory } = (await import(module)) as InventoryModule;
for await (const batch of storedBatches(openInventory(options))) post(batch);
post(null);

function post(message: StoredBatch | null): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message);
}
