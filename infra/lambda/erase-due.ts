import { z } from 'zod';
import { createPendingCallbacks, createRegisterCache } from '../../gateways/records/dynamodb.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';
import { openRetention } from '../../runtime/aws/retention.ts';

const open = once(async () => {
  const core = openCore();
  const { client, tables } = core;
  const parts = openLedgerParts(core);
  const deps = lambdaDeps({
    ...core, ...parts, workflow: openWorkflow(),
    pendingCallbacks: createPendingCallbacks({ client, table: tables['pending-callbacks'] }),
    registerCache: createRegisterCache({ client, table: tables['register-cache'] }),
  });
  return { log: core.log, retention: await openRetention(core, parts, deps) };
});

/** What a person may ask for by hand once a backup has been restored: everybody erased again whom the ledger says is. */
const Payload = z.looseObject({ reapply: z.boolean().default(false) });

export const handler = task('erase-due', open, ({ retention }, payload) => (Payload.parse(payload ?? {}).reapply ? retention.reapply() : retention.runDue()));
