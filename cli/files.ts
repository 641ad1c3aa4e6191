import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed, exitCode } from './output.ts';

/** The bytes of a file that the user names. */
export function readGiven(file: string): Promise<Buffer> {
  return readFile(file).catch(() => {
    throw new CommandFailed(`There is no file ${file}.`, exitCode.usage, 'NO_SUCH_FILE');
  });
}

/** Nothing is written over, and only its owner may read what is written. */
export function writeNew(file: string, content: string | Uint8Array): Promise<void> {
  return writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new CommandFailed(taken ? `${file} is there already; nothing was written over it.` : `${file} cannot be written.`, exitCode.usage, taken ? 'TAKEN' : 'NOT_WRITTEN');
  });
}

/** Fails when something is at `path` already: nothing is ever written over. */
export async function refuseTaken(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null)) !== null) throw new CommandFailed(`${path} is there already; nothing was written over it.`, exitCode.usage, 'TAKEN');
}

/**
 * Runs `work` with a new folder in `parent`, readable by its owner alone, where it makes what it then moves away. When it
 * fails, is interrupted or finds no room, nothing is left behind. That nothing can be written there at all is found out
 * before `work` begins.
 */
export async function withWorkshop<T>(parent: string, work: (workshop: string) => Promise<T>): Promise<T> {
  const workshop = await mkdtemp(join(parent, '.kyc-export-')).catch((error: unknown) => {
    throw new CommandFailed(`Nothing can be written into ${parent}: ${whyNot(error)}.`, exitCode.usage, 'NOT_WRITABLE');
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    rmSync(workshop, { recursive: true, force: true });
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await work(workshop);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && REASONS.has(error.code))) throw error;
    throw new CommandFailed(`It could not be written into ${parent}: ${whyNot(error)}. Nothing was left behind.`, exitCode.failed, 'NOT_WRITTEN');
  } finally {
    for (const signal of signals) process.removeListener(signal, onSignal);
    await rm(workshop, { recursive: true, force: true });
  }
}

/** Gives what was made its name. */
export async function putInPlace(made: string, path: string): Promise<void> {
  await refuseTaken(path);
  await rename(made, path);
}

const REASONS = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'it is no folder'],
  ['EACCES', 'it is not allowed'],
  ['EPERM', 'it is not allowed'],
  ['EROFS', 'it can only be read'],
  ['ENOSPC', 'there is no room left'],
  ['EDQUOT', 'there is no room left'],
  ['EFBIG', 'the file system takes no file of this size'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

function whyNot(error: unknown): string {
  return (error instanceof Error && 'code' in error && typeof error.code === 'string' ? REASONS.get(error.code) : undefined) ?? 'the system refused it';
}
