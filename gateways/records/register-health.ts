import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { RegisterOutcome, type RegisterType } from '../../events/vocabulary.ts';
import { ServiceUnavailable } from '../errors.ts';
import type { RecordTable } from './dynamodb.ts';
import type { RegisterHealth } from './port.ts';

const kept = 5;
const HealthItem = z.object({
  revision: z.int().positive(),
  answers: z.array(z.object({ requestId: z.string(), outcome: RegisterOutcome, at: z.iso.datetime() })),
});
type HealthItem = z.infer<typeof HealthItem>;

/** One item a register in the counters' table, replaced only while nobody else has. */
export function createRegisterHealth({ client, table }: RecordTable): RegisterHealth {
  const documents = DynamoDBDocumentClient.from(client);

  async function read(register: RegisterType): Promise<HealthItem | null> {
    const answer = await documents.send(new GetCommand({ TableName: table, Key: { counter: keyOf(register) }, ConsistentRead: true }));
    return answer.Item === undefined ? null : HealthItem.parse(answer.Item);
  }

  return {
    note: (register, answer) => reach(async () => {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const now = await read(register);
        if (now?.answers.some((each) => each.requestId === answer.requestId) === true) return;
        const answers = [...now?.answers ?? [], answer].slice(-kept);
        try {
          await documents.send(new PutCommand({
            TableName: table,
            Item: { counter: keyOf(register), revision: (now?.revision ?? 0) + 1, answers },
            ConditionExpression: 'attribute_not_exists(#counter) OR #revision = :seen',
            ExpressionAttributeNames: { '#counter': 'counter', '#revision': 'revision' },
            ExpressionAttributeValues: { ':seen': now?.revision ?? 0 },
          }));
          return;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
      throw new Error('Too many writers at once');
    }),
    latest: (register) => reach(async () => (await read(register))?.answers ?? []),
  };
}

function keyOf(register: RegisterType): string {
  return `register-health-${register}`;
}

async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new ServiceUnavailable('DynamoDB', { cause: error });
  }
}
