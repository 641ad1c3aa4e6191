import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderTiles } from '../../gateways/tiles/folder.ts';
import type { NoteSigner } from '../../ledger/log/note-key.ts';
import { openSequencer } from '../../ledger/log/sequencer.ts';
import { verifyLog } from '../../ledger/log/verify.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { makeEvent } from './fixtures.ts';

/** A key that two processes share: PKCS #8 of a seed that is no secret. */
const PKCS8 = `302e020100300506032b657004220420${'07'.repeat(32)}`;
const EVENTS = 3000;
const ROUNDS = 6;

const privateKey = createPrivateKey({ key: Buffer.from(PKCS8, 'hex'), format: 'der', type: 'pkcs8' });
const signer: NoteSigner = {
  sign: async (data) => sign(null, data, privateKey),
  publicKey: async () => Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url'),
};

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Sequences the events 17 at a time, until it is killed. */
const program = `
  import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
  import { folderTiles } from ${url('../../gateways/tiles/folder.ts')};
  import { openSequencer } from ${url('../../ledger/log/sequencer.ts')};
  import { makeEvent } from ${url('./fixtures.ts')};
  const key = createPrivateKey({ key: Buffer.from('${PKCS8}', 'hex'), format: 'der', type: 'pkcs8' });
  const signer = {
    sign: async (data) => sign(null, data, key),
    publicKey: async () => Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x, 'base64url'),
  };
  const store = { load: async () => [], async *since() {} };
  const sequencer = await openSequencer({ tiles: folderTiles(process.argv[1]), store, signer, origin: 'ledger.example/log', clock: () => new Date() });
  console.log('sequencing');
  for (let at = 0; at < ${EVENTS}; at += 17) {
    await sequencer.sequence(Array.from({ length: Math.min(17, ${EVENTS} - at) }, (_, n) => makeEvent(at + n, 1)));
  }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('G-27: a process that is killed while it sequences into a folder leaves nothing that the next one cannot repair', async () => {
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await sleep(10 + round * 23);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const looking = await openSequencer({ tiles: folderTiles(folder), store: memoryEvents(), signer, origin: 'ledger.example/log', clock: () => new Date() });
    sizes.push(looking.size);
    await looking.close();
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(new Set(sizes).size).toBeGreaterThan(2);

  const store = memoryEvents(Array.from({ length: EVENTS }, (_, at) => makeEvent(at, 1)));
  const survivor = await openSequencer({ tiles: folderTiles(folder), store, signer, origin: 'ledger.example/log', clock: () => new Date() });
  expect((await survivor.catchUp()).size).toBe(EVENTS);
  await survivor.close();
  const { findings } = await verifyLog({
    source: folderTiles(folder), store, logKey: survivor.key, now: new Date(), threads: 0, evidence: { get: async () => null, async *list() {} },
  });
  expect(findings).toEqual([]);
});
