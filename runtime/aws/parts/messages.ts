import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { awsClientConfig } from '../../../gateways/aws/config.ts';
import { createAwsMessenger } from '../../../gateways/messenger/aws.ts';
import { createConnections, createConsoleFeed } from '../../../gateways/messenger/connections.ts';
import { createDeliveries } from '../../../gateways/messenger/deliveries.ts';
import { createKeptUpdates } from '../../../gateways/messenger/kept-updates.ts';
import type { Messenger } from '../../../gateways/messenger/port.ts';
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';
import { openWebhooks } from './webhooks.ts';

export async function openMessenger(core: Core): Promise<Messenger> {
  const { client, tables } = core;
  const settings = readGroup(settingGroups.messages);
  const management = new ApiGatewayManagementApiClient({ ...awsClientConfig, endpoint: settings.KYC_WEBSOCKET_URL });
  const { webhooks } = await openWebhooks(core);
  return createAwsMessenger({
    sns: new SNSClient(awsClientConfig),
    topicArn: settings.KYC_TOPIC_ARN,
    ses: new SESv2Client(awsClientConfig),
    from: settings.KYC_EMAIL_FROM,
    ...(settings.KYC_EMAIL_CONFIGURATION_SET !== undefined && { configurationSet: settings.KYC_EMAIL_CONFIGURATION_SET }),
    webhooks,
    tellConsoles: createConsoleFeed(management, createConnections({ client, table: tables.connections })),
    kept: createKeptUpdates({ client, table: tables.notifications }),
    deliveries: createDeliveries({ client, table: tables.deliveries }),
  });
}

export const reviewerAddress = (): string => readGroup(settingGroups.messages).KYC_REVIEWER_ADDRESS;
