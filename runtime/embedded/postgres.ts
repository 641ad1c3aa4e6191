import type { ChildProcess } from 'node:child_process';
import { mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createPool, sql } from 'slonik';
import { z } from 'zod';
import type { Log } from '../../handlers/deps.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { ANALYST, DATABASE, OWNER, ensureCluster, loadCredentials, saveCredentials, serverEnvironment } from './postgres-cluster.ts';
import { PostgresUnusable } from './postgres-error.ts';
import { processesIn, signal, waitUntil } from './processes.ts';
import { type Way, chooseWay, letThrough, spawnAs } from './unprivileged.ts';

export interface PostgresOptions {
  /** The platform's data folder (an own folder in it is used). The caller holds its lock: see lock.ts. */
  readonly dataFolder: string;
  /** TCP port on 127.0.0.1; by default the one used last, or a free one. */
  readonly port?: number;
  readonly log: Log;
  /** Server settings on top of ours, for example `{fsync: 'off'}` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How to run it; by default chosen by trying (see unprivileged.ts). */
  readonly way?: Way;
}

export interface RunningPostgres {
  /** Owner and superuser. */
  readonly url: string;
  /** A role that may log in and, in itself, read nothing: migrations grant it what analysts may see. */
  readonly analystUrl: string;
  readonly pid: number;
  readonly port: number;
  readonly way: Way;
  /** Settles when the server has ended, wanted or not. */
  readonly ended: Promise<void>;
  /** Ends open sessions, writes everything out and waits until no process is left. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL server that came with npm on the data folder; makes the cluster, the database and the roles
 * where they are missing. A server that a crashed platform left behind on this folder is stopped first.
 * Throws PostgresUnusable with what to do about it.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const began = performance.now();
  const { log } = options;
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 });
  const folder = await realpath(options.dataFolder);
  const home = path.join(folder, 'postgres');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const binaries = await findPostgres(path.join(home, 'lib'));
  await stopLeftOver(path.join(home, 'data'), log);
  const way = options.way ?? (await findWay(binaries, folder));
  if (way === 'nobody') await letThrough(folder);
  const credentialsFile = path.join(folder, 'postgres.json');
  const credentials = await loadCredentials(credentialsFile);
  const data = await ensureCluster(way, binaries, home, credentials.ownerPassword);
  const logFile = path.join(folder, 'postgres.log');

  const { child, port } = await startServer({ ...options, way, binaries, data, logFile, lastPort: credentials.port });
  const pid = child.pid ?? 0;
  const stop = stopper(child, data, log);
  try {
    if (port !== credentials.port) await saveCredentials(credentialsFile, { ...credentials, port });
    const url = (user: string, password: string, database: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
    const ownerUrl = url(OWNER, credentials.ownerPassword, DATABASE);
    await ensureDatabase(url(OWNER, credentials.ownerPassword, 'postgres'), credentials.analystPassword);
    log.info('PostgreSQL runs', { pid, port, way, ms: Math.round(performance.now() - began) });
    return {
      url: ownerUrl,
      analystUrl: url(ANALYST, credentials.analystPassword, DATABASE),
      pid,
      port,
      way,
      ended: ending(child),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findWay(binaries: PostgresBinaries, folder: string): Promise<Way> {
  const choose = () => chooseWay(binaries.postgres, serverEnvironment(binaries), folder);
  return choose().catch(async () => {
    // For `nobody` it may be our own folder's mode alone that is in the way.
    await letThrough(folder);
    return choose();
  });
}

interface ServerStart extends PostgresOptions {
  readonly way: Way;
  readonly binaries: PostgresBinaries;
  readonly data: string;
  readonly logFile: string;
  readonly lastPort: number;
}

/** Nobody can hold a port free for another process, so a port that was taken in between is tried again elsewhere. */
async function startServer(start: ServerStart): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = start.port ?? (attempt === 1 && (await isFree(start.lastPort)) ? start.lastPort : await freePort());
    const child = await spawnServer(start, port);
    const ended = ending(child);
    const ready = await Promise.race([ended.then(() => false), waitForReady(start.data, child)]);
    if (ready) return { child, port };
    signal(child.pid ?? 0, 'SIGQUIT');
    await ended;
    if (start.port !== undefined || attempt === 3) {
      throw new PostgresUnusable(`PostgreSQL did not start on port ${port}: ${await lastLines(start.logFile)}`);
    }
  }
}

