import { DeleteItemCommand, GetItemCommand, PutItemCommand, ScanCommand, TransactionCanceledException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { createDynamoClient } from '../../ledger/dynamodb/client.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoInventory } from '../../ledger/dynamodb/dynamodb-inventory.ts';
import { StreamTips } from '../../ledger/dynamodb/stream-tips.ts';
import { ensureTables, tableNames } from '../../ledger/dynamodb/tables.ts';
import { InvalidAppend, RecordCorrupt, StoreUnavailable } from '../../ledger/errors.ts';
import type { StoredItem } from '../../ledger/inventory.ts';
import { canonicalJson } from '../../ledger/log/canonical-json.ts';
import { type TestDynamo, startTestDynamo } from '../support/dynamo.ts';
import { anApplicant, recorded, uuidv7 } from '../support/events.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

interface Sent {
  readonly name: string;
  readonly input: unknown;
}

/** A store whose requests are written down, and may be made to fail before they are sent or after they were served. */
function watched(fail: (sent: Sent, count: number) => { readonly when: 'before' | 'after'; readonly error: Error } | null = () => null) {
  const sent: Sent[] = [];
  const client = createDynamoClient({ endpoint: dynamo.endpoint });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = { name: String(context['commandName']), input: args.input };
      sent.push(request);
      const failure = fail(request, sent.filter((each) => each.name === request.name).length);
      if (failure?.when === 'before') throw failure.error;
      const answer = await next(args);
      if (failure?.when === 'after') throw failure.error;
      return answer;
    },
    { step: 'initialize' },
  );
  return { sent, store: createDynamoEventStore({ client, tables: dynamo.tables }), stop: () => client.destroy() };
}

const lost = new Error('socket hang up');

