import { PostgresIdempotencyStore } from '../../api/idempotency/postgres-store.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { dropAsOfSchemas } from '../../projectors/engine/as-of-schemas.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';

const open = once(async () => {
  const core = openCore();
  return { log: core.log, clock: core.clock, pool: await openPool(core) };
});

const DAY = 86_400_000;

export const handler = task('purge', open, async ({ pool, clock }) => ({
  sessions: await new PostgresSessionStore(pool).purge(clock()),
  answers: await new PostgresIdempotencyStore(pool).purge(clock()),
  copies: await dropAsOfSchemas(pool, new Date(clock().getTime() - DAY)),
}));
