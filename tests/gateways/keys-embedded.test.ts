import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedKeys } from '../../gateways/keys/embedded.ts';
import { KeyRefused, KeysUnavailable } from '../../gateways/keys/errors.ts';
import { describeKeysContract } from '../contracts/keys.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const freshFile = async (): Promise<string> => join(await mkdtemp(join(folder, 'f-')), 'master.key');

describeKeysContract('a file', async () => {
  const file = await freshFile();
  const keys = await openEmbeddedKeys(file);
  return { keys, another: () => openEmbeddedKeys(file) };
});

describe('the master key file', () => {
  it('is made for its owner alone, with nothing left beside it', async () => {
    await openEmbeddedKeys(join(folder, 'keys', 'master.key'));
    const { mode } = await stat(join(folder, 'keys', 'master.key'));
    expect(mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'keys'))).toEqual(['master.key']);
  });

  it('is the same for all who make it at once', async () => {
    const file = await freshFile();
    const all = await Promise.all(Array.from({ length: 8 }, () => openEmbeddedKeys(file)));
    const publicKeys = await Promise.all(all.map(async (keys) => Buffer.from(await keys.publicKey()).toString('hex')));
    expect(new Set(publicKeys).size).toBe(1);
  });

  it.each([0o644, 0o640, 0o604, 0o660])('is refused when others may reach it (mode %o)', async (mode) => {
    const file = await freshFile();
    await openEmbeddedKeys(file);
    await chmod(file, mode);
    await expect(openEmbeddedKeys(file)).rejects.toThrow(KeysUnavailable);
    await expect(openEmbeddedKeys(file)).rejects.toThrow(/chmod 600/);
  });

  it.each(['', 'no JSON', '{}', '{"form":"kyc-master-key/v1","secret":"AAAA"}'])('is refused, and not replaced, when it holds %j', async (content) => {
    const file = await freshFile();
    await writeFile(file, content, { mode: 0o600 });
    await expect(openEmbeddedKeys(file)).rejects.toThrow(/does not hold a master key/);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('opens nothing that another master key has wrapped', async () => {
    const [mine, theirs] = [await openEmbeddedKeys(join(folder, 'a.key')), await openEmbeddedKeys(join(folder, 'b.key'))];
    const wrapped = await theirs.wrap(new Uint8Array(32), 'applicant-1');
    await expect(mine.unwrap(wrapped, 'applicant-1')).rejects.toThrow(KeyRefused);
  });
});
