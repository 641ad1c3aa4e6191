import { randomUUID } from 'node:crypto';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Bench, speed, takeTurns, typical } from './bench.ts';
import { type Arena, CASTORE, anEvent, asCastore, asNew, openArena } from './event-store-arena.ts';

const ROUNDS = 40;
const EVENTS = 1_000;

export const bench: Bench = {
  name: 'load',
  summary: `load of a stream of ${EVENTS} events, medians of ${ROUNDS} alternating rounds; columns × say how many times as fast`,
  async run() {
    const arena = await openArena();
    try {
      const stream = await fill(arena);
      const contenders = [
        { name: 'bare Query', prepare: async () => () => bareQuery(arena, stream) },
        { name: 'Castore getEvents', prepare: async () => () => arena.castore.getEvents(stream, CASTORE) },
        { name: 'event store', prepare: async () => () => arena.store.load(stream) },
        { name: 'ledger, opening', prepare: async () => () => arena.ledger.load(stream) },
      ];
      const times = await takeTurns(contenders, ROUNDS, 5);
      return contenders.map(({ name }) => ({
        contender: name,
        milliseconds: Math.round(typical(times, name) * 10) / 10,
        '× bare Query': speed(times, name, 'bare Query'),
        '× Castore': speed(times, name, 'Castore getEvents'),
      }));
    } finally {
      await arena.stop();
    }
  },
};

async function fill(arena: Arena): Promise<string> {
  const stream = `applicant-${randomUUID()}`;
  for (let start = 0; start < EVENTS; start += 50) {
    await arena.ledger.append(stream, start, Array.from({ length: 50 }, () => asNew(anEvent(stream))));
  }
  for (const event of await arena.store.load(stream)) await arena.castore.pushEvent(asCastore(event), CASTORE);
  return stream;
}

/** Items as the SDK gives them, strongly consistent, all pages. */
async function bareQuery(arena: Arena, stream: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await arena.client.send(
      new QueryCommand({
        TableName: arena.tables.events,
        KeyConditionExpression: '#stream = :stream',
        ExpressionAttributeNames: { '#stream': 'stream' },
        ExpressionAttributeValues: { ':stream': { S: stream } },
        ConsistentRead: true,
        ...(next !== undefined && { ExclusiveStartKey: next }),
      }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  return items;
}
