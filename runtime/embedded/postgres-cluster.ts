import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { PostgresUnusable } from './postgres-error.ts';
import { type Way, handOver, spawnAs } from './unprivileged.ts';

/** Roles and their passwords, and the port used last. Kept in a file with mode 0600. */
export const Credentials = z.object({
  ownerPassword: z.string().min(20),
  analystPassword: z.string().min(20),
  port: z.int().min(0).max(65_535),
});
export type Credentials = z.infer<typeof Credentials>;

export const OWNER = 'kyc';
export const ANALYST = 'kyc_analyst';
export const DATABASE = 'kyc';

/** The kept credentials, or new ones; `port` 0 while none was ever used. */
export async function loadCredentials(file: string): Promise<Credentials> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) {
    await chmod(file, 0o600);
    return Credentials.parse(JSON.parse(text));
  }
  const credentials = { ownerPassword: newPassword(), analystPassword: newPassword(), port: 0 };
  await saveCredentials(file, credentials);
  return credentials;
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

export async function saveCredentials(file: string, credentials: Credentials): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Makes the database cluster in `<home>/data` unless it is there. UTF-8 with the built-in C.UTF-8 rules, so that
 * sorting is the same on every machine; passwords by SCRAM. A crash half-way leaves nothing that looks finished.
 */
export async function ensureCluster(way: Way, binaries: PostgresBinaries, home: string, ownerPassword: string): Promise<string> {
  const data = path.join(home, 'data');
  await handOver(way, home);
  if (await exists(path.join(data, 'PG_VERSION'))) {
    await checkVersion(data);
    return data;
  }
  const fresh = path.join(home, 'data.new');
  const passwordFile = path.join(home, 'password');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${ownerPassword}\n`, { mode: 0o600 });
  try {
    await handOver(way, passwordFile);
    await handOver(way, fresh);
    await initdb(way, binaries, fresh, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, data);
  return data;
}

/** What the server's programs get of our environment: nothing that could send them elsewhere (PGDATA, PGPORT ...). */
export function serverEnvironment(binaries: PostgresBinaries): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(binaries.libraryPath === null ? {} : { LD_LIBRARY_PATH: binaries.libraryPath }),
  };
}

async function initdb(way: Way, binaries: PostgresBinaries, folder: string, passwordFile: string): Promise<void> {
  const child = spawnAs(
    way,
    binaries.initdb,
    [
      `--pgdata=${folder}`,
      `--username=${OWNER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { cwd: '/', env: serverEnvironment(binaries), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new PostgresUnusable(`initdb could not be started in ${folder}`, { cause })));
    child.once('close', resolve);
  });
  if (code !== 0) throw new PostgresUnusable(`initdb failed in ${folder}: ${said.trim()}`);
}

async function checkVersion(data: string): Promise<void> {
  const version = (await readFile(path.join(data, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR_VERSION) {
    throw new PostgresUnusable(
      `${data} was made by PostgreSQL ${version}, this is ${MAJOR_VERSION}; the tables can be rebuilt from the ledger: move that folder away and start again`,
    );
  }
}

const MAJOR_VERSION = '18';

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}
