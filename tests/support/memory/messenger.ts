import type { Email, Messenger, Notification } from '../../../gateways/messenger/port.ts';

/** Keeps what was sent, once a key, as the real channels do. */
export class MemoryMessenger implements Messenger {
  readonly emails = new Map<string, Email>();
  readonly topics = new Map<string, Notification>();
  readonly webhooks = new Map<string, Notification>();
  readonly consoles = new Map<string, Notification>();
  subscribers = 1;

  async email(message: Email) {
    if (!this.emails.has(message.dedupeKey)) this.emails.set(message.dedupeKey, message);
    return `email-${message.dedupeKey}`.slice(0, 200);
  }
  async topic(notification: Notification) {
    this.topics.set(notification.id, notification);
    return `topic-${notification.id}`;
  }
  async webhook(notification: Notification) {
    if (this.subscribers === 0) return null;
    this.webhooks.set(notification.id, notification);
    return `webhook-${notification.id}`;
  }
  async console(notification: Notification) {
    this.consoles.set(notification.id, notification);
    return `console-${notification.id}`;
  }
}
