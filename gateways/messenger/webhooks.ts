import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { QueueOptions } from '../queue/embedded.ts';
import type { Queue, QueueMessage } from '../queue/port.ts';
import { CloudEvent, toCloudEvent } from './cloud-event.ts';
import type { Notification } from './port.ts';
import type { WebhookState } from './webhook-state.ts';

/** Somebody who is told. `secret` as Standard Webhooks writes it: `whsec_` and base64. */
export interface WebhookSubscriber {
  readonly url: string;
  readonly secret: string;
  /** Types of notification wanted; all when absent. */
  readonly types?: readonly string[] | undefined;
}

/** The subscriber did not take the webhook: its answer's status, or 0 when there was none (in time). */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
  readonly code: string;

  constructor(status: number, options?: ErrorOptions) {
    super(status === 0 ? 'The subscriber did not answer' : `The subscriber answered ${status}`, options);
    this.code = status === 0 ? 'WEBHOOK_NO_ANSWER' : `WEBHOOK_STATUS_${status}`;
  }
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** For the queue of webhooks: the schedule that the Standard Webhooks specification proposes, three days in all. */
export const webhookRetries: QueueOptions = {
  maxAttempts: 10,
  backoffMs: [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
};

export interface WebhooksOptions {
  readonly subscribers: readonly WebhookSubscriber[];
  readonly queue: Queue;
  readonly state: WebhookState;
  /** Milliseconds that a subscriber has for its answer; 15 seconds by default. */
  readonly timeoutMs?: number;
  /** Told when a subscriber answers 410 Gone; host of its URL. It gets nothing more until its secret or URL changes. */
  readonly onDisabled?: (host: string) => void;
}

export interface Webhooks {
  /** Puts a notification in line for each subscriber that wants it. Answers how many do. */
  send(notification: Notification): Promise<number>;
  /** Delivers one message of the queue, for where something else takes them off it (Lambda). Throws WebhookRefused. */
  deliverOne(message: QueueMessage): Promise<void>;
  /** Delivers what is in line until the signal aborts. */
  deliver(options: { readonly concurrency: number; readonly signal: AbortSignal }): Promise<void>;
}

const QueuedWebhook = z.object({ subscriber: z.string(), event: CloudEvent });

/** The stream that a queued webhook tells of; none for a message that is no webhook. */
export function webhookSubject(body: unknown): string[] {
  const queued = QueuedWebhook.safeParse(body);
  return queued.success ? [queued.data.event.subject] : [];
}

/**
 * Webhooks signed after Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature), bodies
 * CloudEvents 1.0. Only a 2xx answer counts as taken; redirects are not followed, answers are not read. Every attempt
 * has the same webhook-id, by which a receiver knows a repetition.
 */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { queue, state } = options;
  const subscribers = new Map(options.subscribers.map((each) => [keyOf([each.url, ...(each.types ?? [])].join('\n')), each]));
  return {
    send: async (notification) => {
      const event = toCloudEvent(notification);
      let count = 0;
      for (const [subscriber, { types }] of subscribers) {
        if (types !== undefined && !types.includes(notification.type)) continue;
        count += 1;
        if (await state.isSent(subscriber, notification.id)) continue;
        // In this order: a crash in between makes a second copy, which is known by its id, and never none.
        await queue.send({ subscriber, event }, { dedupeKey: `${subscriber}:${notification.id}` });
        await state.recordSent(subscriber, notification.id);
      }
      return count;
    },
    deliverOne: (message) => deliverOne(message, subscribers, options),
    deliver: ({ concurrency, signal }) => queue.consume((message) => deliverOne(message, subscribers, options), { concurrency, signal }),
  };
}

async function deliverOne(
  message: QueueMessage,
  subscribers: ReadonlyMap<string, WebhookSubscriber>,
  { state, timeoutMs = 15_000, onDisabled = () => undefined }: WebhooksOptions,
): Promise<void> {
  const { subscriber: key, event } = QueuedWebhook.parse(message.body);
  const subscriber = subscribers.get(key);
  // Taken out of the settings since: it wants nothing any more.
  if (subscriber === undefined) return;
  const withSecret = keyOf(`${subscriber.url}\n${subscriber.secret}`);
  if ((await state.isDisabled(withSecret)) || (await state.isDelivered(key, event.id))) return;
  const status = await post(subscriber, event, timeoutMs);
  if (status === 410) {
    await state.disable(withSecret);
    onDisabled(new URL(subscriber.url).host);
    return;
  }
  if (status < 200 || status > 299) throw new WebhookRefused(status);
  await state.recordDelivered(key, event.id);
}

async function post(subscriber: WebhookSubscriber, event: CloudEvent, timeoutMs: number): Promise<number> {
  const body = JSON.stringify(event);
  const now = new Date();
  try {
    const response = await fetch(subscriber.url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'kyc-ledger',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Webhook(subscriber.secret).sign(event.id, now, body),
      },
    });
    await response.body?.cancel();
    return response.status;
  } catch (cause) {
    throw new WebhookRefused(0, { cause });
  }
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
