import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, processIdentity } from './processes.ts';

/** Another platform runs on the data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'FOLDER_IN_USE';
  readonly pid: number;
  readonly since: string;

  constructor(folder: string, holder: Holder) {
    super(
      `The platform already runs on ${folder}: process ${holder.pid}, since ${holder.since}. ` +
        `Stop that one first (Ctrl-C where it was started, or kill ${holder.pid}), or choose another data folder`,
    );
    this.pid = holder.pid;
    this.since = holder.since;
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

const Holder = z.object({
  pid: z.int().positive(),
  /** See processIdentity; null where there is no /proc. */
  identity: z.string().nullable(),
  since: z.iso.datetime(),
  released: z.boolean(),
});
type Holder = z.infer<typeof Holder>;

/**
 * Makes this process the only platform on `folder`. A lock whose holder was killed counts for nothing, also when its
 * process number has been given to another process since. Throws FolderInUse.
 *
 * Each lock is a file `lock-<n>` of the next number, made by link(2), which of several processes only one succeeds
 * in; the highest number counts. It is never removed before there is a higher one, so nobody who judged an old lock
 * a while ago can come after it a second time.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(path.join(folder, 'run'), { recursive: true, mode: 0o700 });
  const real = await realpath(folder);
  const run = path.join(real, 'run');
  const holder: Holder = {
    pid: process.pid,
    identity: await processIdentity(process.pid),
    since: new Date().toISOString(),
    released: false,
  };
  for (;;) {
    const last = Math.max(0, ...(await lockNumbers(run)));
    const found = last === 0 ? null : await readHolder(lockFile(run, last));
    if (found === 'changed') continue;
    if (found !== null && (await holds(found))) throw new FolderInUse(real, found);
    if (await linkNew(run, last + 1, holder)) return { release: () => release(run, last + 1, holder) };
  }
}

async function linkNew(run: string, number: number, holder: Holder): Promise<boolean> {
  const draft = path.join(run, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(draft, lockFile(run, number));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  for (const older of await lockNumbers(run)) {
    if (older < number) await rm(lockFile(run, older), { force: true });
  }
  return true;
}

async function release(run: string, number: number, holder: Holder): Promise<void> {
  const draft = path.join(run, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify({ ...holder, released: true }), { mode: 0o600 });
  await rename(draft, lockFile(run, number));
}

async function holds(holder: Holder): Promise<boolean> {
  if (holder.released) return false;
  return holder.identity === null ? isAlive(holder.pid) : (await processIdentity(holder.pid)) === holder.identity;
}

/** 'changed': a higher lock has come and this one is gone. null: its content tells of no holder. */
async function readHolder(file: string): Promise<Holder | 'changed' | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return 'changed';
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    // A power cut can leave an empty file behind, never a living holder's: that one is linked complete.
    return null;
  }
}

async function lockNumbers(run: string): Promise<number[]> {
  const names = await readdir(run);
  return names.filter((name) => /^lock-\d+$/.test(name)).map((name) => Number(name.slice('lock-'.length)));
}

function lockFile(run: string, number: number): string {
  return path.join(run, `lock-${number}`);
}
