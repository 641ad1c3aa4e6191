import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordTable } from '../records/dynamodb.ts';

/** What waits in a queue, by the key its sender gave it. */
export interface Marks {
  /** false when a message with this key is waiting already. */
  mark(key: string): Promise<boolean>;
  unmark(key: string): Promise<void>;
}

/**
 * SQS would drop a second message with the same key for five minutes whether or not the first still waits, and so lose
 * what happened in between; a mark goes when its message is taken. One that a crash left behind holds for a minute only.
 */
const HOLDS_MS = 60_000;

/** Marks in the table of deliveries. */
export function createMarks({ client, table }: RecordTable): Marks {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    async mark(key) {
      const now = Date.now();
      try {
        await documents.send(new PutCommand({
          TableName: table,
          Item: { key, until: now + HOLDS_MS, expiresAtSecond: Math.ceil((now + HOLDS_MS) / 1000) },
          ConditionExpression: 'attribute_not_exists(#key) OR #until < :now',
          ExpressionAttributeNames: { '#key': 'key', '#until': 'until' },
          ExpressionAttributeValues: { ':now': now },
        }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async unmark(key) {
      await documents.send(new DeleteCommand({ TableName: table, Key: { key } }));
    },
  };
}
