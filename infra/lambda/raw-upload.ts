import { prepareImage } from '../../gateways/images/prepare-image.ts';
import { createApplicantNumbers } from '../../gateways/records/dynamodb.ts';
import { lambdaDeps } from '../../runtime/aws/deps.ts';
import { messages } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { openLedgerParts } from '../../runtime/aws/parts/ledger.ts';
import { openScanJobs } from '../../runtime/aws/parts/queues.ts';
import { applicantsOf, openRawBucket, takeInRawUpload } from '../../runtime/aws/raw-uploads.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';

const open = once(async () => {
  const core = openCore();
  const uploads = readGroup(settingGroups.uploads);
  const limits = { maxBytes: uploads.KYC_MAX_UPLOAD_BYTES, maxPixels: uploads.KYC_MAX_PIXELS, maxSide: 10_000 };
  const numbers = createApplicantNumbers({ client: core.client, table: core.tables.counters });
  const deps = lambdaDeps({ ...core, ...openLedgerParts(core), prepareImage, numbers, scanJobs: openScanJobs(core), settings: { limits } });
  return { log: core.log, deps, raw: openRawBucket() };
});

export const handler = messages('raw-upload', open, ({ deps, raw }, { body }) => takeInRawUpload(deps, raw, body), { about: applicantsOf });
