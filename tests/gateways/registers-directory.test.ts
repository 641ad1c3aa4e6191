import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRegisterDirectory } from '../../gateways/registers/directory.ts';
import type { Registrant } from '../../gateways/registers/registrant.ts';
import { describeRegistersContract } from '../contracts/registers.ts';
import { receiveCallbacks } from '../support/callback-receiver.ts';

const registrants: readonly Registrant[] = [
  {
    register: 'GMC', number: '7000001', surname: 'Example', givenNames: 'Ada May', formerNames: [],
    profession: 'Doctor', statusWording: 'Registered with a licence to practise', answers: 'promptly',
  },
  {
    register: 'GMC', number: '7000002', surname: 'Silent', givenNames: 'Bo', formerNames: [],
    profession: 'Doctor', statusWording: 'Registered with a licence to practise', answers: 'never',
  },
];

function directoryIn(folder: string, changes: { latencyMs?: number; retryMs?: number } = {}) {
  const undelivered: string[] = [];
  const directory = createRegisterDirectory({
    registrants, folder, latencyMs: 5, retryMs: 5, clock: () => new Date(),
    onUndelivered: (runId) => undelivered.push(runId), ...changes,
  });
  return { directory, undelivered };
}

describeRegistersContract('the fictional directory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-registers-'));
  const { directory } = directoryIn(folder);
  return {
    registers: directory,
    known: { number: '7000001', surname: 'Example', statusWording: 'Registered with a licence to practise' },
    unknownNumber: '7999999',
    silentNumber: '7000002',
    async dispose() {
      await directory.stop();
      await rm(folder, { recursive: true });
    },
  };
});

const lookup = (callbackUrl: string) => ({
  requestId: randomUUID(), register: 'GMC' as const, registrationNumber: '7000001', callbackUrl, callbackToken: 'secret-token',
});

describe('the fictional directory', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'kyc-registers-')); });
  afterEach(async () => { await rm(folder, { recursive: true }); });

  it('calls back again until it is answered with 2xx', async () => {
    const receiver = await receiveCallbacks([503, 500, 204]);
    const { directory } = directoryIn(folder);
    await directory.start(lookup(receiver.url));
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3));
    await directory.stop();
    await receiver.close();
  });

  it('gives up after eleven repetitions and says so; the answer can still be fetched', async () => {
    const receiver = await receiveCallbacks([403]);
    const { directory, undelivered } = directoryIn(folder, { retryMs: 0 });
    const { runId } = await directory.start(lookup(receiver.url));
    await vi.waitFor(() => expect(undelivered).toEqual([runId]));
    await directory.stop();
    await directory.resume();
    await directory.stop();
    expect(receiver.received).toHaveLength(12);
    expect(await directory.answer(runId)).toMatchObject({ kind: 'entry' });
    await receiver.close();
  });

  it('calls back after a restart for a run that was on its way', async () => {
    const receiver = await receiveCallbacks();
    const first = directoryIn(folder, { latencyMs: 60_000 });
    const { runId } = await first.directory.start(lookup(receiver.url));
    await first.directory.stop();
    const second = directoryIn(folder);
    expect(await second.directory.run(runId)).toMatchObject({ status: 'RUNNING' });
    await second.directory.resume();
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    await second.directory.stop();
    await receiver.close();
  });

  it('forgets the one-time token once the answer has been announced, and announces nothing again', async () => {
    const receiver = await receiveCallbacks();
    const { directory } = directoryIn(folder);
    await directory.start(lookup(receiver.url));
    await vi.waitFor(async () => {
      const [file] = await readdir(folder);
      expect(await readFile(join(folder, file ?? ''), 'utf8')).not.toContain('secret-token');
    });
    await directory.resume();
    await directory.stop();
    expect(receiver.received).toHaveLength(1);
    await receiver.close();
  });
});
