import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ExportOperations, MadeExport } from '../../api/deps.ts';
import type { Actor } from '../../events/envelope.ts';
import type { BagBucket } from '../../gateways/aws/bag-bucket.ts';
import type { Queue } from '../../gateways/queue/port.ts';
import type { ExportJobs, ExportState } from '../../gateways/records/export-jobs.ts';
import { ExportRequest } from '../../handlers/export.ts';
import type { Refused } from '../../handlers/execute.ts';

/** What the API puts into the exports queue. */
export const ExportOrder = z.strictObject({ exportId: z.uuid(), request: ExportRequest });
export type ExportOrder = z.infer<typeof ExportOrder>;

/** Longer than the function that makes bags may run, with its retries. */
const MAKING_MS = 60 * 60_000;
/** An address is used at once: the browser is led to it. */
const ADDRESS_SECONDS = 60;

export interface ExportsOptions {
  readonly jobs: ExportJobs;
  readonly bags: Pick<BagBucket, 'address'>;
  readonly queue: Pick<Queue, 'send'>;
  readonly clock: () => Date;
  /** How long a request waits for its export before it answers that it is in the making. */
  readonly waitMs?: number;
}

/**
 * Exports on AWS, where an answer ends after 29 seconds and 6 MB: another function makes the bag and puts it into a bucket.
 * A small one is there before the answer; for a large one the caller asks again. It is fetched from the bucket itself.
 */
export function createQueuedExports({ jobs, bags, queue, clock, waitMs = 20_000 }: ExportsOptions): ExportOperations {
  async function state(exportId: string, actor: Actor): Promise<ExportState | null> {
    const job = await jobs.get(exportId);
    if (job === null || job.actor.kind !== actor.kind || job.actor.id !== actor.id) return null;
    if (job.state.state === 'made' && job.state.expiresAt <= clock().toISOString()) return null;
    if (job.state.state === 'making' && job.state.until <= clock().toISOString()) return given;
    return job.state;
  }

  return {
    async make(input) {
      const request = ExportRequest.parse(input);
      const exportId = randomUUID();
      await jobs.put(exportId, { actor: request.actor, state: { state: 'making', until: new Date(clock().getTime() + MAKING_MS).toISOString() } });
      const order: ExportOrder = { exportId, request };
      await queue.send(order, { dedupeKey: exportId });
      for (let waited = 0; waited < waitMs; waited += 500) {
        const now = await state(exportId, request.actor);
        if (now !== null && now.state !== 'making') return answerOf(now, exportId);
        await sleep(500);
      }
      return { kind: 'making', exportId };
    },

    async state(exportId, actor) {
      const now = await state(exportId, actor);
      return now === null ? null : answerOf(now, exportId);
    },

    async read(exportId, actor) {
      const now = await state(exportId, actor);
      const address = now?.state === 'made' ? await bags.address(exportId, `kyc-export-${exportId}.zip`, ADDRESS_SECONDS) : null;
      return address === null ? null : { address };
    },
  };
}

const given: ExportState = { state: 'refused', code: 'EXPORT_FAILED', message: 'The export could not be made. Try again; its alarm has told the operators.' };

function answerOf(state: ExportState, exportId: string): Refused | MadeExport | { readonly kind: 'making'; readonly exportId: string } {
  switch (state.state) {
    case 'making': return { kind: 'making', exportId };
    case 'refused': return { kind: 'refused', code: state.code, message: state.message };
    case 'made': {
      const { state: _, ...made } = state;
      return { kind: 'done', ...made };
    }
  }
}
