import { TextractClient } from '@aws-sdk/client-textract';
import { awsImageClientConfig } from '../../gateways/aws/config.ts';
import { createTextractReader } from '../../gateways/document-reader/textract.ts';
import { createMarks } from '../../gateways/queue/marks.ts';
import { DocScan, docScan } from '../../handlers/doc-scan.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { messages } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openKycJobs } from '../../runtime/aws/parts/queues.ts';
import { queues } from './entries.ts';

const open = once(async () => {
  const core = openCore();
  const documentReader = createTextractReader({ client: new TextractClient(awsImageClientConfig) });
  const marks = createMarks({ client: core.client, table: core.tables.deliveries });
  return { log: core.log, marks, deps: lambdaDeps({ ...core, ...openLedgerParts(core), documentReader, kycJobs: openKycJobs(core) }) };
});

export const handler = messages(
  'doc-scan',
  open,
  ({ deps }, { body, attempt }) => docScan(deps, { ...DocScan.parse(body), lastAttempt: attempt >= queues['doc-scan'].receives }),
  { onTaken: async ({ marks }, { mark }) => (mark === null ? undefined : marks.unmark(mark)) },
);
