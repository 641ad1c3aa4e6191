import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { LiveUpdates } from '../../gateways/messenger/live-updates.ts';
import type { Notification } from '../../gateways/messenger/port.ts';
import { applicantId, makeWorld, otherApplicant, type World } from './support/world.ts';

const notification = (id: string, subject = `applicant-${applicantId}`): Notification => ({
  id, type: 'kyc.result.published', subject, time: '2026-11-22T12:00:00.000Z', data: { decision: 'PASS' },
});

const cleanUps: (() => void)[] = [];
afterEach(() => { for (const cleanUp of cleanUps.splice(0)) cleanUp(); });

function worldWithHub(): { world: World; hub: LiveUpdates } {
  const hub = new LiveUpdates();
  return { world: makeWorld({ deps: { live: hub } }), hub };
}

/** Listens over a real connection; `until` waits for a text in what has come so far. */
async function listen(world: World, headers: Record<string, string>) {
  const started = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: world.api.fetch, hostname: '127.0.0.1', port: 0 }, started.resolve);
  cleanUps.push(() => { server.close(); if ('closeAllConnections' in server) server.closeAllConnections(); });
  const gone = new AbortController();
  cleanUps.push(() => gone.abort());
  const response = await fetch(`http://127.0.0.1:${(await started.promise).port}/api/v1/live`, { headers, signal: gone.signal });
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  const until = async (part: string): Promise<string> => {
    for (let tries = 0; !text.includes(part); tries += 1) {
      if (tries > 400) throw new Error(`never came: ${part}`);
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    return text;
  };
  return { response, until, ended, leave: () => gone.abort() };
}

describe('live updates', () => {
  test('come as server-sent events, as they happen, with beats in between', async () => {
    const { world, hub } = worldWithHub();
    const { response, until } = await listen(world, await world.as('reviewer'));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await until(': connected');
    hub.publish(notification('n-1'));
    expect(await until('id: n-1')).toContain('event: kyc.result.published\ndata: {"id":"n-1"');
    expect(await until(': beat')).toContain(': beat\n\n');
  });

  test('pick up after the last event that was seen', async () => {
    const { world, hub } = worldWithHub();
    for (const id of ['n-1', 'n-2', 'n-3']) hub.publish(notification(id));
    const { until } = await listen(world, { ...(await world.as('operator')), 'last-event-id': 'n-1' });
    const text = await until('id: n-3');
    expect(text).toContain('id: n-2');
    expect(text).not.toContain('id: n-1');
  });

  test('tell an applicant of their own case alone, and not what it is', async () => {
    const { world, hub } = worldWithHub();
    const { until } = await listen(world, await world.as('applicant'));
    await until(': connected');
    hub.publish(notification('n-1', `applicant-${otherApplicant}`));
    hub.publish(notification('n-2'));
    const text = await until('id: n-2');
    expect(text).not.toContain('n-1');
    expect(text).not.toContain('PASS');
  });

  test('say so when no connection is kept open, and when to come back', async () => {
    const world = makeWorld({ deps: { live: { async *subscribe() { yield notification('n-1'); } } } });
    const { until, ended } = await listen(world, await world.as('reviewer'));
    expect(await until('kyc.pause')).toMatch(/id: n-1[^]*event: kyc\.pause\ndata: \{\}\nretry: 4000\n/);
    await ended;
  });

  test('end when the session does', async () => {
    const { world, hub } = worldWithHub();
    const headers = await world.as('reviewer');
    const { until, ended } = await listen(world, headers);
    await until(': connected');
    await world.send('POST', '/sign-out', { headers });
    await ended;
    expect(hub.listeners).toBe(0);
  });

  test('let go of a listener who has gone', async () => {
    const { world, hub } = worldWithHub();
    const { until, leave } = await listen(world, await world.as('reviewer'));
    await until(': connected');
    expect(hub.listeners).toBe(1);
    leave();
    for (let tries = 0; hub.listeners > 0 && tries < 400; tries += 1) await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(hub.listeners).toBe(0);
  });
});
