import { beforeEach, describe, expect, it } from 'vitest';
import { sweepCases } from '../../handlers/sweeper.ts';
import { startKyc } from '../../handlers/start-kyc.ts';
import { ada, createMemoryPlatform, type MemoryPlatform } from '../support/memory/platform.ts';
import { newestStep, playCase, submit, workQueues } from '../support/play.ts';

let platform: MemoryPlatform;
beforeEach(() => {
  platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
});

const sweep = (stream: string, minutes: number) =>
  sweepCases(platform.deps, { now: new Date(platform.time.now + minutes * 60_000).toISOString(), streams: [stream] });

describe('the sweep of cases', () => {
  it('puts a document back in line whose message was lost', async () => {
    const stream = await submit(platform);
    platform.scanJobs.take();
    expect(await sweep(stream, 0)).toEqual({ looked: 1, moved: 0 });
    expect(await sweep(stream, 2)).toEqual({ looked: 1, moved: 1 });
    expect(platform.scanJobs.waiting).toEqual([{ stream, version: 3 }]);
  });

  it('puts an applicant back in line whose start was lost', async () => {
    const stream = await submit(platform);
    for (const message of platform.scanJobs.take()) platform.scanJobs.send(message.body).catch(() => undefined);
    await workQueues(platform);
    const other = createMemoryPlatform({ ledger: platform.deps.ledger, store: platform.deps.store });
    await sweepCases(other.deps, { now: new Date(other.time.now + 120_000).toISOString(), streams: [stream] });
    expect([...other.workflow.started.keys()]).toEqual([...platform.workflow.started.keys()]);
  });

  it('starts an execution again that has failed, once an hour at most, and leaves running ones alone', async () => {
    const stream = await submit(platform);
    await workQueues(platform);
    expect(await sweep(stream, 3)).toEqual({ looked: 1, moved: 0 });
    expect(await sweep(stream, 30)).toEqual({ looked: 1, moved: 1 });
    expect(await sweep(stream, 31)).toEqual({ looked: 1, moved: 0 });
    expect([...platform.workflow.started.values()]).toEqual([newestStep(platform), newestStep(platform)]);
    for (const name of platform.workflow.started.keys()) expect(name.length).toBeLessThanOrEqual(80);
  });

  it('finds nothing to do for a finished case, an unknown one, or one that waits for the applicant', async () => {
    const { stream } = await playCase(platform);
    expect(await sweep(stream, 60)).toEqual({ looked: 1, moved: 0 });
    expect(await sweep('applicant-none', 60)).toEqual({ looked: 1, moved: 0 });
    expect(await startKyc(platform.deps, { stream })).toEqual({ kind: 'waiting', code: 'DECIDED' });
  });
});
