import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegisterHealth } from '../../gateways/records/register-health.ts';
import type { RegisterHealth } from '../../gateways/records/port.ts';
import { startTestDynamo, type TestDynamo } from '../support/dynamo.ts';

let dynamo: TestDynamo;
let health: RegisterHealth;
beforeAll(async () => {
  dynamo = await startTestDynamo();
  health = createRegisterHealth({ client: dynamo.client, table: dynamo.tables.counters });
});
afterAll(() => dynamo.stop());

const answer = (requestId: string, outcome: 'clear' | 'unreadable' = 'unreadable') => ({ requestId, outcome, at: '2026-11-20T10:00:00.000Z' });

describe('the health of a register', () => {
  it('is unknown before its first answer', async () => {
    expect(await health.latest('GMC')).toEqual([]);
  });

  it('is its latest five answers, oldest first, each request once', async () => {
    for (const id of ['1', '2', '2', '3', '4', '5', '6', '6']) await health.note('GDC', answer(id));
    expect((await health.latest('GDC')).map((each) => each.requestId)).toEqual(['2', '3', '4', '5', '6']);
  });

  it('loses no answer when several come at once', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => health.note('NMC', answer(id, 'clear'))));
    expect((await health.latest('NMC')).map((each) => each.requestId).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
