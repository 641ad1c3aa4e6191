import { migrate } from '../../projectors/migrate.ts';
import { openAudit } from '../../runtime/aws/parts/audit.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';

const open = once(async () => {
  const core = openCore();
  return { log: core.log, pool: await openPool(core), audit: await openAudit(core) };
});

export const handler = task('migrate', open, async ({ pool, audit }) => {
  const applied = await migrate(pool);
  await audit.prepare();
  return { applied };
});
