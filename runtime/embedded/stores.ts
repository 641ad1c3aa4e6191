import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabasePool } from 'slonik';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EvidenceStore } from '../../gateways/evidence-store/port.ts';
import type { Keys } from '../../gateways/keys/port.ts';
import type { Log } from '../../handlers/deps.ts';
import { createLedger, type DisclosingLedger } from '../../ledger/create-ledger.ts';
import { createDynamoClient, regionOf } from '../../ledger/dynamodb/client.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { ensureTables, missingTables, tableNames, type TableNames } from '../../ledger/dynamodb/tables.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import { migrate } from '../../projectors/migrate.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { findRunning } from '../running.ts';
import { SettingsInvalid, type Settings } from '../settings.ts';
import { openEvidence, openKeys } from './choices.ts';
import { startDynoxide } from './dynoxide.ts';
import { lockFolder } from './lock.ts';
import { startPostgres } from './postgres.ts';

/** What everything else is built on: the log, its keys and evidence, and the database of the read models. */
export interface Stores {
  readonly dataFolder: string;
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  readonly dynamodbEndpoint: string;
  readonly pool: DatabasePool;
  readonly databaseUrl: string;
  readonly analystUrl: string;
  readonly keys: Keys;
  readonly evidence: EvidenceStore;
  readonly store: EventStore;
  readonly ledger: DisclosingLedger;
  /** Settles when a part that was started here ends by itself; carries its name. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Join the platform that runs on the folder, if one does, instead of refusing; nothing is started then. */
  readonly attach: boolean;
  readonly log?: Log;
  readonly onAppended?: (events: readonly RecordedEvent[]) => void;
}

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * Opens the stores on the settings' data folder: starts what is embedded, or connects to what the settings name.
 * Throws FolderInUse when another platform holds the folder and `attach` is false.
 */
export async function openStores(settings: Settings, options: OpenOptions): Promise<Stores> {
  const { dataFolder } = settings;
  const log = options.log ?? silent;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const running = options.attach ? await findRunning(dataFolder) : null;
  const cleanup: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const step of cleanup.splice(0).toReversed()) await step();
  };
  try {
    const broken = Promise.withResolvers<string>();
    const addresses = running ?? (await startServers(settings, log, cleanup, (part) => !stopping && broken.resolve(part)));
    const client = createDynamoClient({ endpoint: addresses.dynamodbEndpoint });
    cleanup.push(async () => client.destroy());
    const pool = await openDatabase(addresses.databaseUrl, { maxPoolSize: 20 });
    cleanup.push(() => pool.end());
    const [tables] = await Promise.all([openTables(settings, client, addresses.dynamodbEndpoint), migrate(pool)]);
    const [keys, evidence] = await Promise.all([openKeys(settings), openEvidence(settings)]);
    const store = createDynamoEventStore({ client, tables });
    const ledger = createLedger({
      store,
      keys,
      evidence,
      subjectKeys: createDynamoSubjectKeys({ client, tables }),
      clock: () => new Date(),
      ...(options.onAppended !== undefined && { onAppended: options.onAppended }),
    });
    const { dynamodbEndpoint, databaseUrl, analystUrl } = addresses;
    return { dataFolder, client, tables, dynamodbEndpoint, pool, databaseUrl, analystUrl, keys, evidence, store, ledger, broken: broken.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** On AWS the stacks own the tables, with all that protects them; anywhere else those that are missing are made. */
async function openTables({ values }: Settings, client: DynamoDBClient, endpoint: string): Promise<TableNames> {
  const prefix = values.KYC_TABLE_PREFIX ?? 'kyc-';
  if (regionOf(endpoint) === null) return ensureTables(client, prefix);
  const missing = await missingTables(client, prefix);
  if (missing.length > 0) throw new SettingsInvalid(`KYC_TABLE_PREFIX: there is no table ${missing.join(', ')} at KYC_DYNAMODB_ENDPOINT`);
  return tableNames(prefix);
}

type Addresses = Pick<Stores, 'dynamodbEndpoint' | 'databaseUrl' | 'analystUrl'>;

async function startServers(settings: Settings, log: Log, cleanup: (() => Promise<void>)[], broken: (part: string) => void): Promise<Addresses> {
  const { dataFolder, values } = settings;
  const lock = await lockFolder(dataFolder);
  cleanup.push(() => lock.release());
  const given = values.KYC_DATABASE_URL;
  const [dynamo, postgres] = await Promise.allSettled([
    startDynoxide({
      dataFolder: join(dataFolder, 'dynamodb'),
      log,
      onExit: () => broken('DynamoDB'),
      ...(values.KYC_DYNAMODB_ENDPOINT !== undefined && { endpoint: values.KYC_DYNAMODB_ENDPOINT }),
    }),
    given === undefined ? startPostgres({ dataFolder, log }) : null,
  ]);
  // Both are waited for before either's failure is told, so that the one that did start is stopped again.
  if (dynamo.status === 'fulfilled') cleanup.push(() => dynamo.value.stop());
  if (postgres.status === 'fulfilled' && postgres.value !== null) {
    const server = postgres.value;
    cleanup.push(() => server.stop());
    void server.ended.then(() => broken('PostgreSQL'));
  }
  if (dynamo.status === 'rejected') throw dynamo.reason;
  if (postgres.status === 'rejected') throw postgres.reason;
  const databaseUrl = given ?? postgres.value?.url ?? '';
  return { dynamodbEndpoint: dynamo.value.endpoint, databaseUrl, analystUrl: postgres.value?.analystUrl ?? databaseUrl };
}