describe('what the event store asks of DynamoDB', () => {
  it('is one request an append, once the stream is loaded and the hour known', async () => {
    const stream = anApplicant();
    const { sent, store, stop } = watched();
    await store.append(stream, 0, [recorded(stream, 1)]);
    sent.length = 0;
    await store.append(stream, 1, [recorded(stream, 2)]);
    await store.append(stream, 2, [recorded(stream, 3), recorded(stream, 4)]);
    expect(sent.map((each) => each.name)).toEqual(['ExecuteStatementCommand', 'ExecuteTransactionCommand']);
    stop();
  });

  it('G-1: is never anything but INSERT where events are written', async () => {
    const [stream, other] = [anApplicant(), anApplicant()];
    const { sent, store, stop } = watched();
    const reservation = { kind: 'email' as const, hash: uuidv7() };
    await store.append(stream, 0, [recorded(stream, 1)], [reservation]);
    await store.append(stream, 0, [recorded(stream, 1)]);
    await store.append(other, 0, [recorded(other, 1)], [reservation]);
    await store.append(stream, 1, [recorded(stream, 2), recorded(stream, 3)]);
    await store.release(stream);
    const reads = ['QueryCommand', 'GetItemCommand'];
    const statements = sent.filter((each) => !reads.includes(each.name) && each.name !== 'DeleteItemCommand');
    const texts = JSON.stringify(statements).match(/"Statement":"\w+/g) ?? [];
    expect(new Set(texts)).toEqual(new Set(['"Statement":"INSERT']));
    expect(new Set(statements.map((each) => each.name))).toEqual(new Set(['ExecuteStatementCommand', 'ExecuteTransactionCommand']));
    const deleted = sent.flatMap((each) => (each.name === 'DeleteItemCommand' && typeof each.input === 'object' ? [each.input] : []));
    expect(deleted.length).toBeGreaterThan(0);
    for (const input of deleted) expect(input).toMatchObject({ TableName: dynamo.tables.reservations });
    stop();
  });
});

describe('when DynamoDB falters', () => {
  it.each([1, 2])('G-3: a lost answer to an append of %i leaves a retry harmless', async (count) => {
    const stream = anApplicant();
    const { store, stop } = watched(({ name }, nth) => (/Execute(Statement|Transaction)/.test(name) && nth === (count === 1 ? 2 : 1) ? { when: 'after', error: lost } : null));
    const events = Array.from({ length: count }, (_, i) => recorded(stream, i + 1));
    await expect(store.append(stream, 0, events)).rejects.toThrow(StoreUnavailable);
    expect(await store.append(stream, 0, events)).toEqual({ kind: 'already_appended', events });
    expect(await store.load(stream)).toEqual(events);
    stop();
  });

  it('an append goes on after other transactions were at the same items', async () => {
    const stream = anApplicant();
    const busy = new TransactionCanceledException({ message: 'busy', $metadata: {}, CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] });
    const { store, stop } = watched(({ name }, nth) => (name === 'ExecuteTransactionCommand' && nth < 3 ? { when: 'before', error: busy } : null));
    expect(await store.append(stream, 0, [recorded(stream, 1), recorded(stream, 2)])).toEqual({ kind: 'appended' });
    stop();
  });

  it('says so when nobody answers', async () => {
    const client = createDynamoClient({ endpoint: 'http://127.0.0.1:9' });
    const store = createDynamoEventStore({ client, tables: tableNames('none-') });
    const stream = anApplicant();
    await expect(store.load(stream)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.append(stream, 0, [recorded(stream, 1)])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    client.destroy();
  });

  it('reserves again what a release that was cut off has half given up', async () => {
    const stream = anApplicant();
    const reservation = { kind: 'email' as const, hash: uuidv7() };
    const { store, stop } = watched();
    await store.append(stream, 0, [recorded(stream, 1)], [reservation]);
    const Key = { owner: { S: `email#${reservation.hash}` }, item: { S: 'holder' } };
    await dynamo.client.send(new DeleteItemCommand({ TableName: dynamo.tables.reservations, Key }));
    expect(await store.append(stream, 1, [recorded(stream, 2)], [reservation])).toEqual({ kind: 'appended' });
    expect(await store.holder(reservation)).toBe(stream);
    expect(await store.release(stream)).toBe(1);
    stop();
  });
});

describe('the table', () => {
  it('is read by time over many pages, each event once and each stream in order', async () => {
    const streams = Array.from({ length: 3 }, anApplicant);
    const store = createDynamoEventStore(dynamo);
    for (const stream of streams) {
      for (let start = 0; start < 700; start += 100) {
        const recordedAt = `2034-01-01T10:00:0${start / 100}.000Z`;
        await store.append(stream, start, Array.from({ length: 100 }, (_, i) => recorded(stream, start + i + 1, { recordedAt })));
      }
    }
    const found: RecordedEvent[] = [];
    let batches = 0;
    for await (const batch of store.since('2034-01-01T10:00:00.000Z')) {
      batches += 1;
      found.push(...batch.filter((event) => streams.includes(event.stream)));
    }
    expect(batches).toBeGreaterThan(1);
    const all = Array.from({ length: 700 }, (_, i) => i + 1);
    for (const stream of streams) expect(found.filter((event) => event.stream === stream).map((event) => event.version)).toEqual(all);
    expect(found.map((event) => event.recordedAt)).toEqual(found.map((event) => event.recordedAt).toSorted());
  });

  it('goes on to hours that begin while it is read', async () => {
    const store = createDynamoEventStore(dynamo);
    const [first, second] = [anApplicant(), anApplicant()];
    await store.append(first, 0, [recorded(first, 1, { recordedAt: '2036-01-01T10:00:00.000Z' })]);
    const found: string[] = [];
    for await (const batch of store.since('2036-01-01T10:00:00.000Z')) {
      found.push(...batch.map((event) => event.stream));
      if (found.length === 1) await store.append(second, 0, [recorded(second, 1, { recordedAt: '2036-01-01T11:00:00.000Z' })]);
    }
    expect(found).toEqual([first, second]);
  });

  it('refuses what it has not written itself', async () => {
    const stream = anApplicant();
    for (const body of ['no JSON', '{"id":"x"}', '[]']) {
      const Item = { stream: { S: stream }, version: { N: '1' }, type: { S: 'SelfieUploaded' }, body: { S: body } };
      await dynamo.client.send(new PutItemCommand({ TableName: dynamo.tables.events, Item }));
      await expect(createDynamoEventStore(dynamo).load(stream)).rejects.toThrow(RecordCorrupt);
    }
  });

  it('G-29: is inventoried in full, whatever the time index leads to', async () => {
    const [stream, odd] = [anApplicant(), anApplicant()];
    const store = createDynamoEventStore(dynamo);
    const filler = 'x'.repeat(20_000);
    const events = Array.from({ length: 100 }, (_, i) => recorded(stream, i + 1, { data: { filler }, recordedAt: '2037-01-01T10:00:00.000Z' }));
    await store.append(stream, 0, events);
    await store.append(odd, 0, [1, 2, 3, 4, 5].map((version) => recorded(odd, version, { recordedAt: '2037-01-01T10:00:00.000Z' })));
    const Key = (version: number) => ({ stream: { S: odd }, version: { N: String(version) } });
    const alter = (version: number, UpdateExpression: string, value?: string) => dynamo.client.send(new UpdateItemCommand({
      TableName: dynamo.tables.events, Key: Key(version), UpdateExpression, ExpressionAttributeNames: { '#name': 'bucket' },
      ...(value !== undefined && { ExpressionAttributeValues: { ':value': { S: value } } }),
    }));
    await alter(1, 'SET #name = :value', '2037-01-01T10#9');
    await alter(2, 'REMOVE #name');
    const [, , third] = await Promise.all([
      dynamo.client.send(new PutItemCommand({ TableName: dynamo.tables.events, Item: { ...Key(6), type: { S: 'SelfieUploaded' }, body: { S: '{}' } } })),
      dynamo.client.send(new PutItemCommand({ TableName: dynamo.tables.events, Item: { ...Key(7) } })),
      dynamo.client.send(new GetItemCommand({ TableName: dynamo.tables.events, Key: Key(3) })),
    ]);
    // As if it had been recorded in an hour that nobody noted.
    const bucket = String(third.Item?.['bucket']?.S).replace('T10', 'T19');
    await dynamo.client.send(new PutItemCommand({
      TableName: dynamo.tables.events, Item: { ...third.Item, ...Key(3), bucket: { S: bucket }, at: { S: '2037-01-01T19:00:00.000Z#0000000003' } },
    }));
    const found: StoredItem[] = [];
    for await (const items of createDynamoInventory(dynamo).all()) found.push(...items.filter((item) => item.stream === stream || item.stream === odd));
    const own = found.filter((item) => item.stream === stream).toSorted((a, b) => a.version - b.version);
    expect(own.map((item) => item.read())).toEqual(events);
    expect(own.every((item) => item.indexed && item.body === canonicalJson(JSON.parse(item.body)))).toBe(true);
    const others = new Map(found.filter((item) => item.stream === odd).map((item) => [item.version, item]));
    expect([...others.keys()].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect([1, 2, 3, 4, 5, 6, 7].filter((version) => others.get(version)?.indexed)).toEqual([4, 5]);
    expect(() => others.get(6)?.read()).toThrow(RecordCorrupt);
    expect(() => others.get(7)?.read()).toThrow(RecordCorrupt);
  });

  it('takes no event that the log could never take', async () => {
    const stream = anApplicant();
    await expect(createDynamoEventStore(dynamo).append(stream, 0, [recorded(stream, 1, { data: { text: 'half a pair: \ud83d' } })])).rejects.toThrow(InvalidAppend);
  });

  it('is made once, however often and by how many it is asked for', async () => {
    const prefix = `again-${uuidv7()}-`;
    const names = await Promise.all([1, 2, 3].map(() => ensureTables(dynamo.client, prefix)));
    expect(await ensureTables(dynamo.client, prefix)).toEqual(names[0]);
    const empty = await dynamo.client.send(new ScanCommand({ TableName: `${prefix}events` }));
    expect(empty.Count).toBe(0);
  });
});

describe('what a process knows of streams', () => {
  it('only grows for a stream, and forgets the one longest unheard of', () => {
    const tips = new StreamTips(2);
    tips.learn('a', { version: 3, time: 't3' });
    tips.learn('a', { version: 2, time: 't2' });
    expect(tips.get('a')).toEqual({ version: 3, time: 't3' });
    tips.learn('b', { version: 1, time: 't' });
    tips.learn('a', { version: 4, time: 't4' });
    tips.learn('c', { version: 1, time: 't' });
    expect([tips.get('a')?.version, tips.get('b'), tips.get('c')?.version]).toEqual([4, undefined, 1]);
  });
});
