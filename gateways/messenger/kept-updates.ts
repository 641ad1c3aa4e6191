import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { orUnavailable } from '../aws/errors.ts';
import type { RecordTable } from '../records/dynamodb.ts';
import type { Subscription } from './live-updates.ts';
import type { Notification } from './port.ts';

const FEED = 'console';
const KEPT_SECONDS = 86_400;
const MOST = 200;
const Item = z.object({
  id: z.string(), type: z.string(), subject: z.string(), time: z.string(), data: z.record(z.string(), z.unknown()),
});

export interface KeptUpdates {
  keep(notification: Notification): Promise<void>;
  /** What came after the last id its listener saw, then ends: a listener comes back for more (server-sent events do). */
  subscribe(subscription: Subscription): AsyncIterable<Notification>;
}

/**
 * The latest notifications in a table, for server-sent events where no connection can stay open (Lambda behind an HTTP
 * API). Without a last id the newest one is given, so that the next time there is one.
 */
export function createKeptUpdates({ client, table }: RecordTable): KeptUpdates {
  const documents = DynamoDBDocumentClient.from(client);

  const newest = (): Promise<Notification[]> => orUnavailable('DynamoDB', async () => {
    const { Items = [] } = await documents.send(new QueryCommand({
      TableName: table, KeyConditionExpression: '#feed = :feed', ScanIndexForward: false, Limit: MOST,
      ExpressionAttributeNames: { '#feed': 'feed' }, ExpressionAttributeValues: { ':feed': FEED },
    }));
    return Items.map((item) => Item.parse(item)).toReversed();
  });

  return {
    keep: (notification) => orUnavailable('DynamoDB', async () => {
      const at = `${new Date().toISOString()}#${notification.id}`;
      await documents.send(new PutCommand({
        TableName: table, Item: { ...notification, feed: FEED, at, expiresAtSecond: Math.ceil(Date.now() / 1000) + KEPT_SECONDS },
      }));
    }),
    async *subscribe({ filter, lastEventId, signal }) {
      const kept = (await newest()).filter(filter);
      const from = lastEventId === undefined ? kept.length - 1 : kept.findIndex(({ id }) => id === lastEventId) + 1;
      for (const notification of kept.slice(Math.max(0, from))) {
        if (signal.aborted) return;
        yield notification;
      }
    },
  };
}
