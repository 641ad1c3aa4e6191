import { DeleteConnectionCommand, PostToConnectionCommand, type ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import { limit } from '../aws/limit.ts';
import type { RecordTable } from '../records/dynamodb.ts';
import type { Notification } from './port.ts';

/** A console that listens over WebSocket. `only`: the one stream it may hear of; null hears of all. */
export interface Connection {
  readonly connection: string;
  readonly only: string | null;
}

export interface Connections {
  add(connection: Connection): Promise<void>;
  remove(connection: string): Promise<void>;
  all(): AsyncIterable<Connection>;
}

const FEED = 'console';
/** API Gateway ends a connection after two hours. */
const LASTS_SECONDS = 2 * 3600 + 60;
const Item = z.object({ connection: z.string().min(1), only: z.string().nullable(), expiresAtSecond: z.number() });

export function createConnections({ client, table }: RecordTable): Connections {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    add: ({ connection, only }) => orUnavailable('DynamoDB', async () => {
      const item = { feed: FEED, connection, only, expiresAtSecond: Math.ceil(Date.now() / 1000) + LASTS_SECONDS };
      await documents.send(new PutCommand({ TableName: table, Item: item }));
    }),
    remove: (connection) => orUnavailable('DynamoDB', async () => {
      await documents.send(new DeleteCommand({ TableName: table, Key: { feed: FEED, connection } }));
    }),
    async *all() {
      const query = {
        TableName: table, KeyConditionExpression: '#feed = :feed',
        ExpressionAttributeNames: { '#feed': 'feed' }, ExpressionAttributeValues: { ':feed': FEED },
      };
      const pages = paginateQuery({ client: documents }, query)[Symbol.asyncIterator]();
      for (;;) {
        const page = await orUnavailable('DynamoDB', () => pages.next());
        if (page.done === true) return;
        const now = Date.now() / 1000;
        for (const each of page.value.Items ?? []) {
          const { expiresAtSecond, ...connection } = Item.parse(each);
          if (expiresAtSecond > now) yield connection;
        }
      }
    },
  };
}

const POSTS_AT_ONCE = 10;

/**
 * Tells every console that may hear of it. One that has gone (410) is forgotten; one that cannot be reached is let go,
 * so that it comes back and catches up. Neither fails the notification. Applicants learn that something happened, not what.
 */
export function createConsoleFeed(client: ApiGatewayManagementApiClient, connections: Connections): (notification: Notification) => Promise<void> {
  const oneOfFew = limit(POSTS_AT_ONCE);
  async function post({ connection, only }: Connection, notification: Notification): Promise<void> {
    const shown = only === null ? notification : { ...notification, data: {} };
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connection, Data: Buffer.from(JSON.stringify(shown)) }));
    } catch (error) {
      await connections.remove(connection);
      if (!isNamed(error, 'GoneException')) await client.send(new DeleteConnectionCommand({ ConnectionId: connection })).catch(() => undefined);
    }
  }
  return async (notification) => {
    const posts: Promise<void>[] = [];
    for await (const each of connections.all()) {
      if (each.only === null || each.only === notification.subject) posts.push(oneOfFew(() => post(each, notification)));
    }
    await Promise.all(posts);
  };
}
