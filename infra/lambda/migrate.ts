import { migrate } from '../../projectors/migrate.ts';
import { openAudit } from '../../runtime/aws/parts/audit.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { bringUpToDate } from '../../runtime/embedded/read-models.ts';

const open = once(async () => {
  const core = openCore();
  const { ledger, store } = openLedgerParts(core);
  return { log: core.log, pool: await openPool(core), ledger, store, audit: await openAudit(core) };
});

/** Tables whose mapping is newer than what they hold are built beside the old ones and swapped; cut off, it begins again. */
export const handler = task('migrate', open, async ({ pool, ledger, store, audit, log }) => {
  const applied = await migrate(pool);
  await audit.prepare();
  await bringUpToDate({ pool, ledger, store }, log);
  return { applied };
});
