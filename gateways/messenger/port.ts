/** An e-mail by template; `to` is personal and goes to the mail service alone. */
export interface Email {
  readonly to: string;
  readonly template: 'decision_pass' | 'decision_review' | 'decision_fail' | 'document_expiring' | 'review_needed';
  readonly values: Readonly<Record<string, string>>;
  /** The same key twice sends one e-mail. */
  readonly dedupeKey: string;
}

/** CloudEvents 1.0 content of a notification; nothing personal. */
export interface Notification {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Each method answers the service's message id, or throws ServiceUnavailable. Repeating an id or dedupeKey is harmless. */
export interface Messenger {
  email(message: Email): Promise<string>;
  /** SNS topic; embedded, a file in the outbox. */
  topic(notification: Notification): Promise<string>;
  /** Signed after Standard Webhooks, to each configured subscriber; queued and retried. null when there is no subscriber. */
  webhook(notification: Notification): Promise<string | null>;
  /** To the consoles that are listening (WebSocket, server-sent events). */
  console(notification: Notification): Promise<string>;
}
