import { decideCase } from '../../handlers/decision.ts';
import { RunStep } from '../../handlers/run-step.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openPolicy } from '../../runtime/aws/parts/policy.ts';
import { openKycJobs } from '../../runtime/aws/parts/queues.ts';

const open = once(async () => {
  const core = openCore();
  return { log: core.log, deps: lambdaDeps({ ...core, ...openLedgerParts(core), kycJobs: openKycJobs(core), policy: openPolicy() }) };
});

export const handler = task('decision', open, ({ deps }, payload) => decideCase(deps, RunStep.parse(payload)));
