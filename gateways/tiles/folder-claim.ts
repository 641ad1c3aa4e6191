import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WriterBusy } from './errors.ts';

const Claim = z.object({ token: z.uuid(), pid: z.int().positive(), started: z.string() });
type Claim = z.infer<typeof Claim>;

const ATTEMPTS = 5;

/**
 * Claims a folder for this process by a lock file that names it; a lock whose process is gone is taken over at once.
 * Two that take over in the same instant are told apart by the conditional head, not here.
 */
export async function claimFolder(root: string): Promise<() => Promise<void>> {
  const lock = join(root, 'writer.lock');
  const own: Claim = { token: randomUUID(), pid: process.pid, started: await startOf(process.pid) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await lockAs(own, lock)) return () => release(own, lock);
    const holder = await readClaim(lock);
    if (holder !== null && (await isAlive(holder))) throw new WriterBusy(`process ${holder.pid}`);
    await rm(lock, { force: true });
  }
  throw new WriterBusy('unknown');
}

async function lockAs(own: Claim, lock: string): Promise<boolean> {
  const temporary = `${lock}.${own.token}`;
  const file = await open(temporary, 'wx', 0o600);
  await file.writeFile(JSON.stringify(own));
  await file.close();
  try {
    await link(temporary, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function release(own: Claim, lock: string): Promise<void> {
  if ((await readClaim(lock))?.token === own.token) await rm(lock, { force: true });
}

/** null for a lock that is gone or does not read, as one torn by a crash of the machine. */
async function readClaim(lock: string): Promise<Claim | null> {
  try {
    return Claim.parse(JSON.parse(await readFile(lock, 'utf8')));
  } catch {
    return null;
  }
}

async function isAlive(claim: Claim): Promise<boolean> {
  try {
    process.kill(claim.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return (await startOf(claim.pid)) === claim.started;
}

/** When a process began, where the system says (Linux: field 22 of /proc/<pid>/stat), as its number may be given out again. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 1).trim().split(' ')[19] ?? '';
}
