import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

type AttributeType = 'S' | 'N';

export interface KeyAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

/** A table as every deployment has it: created by `ensureTables` here, by CDK from the same value on AWS. */
export interface TableDefinition {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
  readonly indexes?: readonly { readonly name: string; readonly partition: KeyAttribute; readonly sort: KeyAttribute }[];
  /** Attribute with the second (Unix time) after which DynamoDB may remove the item; readers filter by themselves. */
  readonly ttl?: string;
  /** Insert-only history: on AWS with deletion protection, point-in-time recovery and a stream of new images. */
  readonly history?: boolean;
}

const s = (name: string): KeyAttribute => ({ name, type: 'S' });
const n = (name: string): KeyAttribute => ({ name, type: 'N' });

/** Every DynamoDB table of the platform. All indexes project all attributes. */
export const tableDefinitions = {
  /** The log. `bucket` is hour and shard, `at` orders within it; see event-item.ts. */
  events: {
    partition: s('stream'),
    sort: n('version'),
    indexes: [{ name: 'by-time', partition: s('bucket'), sort: s('at') }],
    history: true,
  },
  /** Hours in which events were recorded, so that a sweep need not guess which buckets there are. */
  'event-hours': { partition: s('log'), sort: s('hour') },
  /** Held values, twice: by value (partition `<kind>#<hash>`, sort `holder`) and by holder (partition the stream, sort the value). */
  reservations: { partition: s('owner'), sort: s('item') },
  'subject-keys': { partition: s('stream') },
  counters: { partition: s('counter') },
  'pending-callbacks': {
    partition: s('requestId'),
    indexes: [{ name: 'by-deadline', partition: s('state'), sort: s('deadline') }],
  },
  'register-cache': { partition: s('key'), ttl: 'expiresAtSecond' },
  'review-feedback': { partition: s('stream'), sort: n('version') },
  /** What was sent under which key, and what waits in a queue: lets nothing go out twice. */
  deliveries: { partition: s('key'), ttl: 'expiresAtSecond' },
  /** Consoles that listen over WebSocket, and the latest notifications for those that come back. */
  connections: { partition: s('feed'), sort: s('connection'), ttl: 'expiresAtSecond' },
  notifications: { partition: s('feed'), sort: s('at'), ttl: 'expiresAtSecond' },
} as const satisfies Record<string, TableDefinition>;

export type TableId = keyof typeof tableDefinitions;
export type TableNames = Readonly<Record<TableId, string>>;

/** The names of all tables under a prefix (`kyc-` gives `kyc-events`). */
export function tableNames(prefix: string): TableNames {
  const names = Object.keys(tableDefinitions).map((id) => [id, `${prefix}${id}`] as const);
  return Object.fromEntries(names) as Record<TableId, string>;
}

/**
 * Creates the tables that are missing and waits until all are ACTIVE. Safe to repeat and to run twice at once.
 * For the embedded runtime and tests; on AWS, CDK owns the tables.
 */
export async function ensureTables(client: DynamoDBClient, prefix: string): Promise<TableNames> {
  const names = tableNames(prefix);
  for (const [id, definition] of Object.entries<TableDefinition>(tableDefinitions)) {
    await ensureTable(client, `${prefix}${id}`, definition);
  }
  return names;
}

/** Names of the tables that are not there, or not ready. */
export async function missingTables(client: DynamoDBClient, prefix: string): Promise<string[]> {
  const states = await Promise.all(Object.values(tableNames(prefix)).map(async (name) => ({ name, status: await status(client, name) })));
  return states.filter((each) => each.status === null || each.status === 'CREATING' || each.status === 'DELETING').map(({ name }) => name);
}

async function ensureTable(client: DynamoDBClient, name: string, definition: TableDefinition): Promise<void> {
  if ((await status(client, name)) === 'ACTIVE') return;
  const indexes = definition.indexes ?? [];
  const keys = [definition, ...indexes].flatMap((each) => (each.sort === undefined ? [each.partition] : [each.partition, each.sort]));
  const attributes = new Map(keys.map((key) => [key.name, key.type]));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
        KeySchema: keySchema(definition),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: 'ALL' as const },
          })),
        }),
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'ResourceInUseException')) throw error;
  }
  for (let waited = 0; (await status(client, name)) !== 'ACTIVE'; waited += 50) {
    if (waited > 60_000) throw new Error(`Table ${name} did not become active within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function keySchema(keys: { readonly partition: KeyAttribute; readonly sort?: KeyAttribute }) {
  const partition = { AttributeName: keys.partition.name, KeyType: 'HASH' as const };
  return keys.sort === undefined ? [partition] : [partition, { AttributeName: keys.sort.name, KeyType: 'RANGE' as const }];
}

async function status(client: DynamoDBClient, name: string): Promise<string | null> {
  try {
    const answer = await client.send(new DescribeTableCommand({ TableName: name }));
    return answer.Table?.TableStatus ?? null;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return null;
    throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
