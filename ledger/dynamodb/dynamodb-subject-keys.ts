import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RecordCorrupt } from '../errors.ts';
import type { SubjectKeyRecord, SubjectKeyTable } from '../ports.ts';
import { read, write } from './answers.ts';
import type { TableNames } from './tables.ts';

const BATCH = 100;

/** Wrapped subject keys in a table of their own. Made by INSERT, so that of two at once one holds; destroyed by overwriting. */
export function createDynamoSubjectKeys(options: { readonly client: DynamoDBClient; readonly tables: TableNames }): SubjectKeyTable {
  const { client } = options;
  const table = options.tables['subject-keys'];

  async function find(streams: readonly string[]): Promise<Map<string, SubjectKeyRecord>> {
    const records = new Map<string, SubjectKeyRecord>();
    for (let start = 0; start < streams.length; start += BATCH) {
      let keys: Record<string, AttributeValue>[] = streams.slice(start, start + BATCH).map((stream) => ({ stream: { S: stream } }));
      while (keys.length > 0) {
        const request = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } });
        const answer = await read('reading subject keys', () => client.send(request));
        for (const item of answer.Responses?.[table] ?? []) {
          const record = toRecord(item);
          records.set(record.stream, record.record);
        }
        keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return records;
  }

  async function create(stream: string, wrapped: Uint8Array): Promise<SubjectKeyRecord> {
    const insert = new ExecuteStatementCommand({
      Statement: `INSERT INTO "${table}" VALUE {'stream': ?, 'state': ?, 'wrapped': ?}`,
      Parameters: [{ S: stream }, { S: 'wrapped' }, { B: wrapped }],
    });
    const answer = await write('keeping a subject key', () => client.send(insert));
    if (answer.kind === 'written') return { kind: 'wrapped', wrapped };
    const record = (await find([stream])).get(stream);
    if (record === undefined) throw new RecordCorrupt(`The key of ${stream}`);
    return record;
  }

  async function destroy(stream: string): Promise<void> {
    const put = new PutItemCommand({ TableName: table, Item: { stream: { S: stream }, state: { S: 'destroyed' } } });
    await read('destroying a subject key', () => client.send(put));
  }

  return { find, create, destroy };
}

function toRecord(item: Record<string, AttributeValue>): { stream: string; record: SubjectKeyRecord } {
  const stream = item['stream']?.S;
  const state = item['state']?.S;
  const wrapped = item['wrapped']?.B;
  if (stream !== undefined && state === 'destroyed') return { stream, record: { kind: 'destroyed' } };
  if (stream === undefined || state !== 'wrapped' || wrapped === undefined) throw new RecordCorrupt(`A subject key (${stream ?? '?'})`);
  return { stream, record: { kind: 'wrapped', wrapped } };
}
