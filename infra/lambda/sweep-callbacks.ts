import { sweepCallbacks } from '../../handlers/sweeper.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openRegisterParts, registerSettings } from '../../runtime/aws/parts/registers.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';

const open = once(async () => {
  const core = openCore();
  const parts = { ...core, ...openLedgerParts(core), ...(await openRegisterParts(core)), workflow: openWorkflow(), settings: registerSettings() };
  return { log: core.log, deps: lambdaDeps(parts) };
});

export const handler = task('sweep-callbacks', open, ({ deps }) => sweepCallbacks(deps, { now: deps.clock().toISOString() }));
