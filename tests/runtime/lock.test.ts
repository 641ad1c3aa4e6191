import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderInUse, lockFolder } from '../../runtime/embedded/lock.ts';
import { processIdentity } from '../../runtime/embedded/processes.ts';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'kyc-lock-')));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Another process that locks the folder, says what came of it, and waits. */
function otherPlatform() {
  const lockModule = new URL('../../runtime/embedded/lock.ts', import.meta.url).href;
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { lockFolder } from ${JSON.stringify(lockModule)};
       await lockFolder(${JSON.stringify(folder)}).then(() => console.log('locked'), (error) => console.log(error.code));
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const said = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
  const end = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { child, said, end };
}

describe('the lock of a data folder', () => {
  test('refuses a second platform, saying which process runs where since when', async () => {
    const other = otherPlatform();
    expect(await other.said).toBe('locked');
    const refusal = await lockFolder(folder).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FolderInUse);
    expect(refusal).toMatchObject({ code: 'FOLDER_IN_USE', pid: other.child.pid });
    expect(String(refusal)).toContain(folder);
    expect(String(refusal)).toMatch(new RegExp(`process ${other.child.pid}, since \\d{4}-\\d\\d-\\d\\dT`));
    await other.end();
  });

  test('is free again at once when its holder was killed', async () => {
    const other = otherPlatform();
    await other.said;
    await other.end();
    await expect(lockFolder(folder)).resolves.toBeDefined();
  });

  test('is free again after release, time and again, and leaves one small file', async () => {
    for (let count = 0; count < 5; count += 1) await (await lockFolder(folder)).release();
    expect(await readdir(path.join(folder, 'run'))).toEqual(['lock-5']);
  });

  test('makes a folder that is not there', async () => {
    await expect(lockFolder(path.join(folder, 'a/b'))).resolves.toBeDefined();
  });

  test('does not take a later process with the same number for the holder', async () => {
    await mkdir(path.join(folder, 'run'));
    const [boot, tick] = ((await processIdentity(process.pid)) ?? '').split('/');
    for (const identity of [`${boot}/${Number(tick) - 1}`, `another-boot/${tick}`]) {
      const stale = { pid: process.pid, identity, since: '2026-01-01T00:00:00.000Z', released: false };
      await writeFile(path.join(folder, 'run/lock-99'), JSON.stringify(stale));
      await expect(lockFolder(folder)).resolves.toBeDefined();
      await rm(path.join(folder, 'run/lock-100'));
    }
  });

  test('knows the holder by its number alone where processes tell no more', async () => {
    await mkdir(path.join(folder, 'run'));
    const holder = { pid: process.pid, identity: null, since: '2026-01-01T00:00:00.000Z', released: false };
    await writeFile(path.join(folder, 'run/lock-1'), JSON.stringify(holder));
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'FOLDER_IN_USE' });
  });

  test('takes an empty lock file, as a power cut may leave it, for none', async () => {
    await mkdir(path.join(folder, 'run'));
    await writeFile(path.join(folder, 'run/lock-3'), '');
    await lockFolder(folder);
    expect(await readFile(path.join(folder, 'run/lock-4'), 'utf8')).toContain(String(process.pid));
  });

  test('goes to exactly one of many that start at the same moment on a stale lock', async () => {
    await mkdir(path.join(folder, 'run'));
    const stale = { pid: 1, identity: 'gone/1', since: '2026-01-01T00:00:00.000Z', released: false };
    await writeFile(path.join(folder, 'run/lock-7'), JSON.stringify(stale));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as FolderInUse).code] : []));
    expect(new Set(codes)).toEqual(new Set(['FOLDER_IN_USE']));
  });
});
