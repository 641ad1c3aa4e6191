import { type DatabasePool, sql } from 'slonik';
import { z } from 'zod';

const nothing = sql.type(z.object({}));
const found = sql.type(z.object({ found: z.boolean() }));

/** What has to be remembered of webhooks besides the line they wait in: what was put there, who took it, who wants no more. */
export interface WebhookState {
  isSent(subscriber: string, id: string): Promise<boolean>;
  recordSent(subscriber: string, id: string): Promise<void>;
  isDelivered(subscriber: string, id: string): Promise<boolean>;
  recordDelivered(subscriber: string, id: string): Promise<void>;
  isDisabled(subscriber: string): Promise<boolean>;
  disable(subscriber: string): Promise<void>;
}

/** They are remembered for this long; nobody repeats a notification after that. */
const KEPT = '30 days';

export async function openWebhookState(pool: DatabasePool): Promise<WebhookState> {
  await pool.transaction(async (transaction) => {
    await transaction.query(nothing`SELECT pg_advisory_xact_lock(hashtext('embedded.webhook'))`);
    await transaction.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
    await transaction.query(nothing`
      CREATE TABLE IF NOT EXISTS embedded.webhook_delivery (
        subscriber text NOT NULL,
        id text NOT NULL,
        delivered boolean NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (subscriber, id)
      )`);
    await transaction.query(nothing`
      CREATE TABLE IF NOT EXISTS embedded.webhook_disabled (subscriber text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`);
    await transaction.query(nothing`DELETE FROM embedded.webhook_delivery WHERE at < now() - ${KEPT}::interval`);
  });
  return {
    isSent: (subscriber, id) =>
      pool.oneFirst(found`
        SELECT EXISTS (SELECT FROM embedded.webhook_delivery WHERE subscriber = ${subscriber} AND id = ${id}) AS found`),
    recordSent: async (subscriber, id) => {
      await pool.query(nothing`
        INSERT INTO embedded.webhook_delivery (subscriber, id, delivered) VALUES (${subscriber}, ${id}, false) ON CONFLICT DO NOTHING`);
    },
    isDelivered: (subscriber, id) =>
      pool.oneFirst(found`
        SELECT EXISTS (SELECT FROM embedded.webhook_delivery WHERE subscriber = ${subscriber} AND id = ${id} AND delivered) AS found`),
    recordDelivered: async (subscriber, id) => {
      await pool.query(nothing`
        INSERT INTO embedded.webhook_delivery (subscriber, id, delivered) VALUES (${subscriber}, ${id}, true)
        ON CONFLICT (subscriber, id) DO UPDATE SET delivered = true`);
    },
    isDisabled: (subscriber) =>
      pool.oneFirst(found`SELECT EXISTS (SELECT FROM embedded.webhook_disabled WHERE subscriber = ${subscriber}) AS found`),
    disable: async (subscriber) => {
      await pool.query(nothing`INSERT INTO embedded.webhook_disabled (subscriber) VALUES (${subscriber}) ON CONFLICT DO NOTHING`);
    },
  };
}
