import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig } from '../../../gateways/aws/config.ts';
import { createMarks } from '../../../gateways/queue/marks.ts';
import { createSqsQueue } from '../../../gateways/queue/sqs.ts';
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';

type OpenCore = Pick<Core, 'client' | 'tables'>;

export function openQueue({ client, tables }: OpenCore, name: string, url: string) {
  return createSqsQueue({ client: new SQSClient(awsClientConfig), name, url, marks: createMarks({ client, table: tables.deliveries }) });
}

export const openScanJobs = (core: OpenCore) => openQueue(core, 'doc-scan', readGroup(settingGroups.scanJobs).KYC_SCAN_QUEUE_URL);
export const openExportQueue = (core: OpenCore) => openQueue(core, 'exports', readGroup(settingGroups.exportJobs).KYC_EXPORT_QUEUE_URL);
export const openKycJobs = (core: OpenCore) => openQueue(core, 'kyc-jobs', readGroup(settingGroups.kycJobs).KYC_JOBS_QUEUE_URL);
