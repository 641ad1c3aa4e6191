import { Publish, publishResult } from '../../handlers/publish.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openMessenger, reviewerAddress } from '../../runtime/aws/parts/messages.ts';

const open = once(async () => {
  const core = openCore();
  const messenger = await openMessenger(core);
  return { log: core.log, deps: lambdaDeps({ ...core, ...openLedgerParts(core), messenger, settings: { reviewerAddress: reviewerAddress() } }) };
});

export const handler = task('publish', open, ({ deps }, payload) => publishResult(deps, Publish.parse(payload)));
