import { describe, expect, it } from 'vitest';
import { execute } from '../../handlers/execute.ts';
import { StoreUnavailable } from '../../ledger/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../support/memory/platform.ts';
import { submit, typesOf } from '../support/play.ts';

const by = { actor: { kind: 'applicant', id: 'ada' }, correlationId: 'case-1' } as const;
const consent = (textVersion: string) => ({
  command: 'record-consent', event: { type: 'ConsentRecorded', data: { purpose: 'biometrics', given: true, textVersion }, personal: null },
} as const);

function withAppend({ deps }: MemoryPlatform, append: (ledger: Ledger, ...given: Parameters<Ledger['append']>) => ReturnType<Ledger['append']>) {
  return { ...deps, ledger: { ...deps.ledger, append: (...given: Parameters<Ledger['append']>) => append(deps.ledger, ...given) } };
}

describe('executing a command', () => {
  it('decides again on what came in between, and both are recorded', async () => {
    const platform = createMemoryPlatform();
    const stream = await submit(platform);
    const results = await Promise.all(['a', 'b', 'c'].map((version) => execute(platform.deps, stream, consent(version), by)));
    expect(results.map((each) => each.kind)).toEqual(['done', 'done', 'done']);
    expect((await typesOf(platform, stream)).slice(4)).toEqual(['ConsentRecorded', 'ConsentRecorded', 'ConsentRecorded']);
  });

  it('writes once when the answer of the store is lost', async () => {
    const platform = createMemoryPlatform();
    const stream = await submit(platform);
    let lost = 0;
    const deps = withAppend(platform, async (ledger, ...given) => {
      const answer = await ledger.append(...given);
      lost += 1;
      if (lost === 1) throw new StoreUnavailable('lost answer');
      return answer;
    });
    const done = await execute(deps, stream, consent('x'), by);
    expect(done).toMatchObject({ kind: 'done', version: 5, events: [{ type: 'ConsentRecorded' }] });
    expect(await typesOf(platform, stream)).toHaveLength(5);
  });

  it('gives up after a bounded number of lost races', async () => {
    const platform = createMemoryPlatform();
    const stream = await submit(platform);
    let tries = 0;
    const deps = withAppend(platform, async () => {
      tries += 1;
      return { kind: 'conflict', since: [] };
    });
    await expect(execute(deps, stream, consent('x'), by)).rejects.toMatchObject({ code: 'STREAM_BUSY' });
    expect(tries).toBe(20);
  });

  it('answers a refusal as a value', async () => {
    const { deps } = createMemoryPlatform();
    expect(await execute(deps, 'applicant-none', consent('x'), by)).toMatchObject({ kind: 'refused', code: 'NOT_REGISTERED' });
  });
});
