import { sweepCases } from '../../handlers/sweeper.ts';
import { unfinishedCases } from '../../projectors/relational/unfinished.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openMessenger, reviewerAddress } from '../../runtime/aws/parts/messages.ts';
import { openKycJobs, openScanJobs } from '../../runtime/aws/parts/queues.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';

const open = once(async () => {
  const core = openCore();
  const registerDeadlineMs = readGroup(settingGroups.registers).KYC_REGISTER_DEADLINE_SECONDS * 1000;
  const deps = lambdaDeps({
    ...core, ...openLedgerParts(core), workflow: openWorkflow(), scanJobs: openScanJobs(core), kycJobs: openKycJobs(core),
    messenger: await openMessenger(core), settings: { registerDeadlineMs, reviewerAddress: reviewerAddress() },
  });
  return { log: core.log, deps, pool: await openPool(core) };
});

export const handler = task('sweep-cases', open, ({ pool, deps }) => sweepCases(deps, { now: deps.clock().toISOString(), streams: unfinishedCases(pool) }));
