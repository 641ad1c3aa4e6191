import { awsClientConfig } from '../../gateways/aws/config.ts';
import type { LiveUpdates } from '../../gateways/messenger/live-updates.ts';
import type { Messenger } from '../../gateways/messenger/port.ts';
import type { Webhooks } from '../../gateways/messenger/webhooks.ts';
import type { Queue } from '../../gateways/queue/port.ts';
import type { QueueFailure } from '../../gateways/queue/embedded.ts';
import type { Settings } from '../settings.ts';
import { needed } from './choices.ts';
import type { Stores } from './stores.ts';

/** Results and e-mail by SNS and SES; webhooks and consoles stay this process's own. */
export async function openAwsMessages({ values }: Settings, { client, tables }: Stores, parts: { readonly webhooks: Webhooks; readonly live: LiveUpdates }): Promise<Messenger> {
  const [{ SNSClient }, { SESv2Client }, { createAwsMessenger }, { createDeliveries }] = await Promise.all([
    import('@aws-sdk/client-sns'), import('@aws-sdk/client-sesv2'), import('../../gateways/messenger/aws.ts'), import('../../gateways/messenger/deliveries.ts'),
  ]);
  const { KYC_EMAIL_CONFIGURATION_SET: configurationSet } = values;
  return createAwsMessenger({
    sns: new SNSClient(awsClientConfig),
    topicArn: needed(values, 'KYC_TOPIC_ARN', 'KYC_MESSENGER=aws'),
    ses: new SESv2Client(awsClientConfig),
    from: needed(values, 'KYC_EMAIL_FROM', 'KYC_MESSENGER=aws'),
    ...(configurationSet !== undefined && { configurationSet }),
    webhooks: parts.webhooks,
    kept: { keep: async (notification) => parts.live.publish(notification) },
    tellConsoles: async () => undefined,
    deliveries: createDeliveries({ client, table: tables.deliveries }),
  });
}

/** doc-scan and kyc-jobs in SQS, worked off by this process. */
export async function openSqsQueues({ values }: Settings, { client, tables }: Stores, onFailure: (failure: QueueFailure) => void): Promise<{ readonly scanJobs: Queue; readonly kycJobs: Queue }> {
  const [{ SQSClient }, { createSqsQueue }, { createMarks }] = await Promise.all([
    import('@aws-sdk/client-sqs'), import('../../gateways/queue/sqs.ts'), import('../../gateways/queue/marks.ts'),
  ]);
  const sqs = new SQSClient({ ...awsClientConfig, requestHandler: { ...awsClientConfig.requestHandler, requestTimeout: 30_000 } });
  const marks = createMarks({ client, table: tables.deliveries });
  const queue = (name: string, url: string) => createSqsQueue({
    client: sqs, name, url, marks,
    onFailure: ({ messageId, attempt, error }) => onFailure({ queue: name, messageId, attempt, outcome: 'retry', error }),
  });
  return {
    scanJobs: queue('doc-scan', needed(values, 'KYC_SCAN_QUEUE_URL', 'KYC_QUEUES=sqs')),
    kycJobs: queue('kyc-jobs', needed(values, 'KYC_JOBS_QUEUE_URL', 'KYC_QUEUES=sqs')),
  };
}

/** Events on EventBridge too, beside the queues of the read models here. */
export async function openEventBridge({ values }: Settings) {
  const [{ EventBridgeClient }, { createEventBridgeBus }] = await Promise.all([import('@aws-sdk/client-eventbridge'), import('../../gateways/bus/eventbridge.ts')]);
  return createEventBridgeBus({ client: new EventBridgeClient(awsClientConfig), bus: needed(values, 'KYC_EVENT_BUS', 'EventBridge') });
}
