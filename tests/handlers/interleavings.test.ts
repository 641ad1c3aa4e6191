import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { decideCase } from '../../handlers/decision.ts';
import { DocScan, docScan } from '../../handlers/doc-scan.ts';
import { HandlerError } from '../../handlers/errors.ts';
import { faceMatch } from '../../handlers/face-match.ts';
import { publishResult } from '../../handlers/publish.ts';
import { recordFailure } from '../../handlers/record-failure.ts';
import { registerCallback, registerCheck } from '../../handlers/register-check.ts';
import { registerRequest } from '../../handlers/register-request.ts';
import { StartKyc, startKyc } from '../../handlers/start-kyc.ts';
import { sweepCallbacks, sweepCases } from '../../handlers/sweeper.ts';
import { StoreUnavailable } from '../../ledger/errors.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { chanceFrom, flaky } from '../support/faults.ts';
import { ada, createMemoryPlatform, type MemoryPlatform } from '../support/memory/platform.ts';
import { playRun, submit, workQueues } from '../support/play.ts';

const actions = [
  'scan', 'start', 'face', 'request', 'callback', 'check', 'decide', 'publish', 'fail-face', 'fail-register', 'sweep-callbacks', 'sweep-cases',
] as const;
type Action = (typeof actions)[number];
/** The rare ones last: a list of these should mostly move the case on. */
const action = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Action>('scan', 'start', 'face', 'request', 'callback', 'check', 'decide', 'publish') },
  { weight: 1, arbitrary: fc.constantFrom<Action>('fail-face', 'fail-register', 'sweep-callbacks', 'sweep-cases') },
);

/** Versions in a freshly submitted stream: registered, consent, document, selfie, then scan and start. */
const versions = [3, 4] as const;

async function perform(platform: MemoryPlatform, deps: MemoryPlatform['deps'], stream: string, what: Action): Promise<void> {
  const events = await platform.deps.ledger.load(stream);
  const started = events.find((event) => event.type === 'KycStarted');
  const step = { stream, startVersion: started?.version ?? 6 };
  const later = new Date(platform.time.now + 120_000).toISOString();
  switch (what) {
    case 'scan':
      await Promise.all(versions.map((version) => docScan(deps, { stream, version })));
      return;
    case 'start':
      await startKyc(deps, { stream });
      return;
    case 'face':
      await faceMatch(deps, step);
      return;
    case 'request':
      await registerRequest(deps, { ...step, taskToken: platform.workflow.wait(`token-${platform.workflow.waiting.size}-${Math.random()}`) });
      return;
    case 'callback':
      for (const [runId, run] of platform.registers.runs) {
        if (run.status === 'RUNNING') platform.registers.end(runId);
        await registerCallback(deps, platform.registers.callback(runId));
      }
      return;
    case 'check':
      await registerCheck(deps, step);
      return;
    case 'decide':
      await decideCase(deps, step);
      return;
    case 'publish': {
      const decided = events.find((event) => event.type === 'DecisionMade');
      await publishResult(deps, { stream, decisionVersion: decided?.version ?? 0 });
      return;
    }
    case 'fail-face':
      await recordFailure(deps, { ...step, signal: 'face', error: 'States.Timeout' });
      return;
    case 'fail-register':
      await recordFailure(deps, { ...step, signal: 'register', error: 'ServiceUnavailable' });
      return;
    case 'sweep-callbacks':
      await sweepCallbacks(deps, { now: later });
      return;
    case 'sweep-cases':
      await sweepCases(deps, { now: later, streams: [stream] });
  }
}

/** What went wrong may be: an outage, or a step that was called before its time. Anything else is a mistake. */
async function tolerate(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof HandlerError || error instanceof ServiceUnavailable || error instanceof StoreUnavailable)) throw error;
  }
}

