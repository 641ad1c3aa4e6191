import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { RegisterType, StreamRef } from '../../events/vocabulary.ts';
import { ServiceUnavailable } from '../errors.ts';
import type { CachedAnswer, PendingCallback, PendingCallbacks, RegisterCache, ReviewFeedback, ReviewFeedbackStore } from './port.ts';

export interface RecordTable {
  readonly client: DynamoDBClient;
  /** The table's name. */
  readonly table: string;
}

const PendingItem = z.object({
  requestId: z.string(),
  stream: StreamRef,
  startVersion: z.int(),
  register: RegisterType,
  runId: z.string().nullable(),
  taskToken: z.string().nullable(),
  tokenHash: z.string(),
  deadline: z.iso.datetime(),
});

/** Awaited callbacks, with an index by deadline for the sweeper. */
export function createPendingCallbacks({ client, table }: RecordTable): PendingCallbacks {
  const documents = documentClient(client);
  return {
    async put(pending: PendingCallback) {
      await call(() => documents.send(new PutCommand({ TableName: table, Item: { ...pending, state: 'pending' } })));
    },

    async get(requestId) {
      const answer = await call(() => documents.send(new GetCommand({ TableName: table, Key: { requestId }, ConsistentRead: true })));
      return answer.Item === undefined ? null : PendingItem.parse(answer.Item);
    },

    async due(now) {
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          IndexName: 'by-deadline',
          KeyConditionExpression: '#state = :pending AND #deadline < :now',
          ExpressionAttributeNames: { '#state': 'state', '#deadline': 'deadline' },
          ExpressionAttributeValues: { ':pending': 'pending', ':now': now },
        },
      );
      return call(async () => {
        const due: PendingCallback[] = [];
        for await (const page of pages) due.push(...(page.Items ?? []).map((item) => PendingItem.parse(item)));
        return due;
      });
    },

    async remove(requestId) {
      await call(() => documents.send(new DeleteCommand({ TableName: table, Key: { requestId } })));
    },
  };
}

const CacheItem = z.object({ stream: StreamRef, version: z.int().positive(), fetchedAt: z.iso.datetime(), expiresAt: z.iso.datetime() });

/** Pointers to recent answers. DynamoDB removes expired ones when it gets round to it, so reading looks at the clock itself. */
export function createRegisterCache({ client, table }: RecordTable): RegisterCache {
  const documents = documentClient(client);
  return {
    async get(key, now) {
      const answer = await call(() => documents.send(new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true })));
      if (answer.Item === undefined) return null;
      const cached = CacheItem.parse(answer.Item);
      return Date.parse(cached.expiresAt) <= Date.parse(now) ? null : cached;
    },

    async put(key: string, cached: CachedAnswer) {
      const expiresAtSecond = Math.ceil(Date.parse(cached.expiresAt) / 1000);
      await call(() => documents.send(new PutCommand({ TableName: table, Item: { ...cached, key, expiresAtSecond } })));
    },

    // The table holds a day's answers at most, so looking at all of them is cheaper than an index at every write.
    async removeStream(stream) {
      return call(async () => {
        let count = 0;
        for await (const page of paginateScan({ client: documents }, { TableName: table, ConsistentRead: true })) {
          for (const item of page.Items ?? []) {
            if (item['stream'] !== stream) continue;
            await documents.send(new DeleteCommand({ TableName: table, Key: { key: item['key'] } }));
            count += 1;
          }
        }
        return count;
      });
    },
  };
}

const FeedbackItem = z.object({
  stream: StreamRef,
  version: z.int().positive(),
  decidedAt: z.iso.datetime(),
  policyVersion: z.string(),
  signals: z.record(z.string(), z.json()),
  machineDecision: z.string(),
  machineReasons: z.array(z.string()),
  humanOutcome: z.string(),
  humanReason: z.string(),
});

/** Human outcomes beside the signals they were given on; the same stream and version again replaces the same item. */
export function createReviewFeedbackStore({ client, table }: RecordTable): ReviewFeedbackStore {
  const documents = documentClient(client);
  return {
    async put(feedback: ReviewFeedback) {
      await call(() => documents.send(new PutCommand({ TableName: table, Item: feedback })));
    },

    async *all() {
      const pages = paginateScan({ client: documents }, { TableName: table, ConsistentRead: true })[Symbol.asyncIterator]();
      for (;;) {
        const page = await call(() => pages.next());
        if (page.done === true) return;
        for (const item of page.value.Items ?? []) yield FeedbackItem.parse(item);
      }
    },
  };
}

/** Hands out 1, 2, 3 ..., each once, also to several processes at once; a retry inside may leave a number out. */
export function createApplicantNumbers({ client, table }: RecordTable): { next(): Promise<number> } {
  const documents = documentClient(client);
  return {
    async next() {
      const command = new UpdateCommand({
        TableName: table,
        Key: { counter: 'applicants' },
        UpdateExpression: 'ADD #last :one',
        ExpressionAttributeNames: { '#last': 'last' },
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      });
      const answer = await call(() => documents.send(command));
      return z.object({ last: z.int().positive() }).parse(answer.Attributes).last;
    },
  };
}

function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** What is found is parsed outside or throws its own error; everything the service itself throws means it cannot be had. */
async function call<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new ServiceUnavailable('DynamoDB', { cause: error });
  }
}
