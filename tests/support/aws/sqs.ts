import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonService, type Service } from './stand-in.ts';

interface Waiting {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, unknown> | undefined;
  visibleAt: number;
  received: number;
  receipt: string | null;
}

/** Standard queues with invisibility, delays and a redrive policy, by URL. */
export function sqsService(redrive: ReadonlyMap<string, { readonly deadLetterUrl: string; readonly maxReceiveCount: number }>): Service {
  const queues = new Map<string, Waiting[]>();
  const at = (url: string): Waiting[] => {
    const queue = queues.get(url) ?? [];
    queues.set(url, queue);
    return queue;
  };
  const take = (url: string, most: number, visibility: number): Waiting[] => {
    const now = Date.now();
    const queue = at(url);
    const taken: Waiting[] = [];
    for (const message of queue.slice()) {
      if (taken.length === most || message.visibleAt > now) continue;
      const policy = redrive.get(url);
      if (policy !== undefined && message.received >= policy.maxReceiveCount) {
        queue.splice(queue.indexOf(message), 1);
        at(policy.deadLetterUrl).push({ ...message, received: 0, visibleAt: now, receipt: null });
        continue;
      }
      Object.assign(message, { received: message.received + 1, visibleAt: now + visibility * 1000, receipt: randomUUID() });
      taken.push(message);
    }
    return taken;
  };
  return jsonService('AmazonSQS', {
    SendMessage: ({ QueueUrl, MessageBody, DelaySeconds = 0, MessageAttributes }: { QueueUrl: string; MessageBody: string; DelaySeconds?: number; MessageAttributes?: Record<string, unknown> }) => {
      const id = randomUUID();
      at(QueueUrl).push({ id, body: MessageBody, attributes: MessageAttributes, visibleAt: Date.now() + DelaySeconds * 1000, received: 0, receipt: null });
      return { MessageId: id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
    },
    ReceiveMessage: async ({ QueueUrl, MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout }: { QueueUrl: string; MaxNumberOfMessages: number; WaitTimeSeconds: number; VisibilityTimeout: number }) => {
      const end = Date.now() + WaitTimeSeconds * 1000;
      let taken = take(QueueUrl, MaxNumberOfMessages, VisibilityTimeout);
      while (taken.length === 0 && Date.now() < end) {
        await sleep(5);
        taken = take(QueueUrl, MaxNumberOfMessages, VisibilityTimeout);
      }
      return {
        Messages: taken.map(({ id, body, attributes, received, receipt }) => ({
          MessageId: id, ReceiptHandle: receipt, Body: body, MD5OfBody: createHash('md5').update(body).digest('hex'),
          Attributes: { ApproximateReceiveCount: String(received) }, ...(attributes !== undefined && { MessageAttributes: attributes }),
        })),
      };
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }: { QueueUrl: string; ReceiptHandle: string }) => {
      const queue = at(QueueUrl);
      const index = queue.findIndex(({ receipt }) => receipt === ReceiptHandle);
      if (index !== -1) queue.splice(index, 1);
    },
    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }: { QueueUrl: string; ReceiptHandle: string; VisibilityTimeout: number }) => {
      const message = at(QueueUrl).find(({ receipt }) => receipt === ReceiptHandle);
      if (message !== undefined) message.visibleAt = Date.now() + VisibilityTimeout * 1000;
    },
    GetQueueAttributes: ({ QueueUrl }: { QueueUrl: string }) => {
      const now = Date.now();
      const queue = at(QueueUrl);
      const hidden = queue.filter(({ visibleAt }) => visibleAt > now);
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(queue.length - hidden.length),
          ApproximateNumberOfMessagesDelayed: String(hidden.filter(({ received }) => received === 0).length),
          ApproximateNumberOfMessagesNotVisible: String(hidden.filter(({ received }) => received > 0).length),
        },
      };
    },
  });
}
