import type { PendingCallback } from '../gateways/records/port.ts';
import type { Deps } from './deps.ts';

/** Apify repeats a callback for about 32 hours; so long a repeated one is told from a forged one. */
const remembered = 33 * 3_600_000;

/**
 * Lets the workflow go on after the register's signal has been recorded. Call it after the append only: whoever
 * appends first and settles then cannot lose the task token of somebody who came in between.
 */
export async function settleCallback(deps: Deps, requestId: string): Promise<void> {
  const pending = await deps.pendingCallbacks.get(requestId);
  if (pending === null) return;
  if (pending.taskToken !== null) await deps.workflow.succeed(pending.taskToken, { requestId });
  await retire(deps, pending);
}

async function retire(deps: Deps, pending: PendingCallback): Promise<void> {
  if (pending.taskToken === null && Date.parse(pending.deadline) <= deps.clock().getTime()) {
    await deps.pendingCallbacks.remove(pending.requestId);
    return;
  }
  const deadline = new Date(deps.clock().getTime() + remembered).toISOString();
  await deps.pendingCallbacks.put({ ...pending, taskToken: null, deadline });
}
