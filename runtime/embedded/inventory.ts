import { join } from 'node:path';
import { createDynamoInventory } from '../../ledger/dynamodb/dynamodb-inventory.ts';
import type { EventInventory } from '../../ledger/inventory.ts';
import type { Settings } from '../settings.ts';
import { createSqliteInventory } from './sqlite-inventory.ts';
import type { Stores } from './stores.ts';

/** The inventory of a platform's events: from dynoxide's file where it is ours, else by Scan from whatever endpoint was given. */
export function inventoryOf({ values }: Pick<Settings, 'values'>, stores: Pick<Stores, 'client' | 'tables' | 'dataFolder'>): EventInventory {
  const { events, 'event-hours': hours } = stores.tables;
  const file = join(stores.dataFolder, 'dynamodb', 'dynamodb.sqlite');
  const own = values.KYC_DYNAMODB_ENDPOINT === undefined ? createSqliteInventory({ file, events, hours }) : null;
  return own ?? createDynamoInventory(stores);
}
