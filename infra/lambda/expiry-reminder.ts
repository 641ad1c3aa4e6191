import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openMessenger } from '../../runtime/aws/parts/messages.ts';
import { remindNow } from '../../runtime/embedded/reminders.ts';

const open = once(async () => {
  const core = openCore();
  const deps = lambdaDeps({ ...core, ...openLedgerParts(core), messenger: await openMessenger(core) });
  return { log: core.log, deps, pool: await openPool(core) };
});

export const handler = task('expiry-reminder', open, ({ pool, deps }) => remindNow({ pool }, deps));
