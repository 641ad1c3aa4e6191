import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { createLedger } from '../../ledger/create-ledger.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { createProjector } from '../../projectors/engine/projector.ts';
import { rebuild, rebuildInto } from '../../projectors/engine/rebuild.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { startTestDynamo, type TestDynamo } from '../support/dynamo.ts';
import { createMemoryEvidence, createMemoryKeys } from '../support/memory/ledger.ts';
import { useDatabases } from './support/database.ts';
import { dump } from './support/dump.ts';
import { makeHistories } from './support/histories.ts';

const databases = useDatabases();
let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

test('from the sealed log in DynamoDB, before and after erasure, live and rebuilt tables are the same', async () => {
  const { pool } = await databases.fresh();
  const store = createDynamoEventStore(dynamo);
  const ledger = createLedger({ store, keys: createMemoryKeys(), evidence: createMemoryEvidence(), subjectKeys: createDynamoSubjectKeys(dynamo), clock: () => new Date() });
  const live = createProjector(relational, { pool, ledger, store });
  const histories = makeHistories(5, 60, 60).filter(({ events }, index) => index < 8 || events.some(({ type }) => type === 'ApplicantErased'));
  const erased = histories.filter(({ events }) => events.some(({ type }) => type === 'ApplicantErased'));
  expect(erased.length).toBeGreaterThan(0);

  for (const { stream, events } of histories) {
    for (const event of events) {
      // As the handlers do: the key goes first, and that it has gone is recorded then.
      if (event.type === 'ApplicantErased') await ledger.destroyKey(stream);
      await ledger.append(stream, event.version - 1, [{ id: event.id, event: contentOf(event), context: contextOf(event) }]);
      if (event.version % 3 === 0) await live.deliver([{ stream, version: event.version }]);
    }
  }
  await live.catchUpAll('1970-01-01T00:00:00.000Z');
  expect(await live.failures()).toEqual([]);
  const { applied, failed } = await rebuildInto(relational, { pool, ledger, store }, 'again');
  expect({ applied, failed }).toEqual({ applied: histories.reduce((sum, { events }) => sum + events.length, 0), failed: [] });
  const before = await dump(pool);
  expect(before).toEqual(await dump(pool, 'again'));
  await rebuild(relational, { pool, ledger, store });
  expect(await dump(pool)).toEqual(before);
});

function contentOf({ type, data, personal }: LedgerEvent): DomainEvent {
  return { type, data, personal } as DomainEvent;
}

function contextOf({ actor, occurredAt, correlationId, causationId }: LedgerEvent) {
  return { actor, occurredAt, correlationId, causationId };
}
