import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { StreamRef } from '../../events/vocabulary.ts';
import { ServiceUnavailable } from '../errors.ts';
import type { RecordTable } from './dynamodb.ts';
import type { CaptureSessions } from './port.ts';

const Item = z.object({ stream: StreamRef, consentVersion: z.int().positive(), expiresAt: z.iso.datetime() });
/** Longer than a session lives, so that a late one is told from one that never was. */
const KEPT_SECONDS = 86_400;
const keyOf = (sessionId: string): string => `liveness:${sessionId}`;

/** Live-capture sessions beside what else the platform remembers of deliveries. Throws ServiceUnavailable. */
export function createCaptureSessions({ client, table }: RecordTable): CaptureSessions {
  const documents = DynamoDBDocumentClient.from(client);

  const get: CaptureSessions['get'] = (sessionId) => reach(async () => {
    const { Item: found } = await documents.send(new GetCommand({ TableName: table, Key: { key: keyOf(sessionId) }, ConsistentRead: true }));
    return found === undefined ? null : Item.parse(found);
  });

  return {
    get,
    remember: async (sessionId, session) => {
      const isNew = await reach(async () => {
        const expiresAtSecond = Math.ceil(Date.parse(session.expiresAt) / 1000) + KEPT_SECONDS;
        try {
          await documents.send(new PutCommand({
            TableName: table, Item: { ...session, key: keyOf(sessionId), expiresAtSecond },
            ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' },
          }));
          return true;
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) return false;
          throw error;
        }
      });
      return isNew ? session : await get(sessionId) ?? session;
    },
  };
}

async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new ServiceUnavailable('DynamoDB', { cause: error });
  }
}
