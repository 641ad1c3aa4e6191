import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderEvidenceStore } from '../../gateways/evidence-store/folder.ts';
import { openEmbeddedKeys } from '../../gateways/keys/embedded.ts';
import { createLedger } from '../../ledger/create-ledger.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { describeLedgerContract } from '../contracts/ledger.ts';
import { type TestDynamo, startTestDynamo } from '../support/dynamo.ts';
import { anApplicant, newEvent } from '../support/events.ts';
import { createMemoryEventStore } from '../support/memory/event-store.ts';
import { createMemoryEvidence, createMemoryKeys, createMemoryLedger, createMemorySubjectKeys } from '../support/memory/ledger.ts';

let dynamo: TestDynamo;
let folder: string;
beforeAll(async () => {
  [dynamo, folder] = await Promise.all([startTestDynamo(), mkdtemp(join(tmpdir(), 'kyc-ledger-'))]);
});
afterAll(async () => {
  await dynamo.stop();
  await rm(folder, { recursive: true });
});

describeLedgerContract('DynamoDB, folder and key file', async () => {
  const keys = await openEmbeddedKeys(join(folder, 'master.key'));
  const evidence = createFolderEvidenceStore(join(folder, 'evidence'));
  const another = () => {
    const store = createDynamoEventStore(dynamo);
    return { store, ledger: createLedger({ store, keys, evidence, subjectKeys: createDynamoSubjectKeys(dynamo), clock: () => new Date() }) };
  };
  return {
    ...another(),
    another: () => another().ledger,
    raw: async () => {
      const found: string[] = [];
      for (const TableName of Object.values(dynamo.tables)) {
        for await (const page of paginateScan({ client: dynamo.client }, { TableName })) {
          found.push(JSON.stringify(page.Items, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)));
        }
      }
      for await (const key of evidence.list('')) found.push(key, Buffer.from((await evidence.get(key)) ?? []).toString('latin1'));
      return found.join('\n');
    },
    tamper: async (key, bytes) => {
      const path = join(folder, 'evidence', key);
      await chmod(path, 0o600);
      await writeFile(path, bytes);
    },
  };
});

describeLedgerContract('memory', async () => {
  const [store, evidence] = [createMemoryEventStore(), createMemoryEvidence()];
  const [keys, subjectKeys] = [createMemoryKeys(), createMemorySubjectKeys()];
  const another = () => createMemoryLedger({ store, evidence, keys, subjectKeys });
  return {
    ledger: another(),
    store,
    another,
    raw: async () => {
      const found: string[] = [];
      for await (const batch of store.since('')) found.push(JSON.stringify(batch));
      for (const [key, bytes] of evidence.kept) found.push(key, Buffer.from(bytes).toString('latin1'));
      return found.join('\n');
    },
    tamper: async (key, bytes) => void evidence.kept.set(key, bytes),
  };
});

describe('ledger', () => {
  it('wakes consumers after an append and after its repetition, not after a conflict', async () => {
    const woken: string[] = [];
    const ledger = createMemoryLedger({ onAppended: (events) => woken.push(...events.map((event) => event.id)) });
    const stream = anApplicant();
    const event = newEvent({ type: 'ErasureRequested', data: { basis: 'TEST' }, personal: null });
    await ledger.append(stream, 0, [event]);
    await ledger.append(stream, 0, [event]);
    await ledger.append(stream, 0, [newEvent(event.event)]);
    expect(woken).toEqual([event.id, event.id]);
  });

  it('forgets a key within a minute of its destruction by another process', async () => {
    let now = Date.parse('2026-03-01T10:00:00.000Z');
    const parts = { store: createMemoryEventStore(), keys: createMemoryKeys(), subjectKeys: createMemorySubjectKeys(), clock: () => new Date(now) };
    const [here, there] = [createMemoryLedger(parts), createMemoryLedger(parts)];
    const stream = anApplicant();
    await here.append(stream, 0, [newEvent({ type: 'ReviewNoted', data: { decisionVersion: null }, personal: { note: 'x' } })]);
    await there.destroyKey(stream);
    now += 60_000;
    expect((await here.load(stream))[0]?.personal).toBeNull();
  });
});
