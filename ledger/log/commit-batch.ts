import { decodeBundle, encodeBundle } from './entry-bundle.ts';
import { LogInconsistent } from './errors.ts';
import { inParallel } from './in-parallel.ts';
import { encodeHead, type LogHead } from './log-head.ts';
import { type BatchPlan, type LogEnd, planBatch } from './plan-batch.ts';
import type { LogTiles } from './ports.ts';
import { tilePath } from './tile-path.ts';

const CONCURRENT_WRITES = 32;

/** The head and the growing end that belong together. */
export interface LogState {
  readonly head: LogHead;
  readonly end: LogEnd;
}

/**
 * Adds `leaves` to the log: keeps the batch, decides on it by moving the head, writes its tiles, moves the head past it.
 * Because the decision comes before the first tile, two writers can never write different tiles under one path; and a
 * crash anywhere leaves either nothing decided, or a pending batch that completeBatch finishes with the same bytes.
 */
export async function commitBatch(tiles: LogTiles, { head, end }: LogState, leaves: readonly Buffer[]): Promise<LogState> {
  const plan = planBatch(end, leaves);
  const size = plan.end.edge.size;
  const root = plan.end.edge.root().toString('hex');
  const batch = `state/batch-${head.size}-${size}-${root}`;
  await tiles.replace(batch, encodeBundle(leaves));
  const decided: LogHead = { ...head, move: head.move + 1, pending: { size, root, batch } };
  await tiles.moveHead(head.move === 0 ? null : encodeHead(head), encodeHead(decided));
  return finish(tiles, decided, plan);
}

/** Finishes the batch that a crash left pending; answers the state as it is when there is none. */
export async function completeBatch(tiles: LogTiles, { head, end }: LogState): Promise<LogState> {
  if (head.pending === null) return { head, end };
  const { batch, size, root } = head.pending;
  const bytes = await tiles.get(batch);
  if (bytes === null) throw new LogInconsistent(`The head decided on ${batch}, which is missing`);
  const plan = planBatch(end, decodeBundle(bytes, size - head.size));
  if (plan.end.edge.root().toString('hex') !== root) throw new LogInconsistent(`The head decided on another batch than ${batch} holds`);
  return finish(tiles, head, plan);
}

async function finish(tiles: LogTiles, decided: LogHead, plan: BatchPlan): Promise<LogState> {
  await inParallel(plan.files, CONCURRENT_WRITES, ({ path, bytes }) => tiles.put(path, bytes));
  const { edge } = plan.end;
  const head: LogHead = { move: decided.move + 1, size: edge.size, root: edge.root().toString('hex'), pending: null };
  await tiles.moveHead(encodeHead(decided), encodeHead(head));
  await removeSuperfluous(tiles, plan);
  return { head, end: plan.end };
}

/** Partial tiles whose full one is there, and batches that are in the tree. */
async function removeSuperfluous(tiles: LogTiles, { filled }: BatchPlan): Promise<void> {
  for (const address of filled) {
    for await (const path of tiles.list(`${tilePath(address)}.p/`)) await tiles.remove(path);
  }
  for await (const path of tiles.list('state/batch-')) await tiles.remove(path);
}
