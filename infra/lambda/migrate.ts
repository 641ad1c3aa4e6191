import { z } from 'zod';
import { migrate } from '../../projectors/migrate.ts';
import { openAudit } from '../../runtime/aws/parts/audit.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openPool } from '../../runtime/aws/parts/database.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { bringUpToDate } from '../../runtime/embedded/read-models.ts';
import { rebuildReadModels } from '../../runtime/embedded/rebuild.ts';
import { readModelNames } from '../../runtime/read-model-events.ts';

/** What a person may ask for by hand: read models to be made anew from the ledger, beside the live ones. */
const Payload = z.looseObject({ rebuild: z.array(z.enum(readModelNames)).default([]) });
/** A rebuild holds its lock on one connection, reads on another and swaps on a third. */
const CONNECTIONS = 4;

const open = once(async () => {
  const core = openCore();
  const { ledger, store } = openLedgerParts(core);
  const { client, tables, log } = core;
  return { log, client, tables, pool: await openPool(core, CONNECTIONS), ledger, store, audit: await openAudit(core) };
});

/** Tables whose mapping is newer than what they hold are built beside the old ones and swapped; cut off, it begins again. */
export const handler = task('migrate', open, async (parts, payload) => {
  const { pool, audit, log } = parts;
  const applied = await migrate(pool);
  await audit.prepare();
  await bringUpToDate(parts, log);
  const { rebuild } = Payload.parse(payload ?? {});
  return { applied, rebuilt: rebuild.length === 0 ? [] : await rebuildReadModels(parts, audit, () => undefined, rebuild) };
});
