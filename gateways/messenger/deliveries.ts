import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { ServiceUnavailable } from '../errors.ts';
import type { RecordTable } from '../records/dynamodb.ts';
import type { WebhookState } from './webhook-state.ts';

/** Remembers what has been sent, so that a repetition sends nothing. */
export interface Deliveries {
  /**
   * Sends under `key` unless that was done; answers the id it got, then or now. Of several at once one sends and the
   * others wait for it. After a crash between sending and remembering it is sent again: once too often, never not at all.
   */
  once(key: string, send: () => Promise<string>): Promise<string>;
}

const Item = z.object({ holder: z.string(), until: z.number(), messageId: z.string().nullable() });
/** Longer than a service may take to answer, retries included. */
const HOLDS_MS = 60_000;
const WAITS_MS = 20_000;
const KEPT_SECONDS = 90 * 86_400;

export function createDeliveries({ client, table }: RecordTable): Deliveries {
  const documents = DynamoDBDocumentClient.from(client);

  /** True where the key is ours to send now. */
  async function claim(key: string, holder: string): Promise<boolean> {
    try {
      await documents.send(new PutCommand({
        TableName: table,
        Item: { key, holder, until: Date.now() + HOLDS_MS, messageId: null, expiresAtSecond: secondsFromNow(KEPT_SECONDS) },
        ConditionExpression: 'attribute_not_exists(#key) OR (attribute_type(#messageId, :null) AND #until < :now)',
        ExpressionAttributeNames: { '#key': 'key', '#messageId': 'messageId', '#until': 'until' },
        ExpressionAttributeValues: { ':null': 'NULL', ':now': Date.now() },
      }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function sentAs(key: string): Promise<string | null> {
    const { Item: item } = await documents.send(new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true }));
    return item === undefined ? null : Item.parse(item).messageId;
  }

  return {
    async once(key, send) {
      const holder = randomUUID();
      const known = await reach(() => sentAs(key));
      if (known !== null) return known;
      const start = Date.now();
      while (!(await reach(() => claim(key, holder)))) {
        const sent = await reach(() => sentAs(key));
        if (sent !== null) return sent;
        if (Date.now() - start > WAITS_MS) throw new ServiceUnavailable('deliveries');
        await sleep(50 + Math.random() * 100);
      }
      let messageId: string;
      try {
        messageId = await send();
      } catch (error) {
        // Nothing went out as far as we know: the next attempt need not wait.
        await documents.send(new DeleteCommand({ TableName: table, Key: { key } })).catch(() => undefined);
        throw error;
      }
      await reach(() => documents.send(new PutCommand({ TableName: table, Item: { key, holder, until: 0, messageId, expiresAtSecond: secondsFromNow(KEPT_SECONDS) } })));
      return messageId;
    },
  };
}

/** What webhooks remember, in the same table. */
export function createDynamoWebhookState({ client, table }: RecordTable): WebhookState {
  const documents = DynamoDBDocumentClient.from(client);
  const has = (key: string) => reach(async () => {
    const { Item: item } = await documents.send(new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true }));
    return item !== undefined;
  });
  const note = (key: string, keptSeconds: number | null) => reach(async () => {
    const expiry = keptSeconds === null ? {} : { expiresAtSecond: secondsFromNow(keptSeconds) };
    await documents.send(new PutCommand({ TableName: table, Item: { key, ...expiry } }));
  });
  return {
    isSent: (subscriber, id) => has(`webhook-sent:${subscriber}:${id}`),
    recordSent: (subscriber, id) => note(`webhook-sent:${subscriber}:${id}`, KEPT_SECONDS),
    isDelivered: (subscriber, id) => has(`webhook-delivered:${subscriber}:${id}`),
    recordDelivered: (subscriber, id) => note(`webhook-delivered:${subscriber}:${id}`, KEPT_SECONDS),
    isDisabled: (subscriber) => has(`webhook-disabled:${subscriber}`),
    disable: (subscriber) => note(`webhook-disabled:${subscriber}`, null),
  };
}

function secondsFromNow(seconds: number): number {
  return Math.ceil(Date.now() / 1000) + seconds;
}

async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new ServiceUnavailable('DynamoDB', { cause: error });
  }
}
