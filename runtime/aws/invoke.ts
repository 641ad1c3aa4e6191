import { z } from 'zod';
import type { QueueMessage } from '../../gateways/queue/port.ts';
import { lambdaMessages, parseBody, type SqsMessage } from '../../gateways/queue/sqs-message.ts';
import type { Log } from '../../handlers/deps.ts';
import { errorFields } from '../log.ts';
import { inSpan, inSpans, type Work } from './tracing.ts';

/** What Lambda takes as "these records were not worked off" (ReportBatchItemFailures). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * An error as it may leave a function: Lambda logs messages, and Step Functions keeps them. The name is kept, because
 * the state machine tells a time-out by it.
 */
export class StageFailed extends Error {
  readonly code: string;
  constructor(error: unknown) {
    const name = error instanceof Error ? error.name : 'Error';
    super(`${name}${error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''}`);
    this.name = name;
    this.code = error instanceof Error && 'code' in error ? String(error.code) : name;
  }
}

/** Parts are opened at the first call and kept for the life of the process. */
export type Opened<Parts> = () => Promise<Parts & { readonly log: Log }>;

const Named = z.looseObject({ stream: z.string().max(100).optional() });

function workOf(payload: unknown): Work {
  const { stream } = Named.safeParse(payload).data ?? {};
  return stream === undefined ? {} : { stream };
}

/** A task of the state machine, a schedule, or a call by hand: one payload, one answer. */
export function task<Parts, Answer>(stage: string, open: Opened<Parts>, run: (parts: Parts, payload: unknown) => Promise<Answer>): (payload: unknown) => Promise<Answer> {
  return async (payload) => {
    const parts = await open().catch((error: unknown) => {
      throw new StageFailed(error);
    });
    try {
      return await inSpan(stage, workOf(payload), () => run(parts, payload));
    } catch (error) {
      parts.log.error('a stage failed', { stage, ...workOf(payload), ...errorFields(error) });
      throw new StageFailed(error);
    }
  };
}

export interface BatchOptions<Parts> {
  /** Told of a message that is taken, before it is worked on: its mark goes. */
  readonly onTaken?: (parts: Parts, message: SqsMessage) => Promise<void>;
  /** Told of a message that failed: puts its next attempt off. */
  readonly onFailed?: (parts: Parts, message: SqsMessage) => Promise<void>;
  /** Whom a message is about, where it does not say so by its `stream`. */
  readonly about?: (body: unknown) => readonly Work[];
  /** Messages of a batch worked on at once. Default 5. */
  readonly atOnce?: number;
}

/** A queue's messages: each is worked off or comes back by itself, whatever becomes of the others. */
export function messages<Parts>(
  stage: string,
  open: Opened<Parts>,
  run: (parts: Parts, message: QueueMessage) => Promise<unknown>,
  options: BatchOptions<Parts> = {},
): (event: unknown) => Promise<BatchAnswer> {
  const { atOnce = 5, about = (body: unknown) => [workOf(body)] } = options;
  return async (event) => {
    const waiting = lambdaMessages(event);
    const failed: string[] = [];
    const parts = await open().catch((error: unknown) => {
      throw new StageFailed(error);
    });
    const one = async (message: SqsMessage): Promise<void> => {
      const body = parseBody(message.body);
      try {
        await options.onTaken?.(parts, message);
        await inSpans(stage, about(body), () => run(parts, { id: message.id, attempt: message.attempt, body }));
      } catch (error) {
        failed.push(message.id);
        parts.log.warn('a message failed and will be tried again', { stage, messageId: message.id, attempt: message.attempt, ...workOf(body), ...errorFields(error) });
        await options.onFailed?.(parts, message).catch(() => undefined);
      }
    };
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await one(next);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
