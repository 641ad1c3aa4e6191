import { type AttributeValue, type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { EventInventory, StoredItem } from '../inventory.ts';
import { read } from './answers.ts';
import { fromItem, hourOf, isPlaced } from './event-item.ts';
import type { TableNames } from './tables.ts';
import { notedHours } from './time-order.ts';

/** Before every hour there is. A key may not be the empty string. */
const BEGINNING = '0';

export interface DynamoInventoryOptions {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
}

/** The inventory of the events' table on DynamoDB, by Scan. The next page is fetched while the caller works on one. */
export function createDynamoInventory({ client, tables }: DynamoInventoryOptions): EventInventory {
  function page(from: Record<string, AttributeValue> | undefined): Promise<ScanCommandOutput> {
    const scan = new ScanCommand({ TableName: tables.events, ConsistentRead: true, ...(from !== undefined && { ExclusiveStartKey: from }) });
    return read('reading the whole table', () => client.send(scan));
  }

  async function* all(): AsyncGenerator<readonly StoredItem[]> {
    const hours = new Set<string>();
    const sought = new Set<string>();

    /** An hour that is not noted may have begun while we were reading; each is looked for once more. */
    async function isNoted(hour: string): Promise<boolean> {
      if (hours.has(hour) || sought.has(hour)) return hours.has(hour);
      sought.add(hour);
      for (const each of await notedHours(client, tables, BEGINNING)) hours.add(each);
      return hours.has(hour);
    }

    let next: Promise<ScanCommandOutput> | null = page(undefined);
    while (next !== null) {
      const { Items = [], LastEvaluatedKey }: ScanCommandOutput = await next;
      next = LastEvaluatedKey === undefined ? null : page(LastEvaluatedKey);
      // Whoever stops reading early is not told of the page that failed meanwhile.
      next?.catch(() => undefined);
      const items: StoredItem[] = [];
      for (const item of Items) {
        const indexed = isPlaced(item) && (await isNoted(hourOf(item['at']?.S ?? '')));
        items.push(stored(item, indexed));
      }
      yield items;
    }
  }

  return { all };
}

function stored(item: Record<string, AttributeValue>, indexed: boolean): StoredItem {
  return {
    stream: item['stream']?.S ?? '',
    version: Number(item['version']?.N),
    type: item['type']?.S ?? '',
    body: item['body']?.S ?? '',
    indexed,
    read: () => fromItem(item),
  };
}
