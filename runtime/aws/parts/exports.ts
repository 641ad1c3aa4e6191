import { createBagBucket, type BagBucket } from '../../../gateways/aws/bag-bucket.ts';
import { createExportJobs, type ExportJobs } from '../../../gateways/records/export-jobs.ts';
import { readGroup, settingGroups } from '../settings.ts';
import { openS3 } from './clients.ts';
import type { Core } from './core.ts';

export function openBags({ clock }: Pick<Core, 'clock'>): BagBucket {
  return createBagBucket({ client: openS3(), bucket: readGroup(settingGroups.bags).KYC_EXPORTS_BUCKET, clock });
}

export const openExportJobs = ({ client, tables }: Pick<Core, 'client' | 'tables'>): ExportJobs => createExportJobs({ client, table: tables.deliveries });
