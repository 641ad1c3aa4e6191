import { type DynamoDBClient, DeleteItemCommand, GetItemCommand, QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Reservation } from '../event-store.ts';
import { isNamed, read } from './answers.ts';

const HOLDER = 'holder';

/** A PartiQL INSERT as ExecuteStatement and ExecuteTransaction take it. */
export interface Insert {
  readonly Statement: string;
  readonly Parameters: AttributeValue[];
}

export interface ReservingInsert {
  readonly side: 'by-value' | 'by-holder';
  readonly reservation: Reservation;
  readonly insert: Insert;
}

export type Settled =
  | { readonly kind: 'again'; readonly inserts: ReservingInsert[] }
  | { readonly kind: 'reserved'; readonly reservation: Reservation; readonly heldBy: string };

/**
 * A reservation is two items, written in one transaction: by value, which makes it exclusive, and by holder, so that an
 * erasure finds all of them with a strongly consistent read (an index would lag behind).
 */
export class ReservationTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  inserts(stream: string, reservation: Reservation): ReservingInsert[] {
    return [this.#insert('by-value', stream, reservation), this.#insert('by-holder', stream, reservation)];
  }

  /**
   * What to insert in the next attempt after `taken` were there already: nothing for a value that this stream holds.
   * Answers 'reserved' when another stream holds one.
   */
  async settle(stream: string, reservations: readonly Reservation[], taken: readonly ReservingInsert[]): Promise<Settled> {
    const inserts: ReservingInsert[] = [];
    for (const reservation of reservations) {
      const heldBy = await this.holder(reservation);
      if (heldBy === stream) continue;
      if (heldBy !== null) return { kind: 'reserved', reservation, heldBy };
      // A release that was cut off has left the item by holder behind; it serves again.
      const left = taken.some((each) => each.reservation === reservation && each.side === 'by-holder');
      inserts.push(...this.inserts(stream, reservation).filter((each) => !left || each.side === 'by-value'));
    }
    return { kind: 'again', inserts };
  }

  #insert(side: ReservingInsert['side'], stream: string, reservation: Reservation): ReservingInsert {
    const value = valueOf(reservation);
    const key: AttributeValue[] = side === 'by-value' ? [{ S: value }, { S: HOLDER }] : [{ S: stream }, { S: value }];
    const Statement = `INSERT INTO "${this.#table}" VALUE {'owner': ?, 'item': ?, 'stream': ?}`;
    return { side, reservation, insert: { Statement, Parameters: [...key, { S: stream }] } };
  }

  async holder(reservation: Reservation): Promise<string | null> {
    const get = new GetItemCommand({
      TableName: this.#table,
      Key: { owner: { S: valueOf(reservation) }, item: { S: HOLDER } },
      ConsistentRead: true,
    });
    const answer = await read('reading a reservation', () => this.#client.send(get));
    return answer.Item?.['stream']?.S ?? null;
  }

  async release(stream: string): Promise<number> {
    let count = 0;
    let next: Record<string, AttributeValue> | undefined;
    do {
      const query = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: '#owner = :stream',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':stream': { S: stream } },
        ConsistentRead: true,
        ...(next !== undefined && { ExclusiveStartKey: next }),
      });
      const page = await read('reading reservations', () => this.#client.send(query));
      for (const item of page.Items ?? []) {
        const value = item['item']?.S;
        if (value === undefined) continue;
        // The exclusive item first: cut off in between, the other one still leads the next attempt here.
        await this.#delete({ owner: { S: value }, item: { S: HOLDER } }, stream);
        await this.#delete({ owner: { S: stream }, item: { S: value } }, stream);
        count += 1;
      }
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    return count;
  }

  /** Only while `stream` is the holder: the value may have passed to another one since an attempt that was cut off. */
  async #delete(key: Record<string, AttributeValue>, stream: string): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: key,
      ConditionExpression: '#stream = :stream',
      ExpressionAttributeNames: { '#stream': 'stream' },
      ExpressionAttributeValues: { ':stream': { S: stream } },
    });
    try {
      await read('releasing a reservation', () => this.#client.send(command));
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
    }
  }
}

function valueOf(reservation: Reservation): string {
  return `${reservation.kind}#${reservation.hash}`;
}
