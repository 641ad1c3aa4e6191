import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import type { Deps, Log } from '../../../handlers/deps.ts';
import { createDynamoClient } from '../../../ledger/dynamodb/client.ts';
import { tableNames, type TableNames } from '../../../ledger/dynamodb/tables.ts';
import { createLog } from '../../log.ts';
import { readGroup, settingGroups } from '../settings.ts';

/** What every function has: its log, the clock and the tables. */
export interface Core extends Pick<Deps, 'clock' | 'newId' | 'random' | 'log'> {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
}

export function openCore(): Core {
  const { KYC_LOG, KYC_TABLE_PREFIX } = readGroup(settingGroups.core);
  const log: Log = createLog({ level: KYC_LOG, pretty: false });
  return {
    log,
    clock: () => new Date(),
    newId: () => uuidv7(),
    random: (bytes) => randomBytes(bytes),
    client: createDynamoClient(),
    tables: tableNames(KYC_TABLE_PREFIX),
  };
}
