import { describe, expect, test } from 'vitest';
import { defaultSettings, newestPolicy } from '../../aggregates/policy/policies.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { makeWorld } from './support/world.ts';

const body = { version: newestPolicy, settings: defaultSettings };
const result = { decisions: 2, changed: [], otherReasons: 0, outcomes: [], reasons: [] };
const withBacktest = (backtest: ApiDeps['policyLab']['backtest']) => {
  const world = makeWorld();
  return makeWorld({ deps: { policyLab: { ...world.deps.policyLab, backtest } } });
};
const linesOf = async (response: Response): Promise<unknown[]> => (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as unknown);

describe('a backtest that is followed', () => {
  test('says how far it has come, then what would have come out', async () => {
    const world = withBacktest(async (_policy, watch) => {
      watch?.onProgress?.(1_000);
      return result;
    });
    const response = await world.send('POST', '/policy/backtest/lines', { as: 'auditor', json: body });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await linesOf(response)).toEqual([{ events: 1_000, of: null }, { result: expect.objectContaining({ decisions: 2, changedCount: 0 }) }]);
  });

  test('ends when nobody waits for it any more', async () => {
    const ended = Promise.withResolvers<string>();
    const world = withBacktest(async (_policy, watch) => {
      watch?.onProgress?.(1);
      await new Promise((_resolve, reject) => watch?.signal?.addEventListener('abort', () => {
        ended.resolve('ended');
        reject(new Error('ended'));
      }));
      return result;
    });
    const response = await world.send('POST', '/policy/backtest/lines', { as: 'auditor', json: body });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await ended.promise).toBe('ended');
  });

  test('that fails says so in its last line, and keeps the reason to itself', async () => {
    const world = withBacktest(async () => {
      throw new Error('the store of dr.jane');
    });
    const lines = await linesOf(await world.send('POST', '/policy/backtest/lines', { as: 'auditor', json: body }));
    expect(lines).toEqual([{ error: { code: 'BACKTEST_FAILED', correlationId: expect.any(String) } }]);
    expect(JSON.stringify(world.log)).not.toContain('dr.jane');
  });
});

test.each([
  ['a similarity above 1', { ...body, settings: { ...defaultSettings, minSimilarity: 1.01 } }],
  ['a similarity below 0', { ...body, settings: { ...defaultSettings, minSimilarity: -0.1 } }],
  ['half a day', { ...body, settings: { ...defaultSettings, maxSnapshotAgeDays: 0.5 } }],
  ['a version that there is not', { ...body, version: '1999-01' }],
  ['a version of every object', { ...body, version: 'constructor' }],
  ['a setting that there is not', { ...body, settings: { ...defaultSettings, minLuck: 1 } }],
  ['no settings', { version: newestPolicy }],
])('%s is refused before anything is read', async (_what, json) => {
  for (const path of ['/policy/backtest', '/policy/backtest/lines']) {
    const world = withBacktest(async () => {
      throw new Error('it was tried');
    });
    expect((await world.send('POST', path, { as: 'auditor', json })).status).toBe(422);
  }
});
