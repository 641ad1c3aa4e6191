import { RecordFailure, recordFailure } from '../../handlers/record-failure.ts';
import { createPendingCallbacks } from '../../gateways/records/dynamodb.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { task } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openWorkflow } from '../../runtime/aws/parts/workflow.ts';

/** The face matcher's name is all that a failure records of it. */
const faceMatcher = {
  name: 'rekognition',
  compare: () => Promise.reject(new Error('no comparison is made here')),
};

const open = once(async () => {
  const core = openCore();
  const pendingCallbacks = createPendingCallbacks({ client: core.client, table: core.tables['pending-callbacks'] });
  return { log: core.log, deps: lambdaDeps({ ...core, ...openLedgerParts(core), pendingCallbacks, faceMatcher, workflow: openWorkflow() }) };
});

export const handler = task('record-failure', open, ({ deps }, payload) => recordFailure(deps, RecordFailure.parse(payload)));
