import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publishEvents } from '../../handlers/publisher.ts';
import { createMemoryPlatform } from '../support/memory/platform.ts';
import { recorded } from '../support/events.ts';
import { submit } from '../support/play.ts';

describe('the publisher', () => {
  it('sends each stream in the order of its versions, every event once, however they arrive', async () => {
    const streams = ['applicant-a', 'applicant-b', 'applicant-c'];
    const all = streams.flatMap((stream) => [1, 2, 3, 4].map((version) => recorded(stream, version)));
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...all, ...all]), async (events) => {
      const { deps, bus } = createMemoryPlatform();
      await publishEvents(deps, events);
      for (const stream of streams) {
        const versions = bus.entries.filter((entry) => entry.metadata.stream === stream).map((entry) => entry.metadata.version);
        expect(versions).toEqual([...new Set(events.filter((event) => event.stream === stream).map((event) => event.version))].toSorted());
      }
    }), { numRuns: 50 });
  });

  it('G-8: sends nothing that is sealed', async () => {
    const platform = createMemoryPlatform();
    const stream = await submit(platform);
    await publishEvents(platform.deps, await platform.deps.store.load(stream));
    expect(platform.bus.entries).toHaveLength(4);
    expect(JSON.stringify(platform.bus.entries)).not.toMatch(/sealed|ciphertext|example/i);
  });
});
