import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../handlers/deps.ts';
import { processIdentity, processesIn, signal, waitUntil } from './processes.ts';

export interface Dynoxide {
  /** For example `http://127.0.0.1:41873`. */
  readonly endpoint: string;
  /** null where an endpoint was given and nothing had to be started. */
  readonly pid: number | null;
  /** Ends the server and waits until it is gone. Safe to repeat; an endpoint that was given is left alone. */
  stop(): Promise<void>;
}

export interface DynoxideOptions {
  /** The SQLite file, the server's own log and the record of its process lie here. */
  readonly dataFolder: string;
  /** A DynamoDB API that runs already: it is asked whether it answers, and nothing is started. */
  readonly endpoint?: string;
  readonly log?: Log;
  /** Called when the server ends without having been told to. */
  readonly onExit?: (code: number | null) => void;
}

/** There is no DynamoDB to be had here; the message says why and what to do about it. */
export class DynoxideUnusable extends Error {
  override readonly name = 'DynoxideUnusable';
  readonly code = 'DYNOXIDE_UNUSABLE';
}

const ServerRecord = z.strictObject({
  pid: z.int().positive(),
  identity: z.string().nullable(),
  owner: z.strictObject({ pid: z.int().positive(), identity: z.string().nullable() }),
});
type ServerRecord = z.infer<typeof ServerRecord>;

/**
 * Starts dynoxide, a DynamoDB API over one SQLite file, on 127.0.0.1 and a free port. The server has a process group of
 * its own, so that Ctrl-C reaches the platform alone, which stops the server last. A server that a killed platform left
 * behind is stopped first: whatever it acknowledged is in the file. Throws DynoxideUnusable when there is no program for
 * this machine, when it does not start, or when a living platform uses the folder.
 */
export async function startDynoxide(options: DynoxideOptions): Promise<Dynoxide> {
  if (options.endpoint !== undefined) return useGiven(options.endpoint);
  const program = await findProgram();
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 });
  const folder = await realpath(options.dataFolder);
  await clearLeftover(folder, options.log);

  // Between finding a free port and listening on it somebody else may take it.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = await launch(program, folder, port, options);
    if (server !== null) return server;
    if (attempt === 3) {
      throw new DynoxideUnusable(`${program} does not start; its words are at the end of ${join(folder, 'dynoxide.log')}`);
    }
  }
}

async function useGiven(endpoint: string): Promise<Dynoxide> {
  const answers = await answersAt(endpoint, 5_000);
  if (!answers) throw new DynoxideUnusable(`Nothing answers at the DynamoDB endpoint ${new URL(endpoint).origin}`);
  return { endpoint, pid: null, stop: async () => {} };
}

async function launch(program: string, folder: string, port: number, options: DynoxideOptions): Promise<Dynoxide | null> {
  const words = await open(join(folder, 'dynoxide.log'), 'a', 0o600);
  const child = spawn(program, ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(folder, 'dynamodb.sqlite')], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', words.fd, words.fd],
  });
  const exited = once(child, 'exit').catch(() => []);
  await words.close();
  const { pid } = child;
  if (pid === undefined) return null;
  child.unref();
  await record(folder, {
    pid,
    identity: await processIdentity(pid),
    owner: { pid: process.pid, identity: await processIdentity(process.pid) },
  });

  let ended = false;
  let stopping = false;
  child.once('exit', (code) => {
    ended = true;
    if (stopping) return;
    options.log?.error('dynoxide ended by itself', { pid, code });
    options.onExit?.(code);
  });

  const endpoint = `http://127.0.0.1:${port}`;
  stopping = true;
  const up = await waitUntil(async () => ended || (await answersAt(endpoint, 1_000)), 15_000);
  stopping = false;
  if (!up || ended) {
    stopping = true;
    signal(pid, 'SIGKILL');
    await exited;
    return null;
  }
  options.log?.info('dynoxide listens', { pid, port });

  return {
    endpoint,
    pid,
    stop: async () => {
      stopping = true;
      if (!ended) {
        child.ref();
        signal(pid, 'SIGTERM');
        const gone = await waitUntil(() => ended, 5_000);
        if (!gone) signal(pid, 'SIGKILL');
        await exited;
      }
      await rm(recordPath(folder), { force: true });
    },
  };
}

/** Stops what a platform that is no more left running on this folder. */
async function clearLeftover(folder: string, log: Log | undefined): Promise<void> {
  const left = await readRecord(folder);
  if (left !== null && left.owner.identity !== null && (await processIdentity(left.owner.pid)) === left.owner.identity) {
    throw new DynoxideUnusable(`The platform with process id ${left.owner.pid} is using ${folder}`);
  }
  const strays = new Set(await processesIn(folder, 'dynoxide'));
  if (left !== null && left.identity !== null && (await processIdentity(left.pid)) === left.identity) strays.add(left.pid);
  for (const pid of strays) {
    log?.warn('stopping a dynoxide that an earlier run left behind', { pid });
    signal(pid, 'SIGTERM');
    const gone = async () => (await processIdentity(pid)) === null;
    if (await waitUntil(gone, 5_000)) continue;
    signal(pid, 'SIGKILL');
    if (!(await waitUntil(gone, 5_000))) throw new DynoxideUnusable(`Process ${pid} holds ${folder} and cannot be stopped`);
  }
  await rm(recordPath(folder), { force: true });
}

const recordPath = (folder: string): string => join(folder, 'dynoxide.json');

async function record(folder: string, value: ServerRecord): Promise<void> {
  const draft = `${recordPath(folder)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(value), { mode: 0o600 });
  await rename(draft, recordPath(folder));
}

async function readRecord(folder: string): Promise<ServerRecord | null> {
  try {
    return ServerRecord.parse(JSON.parse(await readFile(recordPath(folder), 'utf8')));
  } catch {
    // Missing, or cut off by a crash: processes are then found by their working directory.
    return null;
  }
}

/** The npm package's program, else `dynoxide` on the PATH. */
async function findProgram(): Promise<string> {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, 'dynoxide'));
  try {
    candidates.unshift(join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide'));
  } catch {
    // Not installed: an optional package, left out on other platforms.
  }
  for (const candidate of candidates) {
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  throw new DynoxideUnusable(
    `No dynoxide for ${process.platform}-${process.arch}: run npm ci with optional packages on Linux x64, put dynoxide on the PATH, ` +
      'or name a DynamoDB endpoint (KYC_DYNAMODB_ENDPOINT)',
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new DynoxideUnusable('No free port on 127.0.0.1');
  return address.port;
}

/** Any HTTP answer will do: DynamoDB itself says 400 to a bare GET. */
async function answersAt(endpoint: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
