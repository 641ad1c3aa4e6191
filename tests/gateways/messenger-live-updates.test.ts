import { describe, expect, test } from 'vitest';
import { LiveUpdates } from '../../gateways/messenger/live-updates.ts';
import type { Notification } from '../../gateways/messenger/port.ts';

function update(number: number, subject = 'applicant-1'): Notification {
  return { id: `n${number}`, type: 'kyc.result', subject, time: '2026-11-22T10:00:00.000Z', data: {} };
}

/** Takes `count` updates, or what there is when the iteration ends. */
async function take(updates: AsyncIterable<Notification>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of updates) if (ids.push(id) === count) break;
  return ids;
}

function all(live: LiveUpdates, options: Partial<Parameters<LiveUpdates['subscribe']>[0]> = {}): AsyncIterable<Notification> {
  return live.subscribe({ filter: () => true, signal: new AbortController().signal, ...options });
}

describe('live updates', () => {
  test('reach each listener that wants them, from the moment it subscribed', async () => {
    const live = new LiveUpdates();
    live.publish(update(1));
    const everybody = all(live);
    const one = all(live, { filter: ({ subject }) => subject === 'applicant-2' });
    live.publish(update(2));
    live.publish(update(3, 'applicant-2'));
    expect(await take(everybody, 2)).toEqual(['n2', 'n3']);
    expect(await take(one, 1)).toEqual(['n3']);
  });

  test('come while the listener waits', async () => {
    const live = new LiveUpdates();
    const taken = take(all(live), 2);
    await Promise.resolve();
    live.publish(update(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    live.publish(update(2));
    expect(await taken).toEqual(['n1', 'n2']);
  });

  test('go on where the last event id says, filtered, without a gap to what comes after', async () => {
    const live = new LiveUpdates();
    for (const number of [1, 2, 3]) live.publish(update(number));
    const resumed = all(live, { lastEventId: 'n1', filter: ({ id }) => id !== 'n2' });
    live.publish(update(4));
    expect(await take(resumed, 2)).toEqual(['n3', 'n4']);
  });

  test('go on with all that is kept when the last event id is not known any more', async () => {
    const live = new LiveUpdates({ capacity: 2 });
    for (const number of [1, 2, 3]) live.publish(update(number));
    expect(await take(all(live, { lastEventId: 'n1' }), 2)).toEqual(['n2', 'n3']);
  });

  test('are sent once for an id', async () => {
    const live = new LiveUpdates();
    const updates = all(live);
    for (const number of [1, 1, 2]) live.publish(update(number));
    expect(await take(updates, 2)).toEqual(['n1', 'n2']);
  });

  test('end for a listener that does not keep up, which then resumes without a loss', async () => {
    const live = new LiveUpdates({ bufferSize: 2 });
    const slow = all(live);
    for (const number of [1, 2, 3, 4]) live.publish(update(number));
    const first = await take(slow, 99);
    expect(first).toEqual(['n1', 'n2']);
    expect(live.listeners).toBe(0);
    expect(await take(all(live, { lastEventId: 'n2' }), 2)).toEqual(['n3', 'n4']);
  });

  test('end when the signal aborts, and when the loop is left; neither leaves a listener behind', async () => {
    const live = new LiveUpdates();
    const ending = new AbortController();
    const aborted = take(all(live, { signal: ending.signal }), 99);
    const left = take(all(live), 1);
    expect(live.listeners).toBe(2);
    live.publish(update(1));
    expect(await left).toEqual(['n1']);
    await expect.poll(() => live.listeners).toBe(1);
    ending.abort();
    expect(await aborted).toEqual(['n1']);
    expect(live.listeners).toBe(0);
    expect(await take(all(live, { signal: ending.signal }), 99)).toEqual([]);
  });
});
