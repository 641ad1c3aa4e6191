import { type ChildProcess, type SpawnOptions, execFile, spawn } from 'node:child_process';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PostgresUnusable } from './postgres-error.ts';

const run = promisify(execFile);

/** `nobody` on every Linux; it needs no entry in the machine's users beyond that. */
const NOBODY = 65_534;

/**
 * How PostgreSQL, which refuses to run as root, is run by whoever we are:
 * - as-is: we are an ordinary user already;
 * - user-namespace: seen from inside it is `nobody`, from outside still us, so it reads what we read (unshare(1));
 * - nobody: with that user and group id, where the folders let it in;
 * - nobody-with-access: the same, keeping the one capability to pass closed folders (setpriv(1)); for root in a
 *   container that allows no namespaces, with the project under /root.
 */
export const waysToRun = ['as-is', 'user-namespace', 'nobody', 'nobody-with-access'] as const;
export type Way = (typeof waysToRun)[number];

/** Starts a program the given way. The process that runs in the end is the one started: its pid is the child's. */
export function spawnAs(way: Way, program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const [command = program, ...rest] = commandLine(way, program, args);
  const identity = way === 'nobody' ? { uid: NOBODY, gid: NOBODY } : {};
  return spawn(command, rest, { ...options, ...identity });
}

/**
 * The first way in which `program` can be run and `folder` be worked in. Tries as-is alone for an ordinary user with a
 * name, and never as root. Throws PostgresUnusable, naming each way and what went wrong with it.
 */
export async function chooseWay(program: string, env: NodeJS.ProcessEnv, folder: string): Promise<Way> {
  const failures: string[] = [];
  for (const way of candidates()) {
    const failure = await tryWay(way, program, env, folder);
    if (failure === null) return way;
    failures.push(`${way}: ${failure}`);
  }
  throw new PostgresUnusable(
    `PostgreSQL does not run as root, and no other way to run it works here (${failures.join('; ')}). ` +
      'Start the platform as an ordinary user, or give a database URL',
  );
}

/** Gives a file, or a folder and all that lies in it, to the user the way runs as, where it is not theirs yet. */
export async function handOver(way: Way, target: string): Promise<void> {
  const uid = outerUid(way);
  const found = await lstat(target);
  if (process.getuid?.() !== 0 || found.uid === uid) return;
  const entries = found.isDirectory() ? await readdir(target, { withFileTypes: true, recursive: true }) : [];
  for (const entry of entries) await lchown(path.join(entry.parentPath, entry.name), uid, uid);
  // The folder itself last: as long as it is not theirs, the work is not done.
  await lchown(target, uid, uid);
}

function candidates(): readonly Way[] {
  if (process.getuid?.() === 0) return ['user-namespace', 'nobody', 'nobody-with-access'];
  return hasName() ? ['as-is'] : ['user-namespace', 'as-is'];
}

/** initdb looks its user up and stops when the machine has no entry for it. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** null, or why it does not work. */
async function tryWay(way: Way, program: string, env: NodeJS.ProcessEnv, folder: string): Promise<string | null> {
  const identity = way === 'nobody' ? { uid: NOBODY, gid: NOBODY } : {};
  try {
    for (const [command, ...args] of [[program, '--version'], ['/bin/sh', '-c', 'test -x "$0"', folder]]) {
      const [outer = '', ...rest] = commandLine(way, command ?? '', args);
      await run(outer, rest, { ...identity, env, timeout: 10_000 });
    }
    return null;
  } catch (error) {
    return describe(error, folder);
  }
}

function describe(error: unknown, folder: string): string {
  if (!(error instanceof Error)) return 'failed';
  if ('stderr' in error && typeof error.stderr === 'string' && error.stderr.trim() !== '') return error.stderr.trim();
  if ('syscall' in error && 'code' in error) return `${String(error.code)} in ${String(error.syscall)}`;
  return `${folder} may not be entered`;
}

function commandLine(way: Way, program: string, args: readonly string[]): string[] {
  switch (way) {
    case 'as-is':
    case 'nobody':
      return [program, ...args];
    case 'user-namespace':
      return ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', program, ...args];
    case 'nobody-with-access':
      return [
        'setpriv',
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        '--clear-groups',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        '--',
        program,
        ...args,
      ];
  }
}

function outerUid(way: Way): number {
  return way === 'nobody' || way === 'nobody-with-access' ? NOBODY : (process.getuid?.() ?? 0);
}

/**
 * Lets others pass through `folder` (not list it), where the way needs that; what lies in it keeps its own modes.
 * Only for folders of our own.
 */
export async function letThrough(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { mode } = await lstat(folder);
  if ((mode & 0o011) !== 0o011) await chmod(folder, (mode & 0o777) | 0o011);
}
