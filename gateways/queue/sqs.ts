import {
  ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { orUnavailable } from '../aws/errors.ts';
import type { Marks } from './marks.ts';
import type { Queue, QueueMessage } from './port.ts';
import { parseBody, receivedMessage, type SqsMessage } from './sqs-message.ts';
import { Wake } from './wake.ts';

export interface SqsQueueOptions {
  readonly client: SQSClient;
  readonly name: string;
  readonly url: string;
  /** Its dead letters, where SQS moves what was received maxReceiveCount times. */
  readonly deadLetterUrl?: string;
  /** Without them every message is sent, also one like another that waits. Consumers must not mind either way. */
  readonly marks?: Marks;
  /** Until when a message under way is not given to another; extended while its handler runs. Default 60. */
  readonly visibilitySeconds?: number;
  /** How long a receive waits for messages. Default 20, the most that SQS allows. */
  readonly waitSeconds?: number;
  /** Milliseconds before the next attempt, by the attempt that failed. */
  readonly backoffMs?: (attempt: number) => number;
  /** Told of handlers that failed and of receives that did. */
  readonly onFailure?: (failure: { readonly messageId: string | null; readonly attempt: number; readonly error: unknown }) => void;
}

/** The most that SQS delays a message, and hides one. */
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;

/** A standard SQS queue: at least once, in no particular order. */
export function createSqsQueue(options: SqsQueueOptions): Queue & { postpone(receipt: string, delayMs: number): Promise<void> } {
  const { client, name, url, deadLetterUrl, marks, visibilitySeconds = 60, waitSeconds = 20 } = options;
  const backoffMs = options.backoffMs ?? ((attempt: number) => Math.min(900_000, 1_000 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));
  const reach = <T>(call: () => Promise<T>) => orUnavailable(`the queue ${name}`, call);

  async function send(body: unknown, { dedupeKey, delayMs = 0 }: { dedupeKey?: string; delayMs?: number } = {}): Promise<void> {
    const mark = dedupeKey === undefined ? undefined : `queued:${name}:${dedupeKey}`;
    await reach(async () => {
      if (mark !== undefined && marks !== undefined && !(await marks.mark(mark))) return;
      try {
        await client.send(new SendMessageCommand({
          QueueUrl: url, MessageBody: JSON.stringify(body),
          DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.ceil(Math.max(0, delayMs) / 1000)),
          ...(mark !== undefined && { MessageAttributes: { mark: { DataType: 'String', StringValue: mark } } }),
        }));
      } catch (error) {
        if (mark !== undefined) await marks?.unmark(mark);
        throw error;
      }
    });
  }

  const postpone = (receipt: string, delayMs: number) => reach(async () => {
    const seconds = Math.min(MAX_VISIBILITY_SECONDS - 60, Math.max(0, Math.round(delayMs / 1000)));
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds }));
  });

  async function receive(from: string, most: number, seconds: number, signal?: AbortSignal): Promise<readonly SqsMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: from, MaxNumberOfMessages: Math.min(10, most), WaitTimeSeconds: seconds, VisibilityTimeout: visibilitySeconds,
      MessageAttributeNames: ['mark'], MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return (answer.Messages ?? []).map(receivedMessage);
  }

  async function work(message: SqsMessage, handle: (message: QueueMessage) => Promise<void>): Promise<void> {
    const { receipt, mark, ...rest } = message;
    const alive = setInterval(() => void postpone(receipt, visibilitySeconds * 1000).catch(() => undefined), visibilitySeconds * 500);
    try {
      // First, so that what is sent from now on is not taken for the same.
      if (mark !== null) await marks?.unmark(mark);
      await handle({ id: rest.id, attempt: rest.attempt, body: parseBody(rest.body) });
      clearInterval(alive);
      await reach(() => client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt })));
    } catch (error) {
      clearInterval(alive);
      options.onFailure?.({ messageId: rest.id, attempt: rest.attempt, error });
      // What cannot be put off comes back by itself when its time of invisibility is over.
      await postpone(receipt, backoffMs(rest.attempt)).catch(() => undefined);
    }
  }

  async function consume(handle: (message: QueueMessage) => Promise<void>, { concurrency, signal }: { concurrency: number; signal: AbortSignal }): Promise<void> {
    const underWay = new Set<Promise<void>>();
    const wake = new Wake();
    while (!signal.aborted) {
      wake.clear();
      const free = concurrency - underWay.size;
      if (free === 0) {
        await wake.sleep(60_000, signal);
        continue;
      }
      const messages = await receive(url, free, waitSeconds, signal).catch((error: unknown) => {
        if (!signal.aborted) options.onFailure?.({ messageId: null, attempt: 0, error });
        return null;
      });
      if (messages === null) await wake.sleep(1_000, signal);
      for (const message of messages ?? []) {
        const done = work(message, handle).finally(() => {
          underWay.delete(done);
          wake.set();
        });
        underWay.add(done);
      }
    }
    await Promise.all(underWay);
  }

  async function counts(of: string): Promise<{ waiting: number; inFlight: number }> {
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({
      QueueUrl: of,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed', 'ApproximateNumberOfMessagesNotVisible'],
    }));
    const count = (attribute: keyof typeof Attributes) => Number(Attributes[attribute] ?? 0);
    return {
      waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
      inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    };
  }

  /** One by one and sent before it is deleted: a crash in between makes a second copy, never none. */
  async function redrive(): Promise<number> {
    if (deadLetterUrl === undefined) return 0;
    return reach(async () => {
      let moved = 0;
      for (;;) {
        const messages = await receive(deadLetterUrl, 10, 0);
        if (messages.length === 0) return moved;
        for (const { body, receipt } of messages) {
          await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
          await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterUrl, ReceiptHandle: receipt }));
          moved += 1;
        }
      }
    });
  }

  return {
    name,
    send,
    consume,
    postpone,
    redrive,
    /** Approximate, as SQS counts. */
    depth: () => reach(async () => ({ ...(await counts(url)), dead: deadLetterUrl === undefined ? 0 : (await counts(deadLetterUrl)).waiting })),
  };
}
