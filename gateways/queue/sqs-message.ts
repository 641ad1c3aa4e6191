import type { Message } from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** A message as SQS hands it over, to a receiver or to a Lambda function. */
export interface SqsMessage {
  readonly id: string;
  readonly receipt: string;
  /** JSON, as it was sent. */
  readonly body: string;
  readonly attempt: number;
  /** What marks it as waiting, if its sender gave it a key. */
  readonly mark: string | null;
}

export function receivedMessage(message: Message): SqsMessage {
  return {
    id: message.MessageId ?? '',
    receipt: message.ReceiptHandle ?? '',
    body: message.Body ?? 'null',
    attempt: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    mark: message.MessageAttributes?.['mark']?.StringValue ?? null,
  };
}

/** The event with which SQS calls a Lambda function (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export const SqsEvent = z.object({
  Records: z.array(z.object({
    messageId: z.string(),
    receiptHandle: z.string(),
    body: z.string(),
    attributes: z.object({ ApproximateReceiveCount: z.string().regex(/^\d+$/) }),
    messageAttributes: z.record(z.string(), z.looseObject({ stringValue: z.string().nullish() })).default({}),
  })),
});

export function lambdaMessages(event: unknown): SqsMessage[] {
  return SqsEvent.parse(event).Records.map((record) => ({
    id: record.messageId,
    receipt: record.receiptHandle,
    body: record.body,
    attempt: Number(record.attributes.ApproximateReceiveCount),
    mark: record.messageAttributes['mark']?.stringValue ?? null,
  }));
}

/** undefined for what is no JSON: the handler's own schema refuses it, and it ends among the dead letters. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
