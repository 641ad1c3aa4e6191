import { beforeEach, describe, expect, it } from 'vitest';
import { publishResult } from '../../handlers/publish.ts';
import { claimReview, reviewCase } from '../../handlers/review-outcome.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { MemoryMessenger } from '../support/memory/messenger.ts';
import { ada, createMemoryPlatform, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { playCase, typesOf } from '../support/play.ts';

let platform: MemoryPlatform;
let stream: string;
let decisionVersion: number;
const rita = { actor: { kind: 'reviewer', id: 'rita' }, correlationId: 'review' } as const;

beforeEach(async () => {
  platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  stream = (await playCase(platform, { selfie: selfie({ face: 'b' }) })).stream;
  decisionVersion = (await typesOf(platform, stream)).indexOf('DecisionMade') + 1;
});

describe('publishing a result', () => {
  it('records the channels it went out on and leaves out those that nobody listens to', async () => {
    const quiet = createMemoryPlatform();
    quiet.messenger.subscribers = 0;
    const played = await playCase(quiet);
    const published = (await quiet.deps.ledger.load(played.stream)).find((event) => event.type === 'ResultPublished');
    expect(published?.data).toMatchObject({ channels: [{ channel: 'topic' }, { channel: 'email' }, { channel: 'console' }] });
  });

  it('does not go out again', async () => {
    const messenger = new MemoryMessenger();
    expect(await publishResult({ ...platform.deps, messenger }, { stream, decisionVersion })).toEqual({ result: 'repeated' });
    expect(messenger.topics.size).toBe(0);
  });

  it('does not go out for a decision that a person has replaced meanwhile', async () => {
    const fresh = createMemoryPlatform();
    const { deps } = fresh;
    const messenger = new MemoryMessenger();
    messenger.topic = () => Promise.reject(new ServiceUnavailable('topic'));
    await expect(playCase({ ...fresh, deps: { ...deps, messenger } })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    const other = String([...fresh.workflow.started.values()][0]?.['stream']);
    const types = await typesOf(fresh, other);
    await claimReview(deps, { stream: other, ...rita });
    const judgement = { outcome: 'PASS', reason: 'REGISTER_CONFIRMED_DIRECTLY', note: 'Seen on the register.', seenVersion: types.length } as const;
    expect(await reviewCase(deps, { stream: other, ...rita, ...judgement })).toMatchObject({ outcome: 'decided' });
    const sent = fresh.messenger.topics.size;
    expect(await publishResult(deps, { stream: other, decisionVersion: types.indexOf('DecisionMade') + 1 })).toEqual({ result: 'superseded' });
    expect(fresh.messenger.topics.size).toBe(sent);
  });

  it('fails when a channel is down, so that it is tried again, and then sends each message once', async () => {
    const fresh = createMemoryPlatform();
    fresh.registers.registrants.push(ada);
    let down = true;
    const { topic } = MemoryMessenger.prototype;
    fresh.messenger.topic = (notification) => {
      if (down) return Promise.reject(new ServiceUnavailable('topic'));
      return topic.call(fresh.messenger, notification);
    };
    await expect(playCase(fresh)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    down = false;
    const [input] = [...fresh.workflow.started.values()];
    const other = String(input?.['stream']);
    const version = (await typesOf(fresh, other)).indexOf('DecisionMade') + 1;
    expect(await publishResult(fresh.deps, { stream: other, decisionVersion: version })).toEqual({ result: 'published' });
    expect(fresh.messenger.emails.size).toBe(1);
  });

  it('has nothing to say where nothing was decided or nobody is there', async () => {
    expect(await publishResult(platform.deps, { stream, decisionVersion: 0 })).toEqual({ result: 'closed' });
    expect(await publishResult(platform.deps, { stream: 'applicant-none', decisionVersion: 3 })).toEqual({ result: 'closed' });
    await expect(publishResult(platform.deps, { stream, decisionVersion: 1 })).rejects.toMatchObject({ code: 'UNKNOWN_DECISION' });
  });
});
