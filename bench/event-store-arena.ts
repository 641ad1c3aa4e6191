import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBSingleTableEventStorageAdapter } from '@castore/event-storage-adapter-dynamodb';
import type { DomainEvent } from '../events/catalogue.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import { createFolderEvidenceStore } from '../gateways/evidence-store/folder.ts';
import { openEmbeddedKeys } from '../gateways/keys/embedded.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { createDynamoClient } from '../ledger/dynamodb/client.ts';
import { createDynamoEventStore } from '../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../ledger/dynamodb/dynamodb-subject-keys.ts';
import { type TableNames, ensureTables } from '../ledger/dynamodb/tables.ts';
import type { EventStore } from '../ledger/event-store.ts';
import type { Ledger, NewEvent } from '../ledger/ledger.ts';
import { deriveEventKey, sealPersonal } from '../ledger/sealing.ts';
import { startDynoxide } from '../runtime/embedded/dynoxide.ts';

/** All contenders of the event store's benches on one DynamoDB: dynoxide, or KYC_TEST_DYNAMODB_ENDPOINT. */
export interface Arena {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  readonly store: EventStore;
  readonly ledger: Ledger;
  readonly castore: DynamoDBSingleTableEventStorageAdapter;
  stop(): Promise<void>;
}

export const CASTORE = { eventStoreId: 'APPLICANTS' };

export async function openArena(): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-bench-'));
  const given = process.env['KYC_TEST_DYNAMODB_ENDPOINT'];
  const server = await startDynoxide({ dataFolder: folder, ...(given !== undefined && { endpoint: given }) });
  const client = createDynamoClient({ endpoint: server.endpoint });
  const prefix = `bench${randomBytes(3).toString('hex')}-`;
  const tables = await ensureTables(client, prefix);
  await createCastoreTable(client, `${prefix}castore`);
  const store = createDynamoEventStore({ client, tables });
  const ledger = createLedger({
    store,
    keys: await openEmbeddedKeys(join(folder, 'master.key')),
    evidence: createFolderEvidenceStore(join(folder, 'evidence')),
    subjectKeys: createDynamoSubjectKeys({ client, tables }),
    clock: () => new Date(),
  });
  return {
    client,
    tables,
    store,
    ledger,
    castore: new DynamoDBSingleTableEventStorageAdapter({ tableName: `${prefix}castore`, dynamoDBClient: client }),
    stop: async () => {
      client.destroy();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As Castore's documentation has it: the table, and the index its listAggregateIds needs. */
async function createCastoreTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'aggregateId', AttributeType: 'S' },
        { AttributeName: 'version', AttributeType: 'N' },
        { AttributeName: 'eventStoreId', AttributeType: 'S' },
        { AttributeName: 'timestamp', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'aggregateId', KeyType: 'HASH' },
        { AttributeName: 'version', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'initialEvents',
          KeySchema: [
            { AttributeName: 'eventStoreId', KeyType: 'HASH' },
            { AttributeName: 'timestamp', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
}

const uuidv7 = (): string => randomUUID().replace(/^(.{14})4/, '$17');

/** The usual kind of event: a reference to evidence in the open, something personal under seal. */
export function anEvent(stream: string): DomainEvent {
  return {
    type: 'IdDocumentUploaded',
    data: {
      documentType: 'passport',
      evidence: { key: `${stream}/document-${randomUUID()}`, sha256: 'a'.repeat(64), bytes: 482_113, mediaType: 'image/jpeg' },
    },
    personal: { plainSha256: 'b'.repeat(64) },
  };
}

export function asNew(event: DomainEvent): NewEvent {
  return {
    id: uuidv7(),
    event,
    context: { actor: { kind: 'applicant', id: 'upload' }, occurredAt: new Date().toISOString(), correlationId: randomUUID(), causationId: null },
  };
}

/** The event as the ledger would record it, ready made, so that no contender but the ledger pays for the making. */
export function asRecorded(stream: string, version: number, { id, event, context }: NewEvent): RecordedEvent {
  const place = { id, stream, version, type: event.type };
  const sealed = event.personal === null ? null : sealPersonal(deriveEventKey(new Uint8Array(32), place), place, event.personal, new Uint8Array(12));
  return { ...place, schemaVersion: 1, ...context, recordedAt: new Date().toISOString(), data: JSON.parse(JSON.stringify(event.data)), sealed };
}

/** The same event in Castore's terms. */
export function asCastore({ stream, version, type, recordedAt, data, sealed, ...metadata }: RecordedEvent) {
  return { aggregateId: stream, version, type, timestamp: recordedAt, payload: { data, sealed }, metadata };
}
