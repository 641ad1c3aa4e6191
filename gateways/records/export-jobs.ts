import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { Actor } from '../../events/envelope.ts';
import { ServiceUnavailable } from '../errors.ts';
import type { RecordTable } from './dynamodb.ts';

/** How an export stands that is made by another process than the one that was asked for it. */
export const ExportState = z.discriminatedUnion('state', [
  /** RFC 3339: nobody works on it any more after `until`. */
  z.object({ state: z.literal('making'), until: z.iso.datetime() }),
  z.object({
    state: z.literal('made'), exportId: z.uuid(), applicants: z.int(), events: z.int(), treeSize: z.int(), manifestSha256: z.string(),
    bytes: z.int(), expiresAt: z.iso.datetime(),
  }),
  z.object({ state: z.literal('refused'), code: z.string(), message: z.string() }),
]);
export type ExportState = z.infer<typeof ExportState>;

export interface ExportJob {
  /** Who asked; nobody else is told of it. */
  readonly actor: Actor;
  readonly state: ExportState;
}

export interface ExportJobs {
  put(exportId: string, job: ExportJob): Promise<void>;
  /** null when there is none, or none any more: a job is remembered for a day. */
  get(exportId: string): Promise<ExportJob | null>;
}

const Item = z.object({ actor: Actor, state: ExportState, expiresAtSecond: z.number() });
const KEPT_SECONDS = 86_400;
const keyOf = (exportId: string): string => `export:${exportId}`;

/** Export jobs beside what else the platform remembers of deliveries. Throws ServiceUnavailable. */
export function createExportJobs({ client, table }: RecordTable): ExportJobs {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    put: (exportId, job) => reach(async () => {
      const expiresAtSecond = Math.ceil(Date.now() / 1000) + KEPT_SECONDS;
      await documents.send(new PutCommand({ TableName: table, Item: { key: keyOf(exportId), ...job, expiresAtSecond } }));
    }),
    get: (exportId) => reach(async () => {
      const { Item: found } = await documents.send(new GetCommand({ TableName: table, Key: { key: keyOf(exportId) }, ConsistentRead: true }));
      if (found === undefined) return null;
      const { actor, state, expiresAtSecond } = Item.parse(found);
      return expiresAtSecond * 1000 > Date.now() ? { actor, state } : null;
    }),
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