/** The workflow, its queues and its sweeper carry the case to its end, now without faults. */
async function finish(platform: MemoryPlatform, stream: string): Promise<void> {
  const { deps } = platform;
  for (const version of versions) await docScan(deps, DocScan.parse({ stream, version }));
  await workQueues(platform);
  await startKyc(deps, StartKyc.parse({ stream }));
  const started = (await deps.ledger.load(stream)).find((event) => event.type === 'KycStarted');
  await playRun(platform, { stream, startVersion: started?.version ?? 0 });
}

function count(events: readonly LedgerEvent[], ...types: string[]): number {
  return events.filter((event) => types.includes(event.type)).length;
}

function expectOneOfEach(events: readonly LedgerEvent[]): void {
  expect({
    scan: count(events, 'DocScanned', 'DocScanFailed'),
    start: count(events, 'KycStarted'),
    liveness: count(events, 'LivenessChecked'),
    face: count(events, 'FaceMatched', 'FaceMatchFailed'),
    register: count(events, 'RegisterChecked', 'RegisterCheckFailed'),
    decision: count(events, 'DecisionMade'),
    publication: count(events, 'ResultPublished'),
  }).toEqual({ scan: 1, start: 1, liveness: 1, face: 1, register: 1, decision: 1, publication: 1 });
  expect(count(events, 'RegisterCheckRequested')).toBeLessThanOrEqual(1);
  expect(events.map((event) => event.version)).toEqual(events.map((_, i) => i + 1));
}

async function play(batches: readonly (readonly Action[])[], draws: readonly number[], rate: number) {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  const stream = await submit(platform);
  const deps = flaky(platform.deps, rate, chanceFrom(draws));
  for (const batch of batches) await Promise.all(batch.map((each) => tolerate(perform(platform, deps, stream, each))));
  await finish(platform, stream);
  return { platform, events: await platform.deps.ledger.load(stream) };
}

const chance = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 97 });

describe('the handlers, called in any order, again and at once', () => {
  it('G-10: record each step exactly once and decide exactly once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { maxLength: 14 }), chance, async (batches, draws) => {
      const { platform, events } = await play(batches, draws, 0);
      expectOneOfEach(events);
      expect(platform.messenger.emails.size).toBe(1);
    }), { numRuns: 60 });
  });

  it('lose nothing and double nothing while services fail and answers are lost', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { maxLength: 20 }), chance, async (batches, draws) => {
      const { platform, events } = await play(batches, draws, 0.3);
      expectOneOfEach(events);
      expect(platform.messenger.emails.size).toBe(1);
      expect(platform.messenger.topics.size).toBe(1);
    }), { numRuns: 80 });
  });

  it('let the case of somebody who did everything right pass, whatever the order, when nothing fails', async () => {
    const orderly: Action[] = ['scan', 'start', 'face', 'request', 'callback', 'check', 'decide', 'publish'];
    await fc.assert(fc.asyncProperty(fc.array(fc.shuffledSubarray(orderly), { maxLength: 6 }), chance, async (batches, draws) => {
      const { events } = await play(batches, draws, 0);
      expect(events.find((event) => event.type === 'DecisionMade')?.data).toMatchObject({ decision: 'PASS', reasons: [] });
    }), { numRuns: 40 });
  });

  it('let the workflow go on: the token of the attempt that counts is always settled', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 10 }), chance, async (batches, draws) => {
      const platform = createMemoryPlatform();
      platform.registers.registrants.push(ada);
      const stream = await submit(platform);
      const deps = flaky(platform.deps, 0.2, chanceFrom(draws));
      for (const batch of batches) await Promise.all(batch.map((each) => tolerate(perform(platform, deps, stream, each))));
      await finish(platform, stream);
      const last = [...platform.workflow.settled.keys()].at(-1);
      const own = `token-${stream}-`;
      expect([...platform.workflow.waiting].filter((token) => token.startsWith(own))).toEqual([]);
      expect(last).toBeDefined();
    }), { numRuns: 40 });
  });
});
