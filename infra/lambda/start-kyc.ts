import { createMarks } from '../../gateways/queue/marks.ts';
import { StartKyc, startKyc } from '../../handlers/start-kyc.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { messages } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';

const open = once(async () => {
  const core = openCore();
  const marks = createMarks({ client: core.client, table: core.tables.deliveries });
  return { log: core.log, marks, deps: lambdaDeps({ ...core, ...openLedgerParts(core), workflow: openWorkflow() }) };
});

export const handler = messages('start-kyc', open, ({ deps }, { body }) => startKyc(deps, StartKyc.parse(body)), {
  onTaken: async ({ marks }, { mark }) => (mark === null ? undefined : marks.unmark(mark)),
});
