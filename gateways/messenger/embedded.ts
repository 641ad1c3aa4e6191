import { createHash } from 'node:crypto';
import path from 'node:path';
import { ServiceUnavailable } from '../errors.ts';
import { toCloudEvent } from './cloud-event.ts';
import { EmailRefused, composeEmail } from './email.ts';
import type { LiveUpdates } from './live-updates.ts';
import { fileNameFor, writeOnce } from './outbox.ts';
import type { Messenger } from './port.ts';
import type { Webhooks } from './webhooks.ts';

export interface EmbeddedMessengerOptions {
  /** `email/<id>.eml` and `topic/<id>.json` are written below it. */
  readonly outbox: string;
  /** Address that e-mails come from. */
  readonly from: string;
  readonly webhooks: Webhooks;
  readonly live: LiveUpdates;
  readonly clock: () => Date;
}

/**
 * The messenger of the embedded runtime: e-mails and topic notifications become files in an outbox folder, webhooks
 * really go out, consoles hear of it in process. Repeating a key or id changes nothing and answers the same id.
 */
export function createEmbeddedMessenger(options: EmbeddedMessengerOptions): Messenger {
  const { outbox, from, webhooks, live, clock } = options;
  return {
    email: async (message) => {
      const id = emailIdOf(message.dedupeKey);
      const messageId = `${id}@${from.slice(from.lastIndexOf('@') + 1)}`;
      const text = composeEmail(message, { from, messageId, date: clock() });
      await orUnavailable('e-mail outbox', () => writeOnce(path.join(outbox, 'email'), emailFileOf(message.dedupeKey), text));
      return messageId;
    },
    topic: async (notification) => {
      const text = `${JSON.stringify(toCloudEvent(notification), null, 2)}\n`;
      await orUnavailable('topic outbox', () => writeOnce(path.join(outbox, 'topic'), `${fileNameFor(notification.id)}.json`, text));
      return notification.id;
    },
    webhook: async (notification) => {
      const count = await orUnavailable('webhook queue', () => webhooks.send(notification));
      return count === 0 ? null : notification.id;
    },
    console: async (notification) => {
      live.publish(notification);
      return notification.id;
    },
  };
}

/** Name of the file in `<outbox>/email` that an e-mail of this key becomes. */
export function emailFileOf(dedupeKey: string): string {
  return `${emailIdOf(dedupeKey)}.eml`;
}

/** The key may be anything its maker likes, so a hash of it becomes the name. */
function emailIdOf(dedupeKey: string): string {
  return createHash('sha256').update(dedupeKey).digest('hex').slice(0, 32);
}

async function orUnavailable<T>(service: string, work: () => Promise<T>): Promise<T> {
  return work().catch((cause: unknown) => {
    throw cause instanceof EmailRefused ? cause : new ServiceUnavailable(service, { cause });
  });
}
