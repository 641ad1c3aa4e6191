import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { ServiceUnavailable } from '../errors.ts';
import { orUnavailable } from '../aws/errors.ts';
import { toCloudEvent } from './cloud-event.ts';
import type { Deliveries } from './deliveries.ts';
import { writeEmail } from './email.ts';
import type { KeptUpdates } from './kept-updates.ts';
import type { Messenger, Notification } from './port.ts';
import type { Webhooks } from './webhooks.ts';

export interface AwsMessengerOptions {
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly ses: SESv2Client;
  readonly from: string;
  readonly configurationSet?: string;
  readonly webhooks: Pick<Webhooks, 'send'>;
  /** Tells the consoles that listen over WebSocket. */
  readonly tellConsoles: (notification: Notification) => Promise<void>;
  readonly kept: Pick<KeptUpdates, 'keep'>;
  readonly deliveries: Deliveries;
}

/**
 * SNS, SES, signed webhooks and WebSocket. None of these services knows a repetition by itself, so what went out is
 * remembered by its key. Throws EmailRefused, ServiceUnavailable.
 */
export function createAwsMessenger(options: AwsMessengerOptions): Messenger {
  const { sns, topicArn, ses, from, configurationSet, webhooks, tellConsoles, kept, deliveries } = options;
  return {
    async email(message) {
      const { to, subject, text } = writeEmail(message);
      return deliveries.once(`email:${message.dedupeKey}`, () => orUnavailable('SES', async () => {
        const { MessageId } = await ses.send(new SendEmailCommand({
          FromEmailAddress: `Identity checks <${from}>`,
          Destination: { ToAddresses: [to] },
          ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' } },
              // RFC 3834: absence notes do not answer it.
              Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
            },
          },
        }));
        return idOf('SES', MessageId);
      }));
    },

    topic: (notification) => deliveries.once(`topic:${notification.id}`, () => orUnavailable('SNS', async () => {
      const { MessageId } = await sns.send(new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(toCloudEvent(notification)),
        MessageAttributes: { type: { DataType: 'String', StringValue: notification.type } },
      }));
      return idOf('SNS', MessageId);
    })),

    webhook: async (notification) => ((await webhooks.send(notification)) === 0 ? null : notification.id),

    console: (notification) => deliveries.once(`console:${notification.id}`, async () => {
      await kept.keep(notification);
      await tellConsoles(notification);
      return notification.id;
    }),
  };
}

function idOf(service: string, id: string | undefined): string {
  if (id === undefined) throw new ServiceUnavailable(service);
  return id;
}
