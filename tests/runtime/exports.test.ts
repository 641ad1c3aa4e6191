import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayBuffer } from 'node:stream/consumers';
import { writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { openZippedBag } from '../../ledger/export/zip-bag.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { Exports, policyFiles, readBagAssets } from '../../runtime/embedded/exports.ts';
import { everything, makeWorld, temporaryFolder } from '../export/support.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).toReversed()) await step();
});

async function setUp() {
  const world = await makeWorld(1);
  const temporary = await temporaryFolder();
  cleanup.push(() => temporary.remove());
  const folder = join(temporary.path, 'exports');
  const deps = { ...world.deps, policyFiles, assets: await readBagAssets() };
  const exports = await Exports.open(deps, folder);
  cleanup.push(() => exports.stop());
  return { world, temporary, folder, deps, exports };
}

test('a bag is kept for its maker and verifies when fetched, policies and all', async () => {
  const { world, temporary, exports } = await setUp();
  const made = await exports.make(everything);
  if (made.kind === 'refused') throw new Error(made.code);
  const fetched = await exports.read(made.exportId, everything.actor);
  const bytes = Buffer.from(await arrayBuffer(fetched?.body ?? new ReadableStream()));
  expect(bytes).toHaveLength(made.bytes);
  const file = join(temporary.path, fetched?.fileName ?? '');
  await writeFile(file, bytes);
  const zip = await openZippedBag(file);
  cleanup.push(async () => zip.close());
  expect((await verifyBag(zip.files, { key: world.key })).verdict).toBe('verified');
  expect((await zip.files.paths()).filter((path) => path.startsWith('data/policies/'))).toEqual(expect.arrayContaining(['data/policies/2026-11/policy.ts', 'data/policies/rule.ts']));
  expect(await exports.read(made.exportId, { kind: 'operator', id: 'another-auditor' })).toBeNull();
});

test('what lies on disk cannot be read without this process', async () => {
  const { folder, exports } = await setUp();
  const made = await exports.make(everything);
  if (made.kind === 'refused') throw new Error(made.code);
  const kept = await readFile(join(folder, made.exportId));
  expect(kept.includes('PK\u0003\u0004')).toBe(false);
  expect(kept.includes('kyc-export')).toBe(false);
});

test('a bag is gone when somebody in it is to be erased, when the platform stops, and when it starts again', async () => {
  const { world, folder, deps, exports } = await setUp();
  const [stream = ''] = world.streams;
  const first = await exports.make(everything);
  const [event] = await world.deps.store.load(stream);
  if (first.kind === 'refused' || event === undefined) throw new Error('refused');
  exports.wake([{ ...event, type: 'ReviewNoted' }]);
  expect(await exports.read(first.exportId, everything.actor)).not.toBeNull();
  exports.wake([{ ...event, type: 'ErasureRequested' }]);
  expect(await exports.read(first.exportId, everything.actor)).toBeNull();

  const second = await exports.make(everything);
  if (second.kind === 'refused') throw new Error('refused');
  await exports.stop();
  expect(await readdir(folder)).toEqual([]);
  await writeFile(join(folder, 'left-by-a-crash'), 'x');
  const again = await Exports.open(deps, folder);
  cleanup.push(() => again.stop());
  expect(await readdir(folder)).toEqual([]);
});

test('a refusal and a failure leave nothing behind', async () => {
  const { folder, deps, exports } = await setUp();
  expect(await exports.make({ ...everything, registerType: 'NMC' })).toMatchObject({ kind: 'refused', code: 'NOTHING_TO_EXPORT' });
  const broken = await Exports.open({ ...deps, policyFiles: async () => Promise.reject(new TypeError('gone')) }, folder);
  await expect(broken.make(everything)).rejects.toThrow('gone');
  expect(await readdir(folder)).toEqual([]);
});

test('a bag with somebody whose erasure was ordered while it was made is not kept', async () => {
  const { world, folder, deps } = await setUp();
  const [event] = await world.deps.store.load(world.streams[0] ?? '');
  if (event === undefined) throw new Error('nothing recorded');
  const exports: Exports = await Exports.open({
    ...deps, policyFiles: async (versions) => {
      exports.wake([{ ...event, type: 'ErasureRequested' }]);
      return policyFiles(versions);
    },
  }, folder);
  expect(await exports.make(everything)).toMatchObject({ kind: 'refused', code: 'ERASED_MEANWHILE' });
  expect(await readdir(folder)).toEqual([]);
});