async function spawnServer(start: ServerStart, port: number): Promise<ChildProcess> {
  // A file and no pipe: the server must be able to write after the platform has died.
  const tooLong = await stat(start.logFile).then(({ size }) => size > MAX_LOG_BYTES, () => false);
  const output = await open(start.logFile, tooLong ? 'w' : 'a', 0o600);
  try {
    const settings = { ...SETTINGS, port: String(port), ...start.settings };
    const child = spawnAs(
      start.way,
      start.binaries.postgres,
      ['-D', start.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // A process group of its own: Ctrl-C in the terminal is for the platform, which stops its parts in order.
      { cwd: '/', env: serverEnvironment(start.binaries), stdio: ['ignore', output.fd, output.fd], detached: true },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(new PostgresUnusable(`${start.binaries.postgres} could not be started`, { cause })));
    });
    return child;
  } finally {
    await output.close();
  }
}

const MAX_LOG_BYTES = 10_000_000;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  // A used-up segment would be kept under a new name with its old content; after an erasure it has to go.
  wal_recycle: 'off',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A refused statement's message can quote a value, and values are personal: those go to the caller alone.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** The eighth line of postmaster.pid tells the server's state (PostgreSQL: miscadmin.h, PM_STATUS_READY). */
async function waitForReady(data: string, child: ChildProcess): Promise<boolean> {
  return waitUntil(async () => {
    if (hasEnded(child)) return true;
    const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
  }, 60_000).then((ready) => ready && !hasEnded(child));
}

/**
 * Ends what still runs on this data folder. The processes are recognised by program and working directory, never by a
 * number in a file alone: numbers are used again. Once none is left the pid file is stale whatever it names.
 */
async function stopLeftOver(data: string, log: Log): Promise<void> {
  const left = await processesIn(data, 'postgres');
  if (left.length > 0) {
    log.warn('Stopping a PostgreSQL that an earlier run left behind', { processes: left.length });
    const named = Number((await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
    await stopProcesses(data, left.includes(named) ? named : null);
  }
  await rm(path.join(data, 'postmaster.pid'), { force: true });
}

/** Fast shutdown, then immediate, then kill: PostgreSQL repairs itself from its log after either of the latter. */
async function stopProcesses(data: string, postmaster: number | null): Promise<void> {
  const gone = async () => (await processesIn(data, 'postgres')).length === 0;
  if (postmaster !== null) {
    signal(postmaster, 'SIGINT');
    if (await waitUntil(gone, 20_000)) return;
    signal(postmaster, 'SIGQUIT');
  }
  // Helpers without their postmaster end by themselves, mostly at once; there is nothing to be lost with them.
  if (await waitUntil(gone, 1_000)) return;
  for (const pid of await processesIn(data, 'postgres')) signal(pid, 'SIGKILL');
  if (!(await waitUntil(gone, 5_000))) throw new PostgresUnusable(`PostgreSQL in ${data} cannot be stopped`);
}

function stopper(child: ChildProcess, data: string, log: Log): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    const began = performance.now();
    const ended = ending(child);
    await stopProcesses(data, hasEnded(child) ? null : (child.pid ?? null));
    await ended;
    log.info('PostgreSQL stopped', { ms: Math.round(performance.now() - began) });
  };
  return () => (stopping ??= stop());
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function ending(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
}

async function ensureDatabase(adminUrl: string, analystPassword: string): Promise<void> {
  const pool = await createPool(adminUrl, { maxPoolSize: 1 });
  const { fragment, type, identifier, literalValue } = sql;
  const nothing = type(z.object({}));
  try {
    const found = type(z.object({ found: z.boolean() }));
    const database = await pool.oneFirst(found`SELECT EXISTS (SELECT FROM pg_database WHERE datname = ${DATABASE}) AS found`);
    if (!database) await pool.query(nothing`CREATE DATABASE ${identifier([DATABASE])}`);
    const role = await pool.oneFirst(found`SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ${ANALYST}) AS found`);
    const verb = role ? fragment`ALTER` : fragment`CREATE`;
    await pool.query(nothing`${verb} ROLE ${identifier([ANALYST])} LOGIN PASSWORD ${literalValue(analystPassword)}`);
    await pool.query(nothing`ALTER ROLE ${identifier([ANALYST])} SET default_transaction_read_only = on`);
  } finally {
    await pool.end();
  }
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join(' | ');
}

function freePort(): Promise<number> {
  return listenOnce(0).then((port) => port ?? 0);
}

async function isFree(port: number): Promise<boolean> {
  return port !== 0 && (await listenOnce(port)) !== null;
}

/** Listens for a moment; the port it got, or null when it could not. */
function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
