import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePool } from 'slonik';
import { createProjector } from '../../projectors/engine/projector.ts';
import { rebuildInto } from '../../projectors/engine/rebuild.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { dump } from '../projectors/support/dump.ts';
import { useDatabases, type Database } from '../projectors/support/database.ts';
import { makeHistories } from '../projectors/support/histories.ts';
import { MemoryLedger } from '../projectors/support/memory-ledger.ts';
import { fetched, startServer, type Server } from './servers/server.ts';

const NOBODY = 65534;
const binaries = fetched('pgbouncer');

/**
 * pgbouncer giving out connections transaction by transaction, the strictest way: whatever a session keeps for later is
 * gone. RDS Proxy does the same until a session pins itself.
 */
describe.skipIf(binaries === null)('the relational projector through pgbouncer', () => {
  const databases = useDatabases();
  let folder: string;
  let direct: Database;
  let pooler: Server;
  let pools: DatabasePool[];

  beforeAll(async () => {
    direct = await databases.fresh();
    folder = await mkdtemp(join(tmpdir(), 'kyc-pgbouncer-'));
    await cp(join(binaries ?? '', 'usr'), join(folder, 'usr'), { recursive: true, verbatimSymlinks: true });
    await chmod(folder, 0o755);
    const { hostname, port, pathname, username, password } = new URL(direct.url);
    const listenPort = await freePort();
    await writeFile(join(folder, 'users.txt'), `"${username}" "${password}"\n`, { mode: 0o644 });
    await writeFile(join(folder, 'pgbouncer.ini'), [
      '[databases]', `pooled = host=${hostname} port=${port} dbname=${pathname.slice(1)}`,
      '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${listenPort}`, 'unix_socket_dir =', 'auth_type = plain', `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction', 'default_pool_size = 3', 'ignore_startup_parameters = extra_float_digits,statement_timeout,idle_in_transaction_session_timeout,lock_timeout', '',
    ].join('\n'), { mode: 0o644 });
    const asRoot = process.getuid?.() === 0;
    pooler = await startServer({
      command: join(folder, 'usr/sbin/pgbouncer'),
      args: [join(folder, 'pgbouncer.ini')],
      environment: { LD_LIBRARY_PATH: join(folder, 'usr/lib', process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu') },
      // It refuses to run as root.
      ...(asRoot && { as: NOBODY }),
      ready: /process up/,
      port: listenPort,
    });
    const url = `postgresql://${username}:${password}@127.0.0.1:${listenPort}/pooled`;
    pools = await Promise.all([1, 2, 3].map(() => openDatabase(url)));
  });
  afterAll(async () => {
    await Promise.all((pools ?? []).map((each) => each.end()));
    await pooler?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('makes the same tables as a rebuild without it, from three clients who share three connections', async () => {
    const ledger = new MemoryLedger();
    const events = makeHistories(5, 30, 30).flatMap((each) => each.events);
    ledger.append(...events);
    const notices = events.map(({ stream, version }) => ({ stream, version }));
    const shares = pools.map((pool, index) => ({ projector: createProjector(relational, { pool, ...ledger.deps }), notices: notices.filter((_, at) => at % 3 === index) }));
    await Promise.all(shares.map(({ projector, notices: own }) => projector.deliver(own)));
    for (const { projector } of shares) await projector.catchUpAll('1970-01-01T00:00:00.000Z');
    const { failed } = await rebuildInto(relational, { pool: direct.pool, ...ledger.deps }, 'again');
    expect(failed).toEqual([]);
    expect(await dump(direct.pool)).toEqual(await dump(direct.pool, 'again'));
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => void server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('There is no free port');
  return address.port;
}
