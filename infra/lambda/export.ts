import { ExportOrder } from '../../runtime/aws/exports.ts';
import { makeBag, readOnlyLog } from '../../runtime/aws/export-job.ts';
import { messages, task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { removeExpired } from '../../runtime/aws/kept-bags.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openBags, openExportJobs } from '../../runtime/aws/parts/exports.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openLogParts } from '../../runtime/aws/parts/log.ts';
import { policyFiles, readBagAssets } from '../../runtime/embedded/exports.ts';
import { createMarks } from '../../gateways/queue/marks.ts';
import { queues } from './entries.ts';

const open = once(async () => {
  const core = openCore();
  const marks = createMarks({ client: core.client, table: core.tables.deliveries });
  const deps = {
    ...core, ...openLedgerParts(core), policyFiles, log: await readOnlyLog(openLogParts(core)), assets: await readBagAssets(),
    jobs: openExportJobs(core), bags: openBags(core),
  };
  return { log: core.log, marks, deps };
});

const make = messages(
  'export',
  open,
  ({ deps }, { body, attempt }) => makeBag(deps, ExportOrder.parse(body), attempt >= queues.exports.receives),
  { onTaken: async ({ marks }, { mark }) => (mark === null ? undefined : marks.unmark(mark)), atOnce: 1 },
);
const clearAway = task('export', open, async ({ deps }) => ({ removed: await removeExpired(deps) }));

/** The queue brings what is to be exported; the schedule clears away what nobody may fetch any more. */
export const handler = (event: unknown): Promise<unknown> => (isQueueEvent(event) ? make(event) : clearAway(event));

function isQueueEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'Records' in event;
}
