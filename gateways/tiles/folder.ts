import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { HeadMoved, PathRefused, TileConflict } from './errors.ts';
import { claimFolder } from './folder-claim.ts';
import { AREAS, isPartial, isReplaceable, requirePlainPath } from './paths.ts';
import type { Tiles } from './port.ts';

const HEAD_DIGITS = 16;

/**
 * Tiles in a folder, by the paths of the specification, so that any static web server can serve `checkpoint` and `tile/`.
 * Every write goes to a file of its own first, is synced, and then appears under its name in one step.
 */
export function folderTiles(root: string): Tiles {
  const at = (path: string) => join(root, path);
  const headFolder = at('head');
  const madeFolders = new Set<string>();

  async function get(path: string): Promise<Buffer | null> {
    requirePlainPath(path);
    return readFile(at(path)).catch(nullIfAbsent);
  }

  async function put(path: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    requirePlainPath(path);
    if (isReplaceable(path)) throw new PathRefused(path, 'it is not immutable');
    if (await appear(bytes, at(path))) return 'stored';
    const existing = await readFile(at(path));
    if (Buffer.compare(existing, bytes) !== 0) throw new TileConflict(path);
    return 'exists';
  }

  async function replace(path: string, bytes: Uint8Array): Promise<void> {
    requirePlainPath(path);
    if (!isReplaceable(path)) throw new PathRefused(path, 'it is immutable');
    const temporary = await writeSynced(bytes);
    await makeFolder(dirname(at(path)));
    await rename(temporary, at(path));
    await syncFolder(dirname(at(path)));
  }

  async function remove(path: string): Promise<void> {
    requirePlainPath(path);
    if (!isPartial(path) && !isReplaceable(path)) throw new PathRefused(path, 'only partial tiles and state may be removed');
    await rm(at(path), { force: true });
  }

  async function* list(prefix: string): AsyncIterable<string> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const inArea = AREAS.some((area) => folder.startsWith(area)) ? [folder] : [];
    for (const top of folder === '' ? AREAS : inArea) {
      const files = await readdir(at(top), { recursive: true, withFileTypes: true }).catch(emptyIfAbsent);
      for (const file of files) {
        const path = relative(root, join(file.parentPath, file.name));
        if (file.isFile() && path.startsWith(prefix)) yield path;
      }
    }
    if (folder === '' && 'checkpoint'.startsWith(prefix) && (await get('checkpoint')) !== null) yield 'checkpoint';
  }

  async function readHead(): Promise<Buffer | null> {
    return (await latestHead())?.bytes ?? null;
  }

  /**
   * Each head is a file of its own, numbered: linking the next number is the conditional write, as only one can succeed.
   * Old numbers are removed, so a writer that slept may succeed with one long gone: it sees that it is not the last.
   */
  async function moveHead(expected: Uint8Array | null, next: Uint8Array): Promise<void> {
    const latest = await latestHead();
    const unchanged = latest === null ? expected === null : expected !== null && Buffer.compare(latest.bytes, expected) === 0;
    if (!unchanged) throw new HeadMoved();
    const number = (latest?.number ?? 0) + 1;
    if (!(await appear(next, headFile(number)))) throw new HeadMoved();
    const numbers = await headNumbers();
    if (numbers.some((each) => each > number)) {
      await rm(headFile(number), { force: true });
      throw new HeadMoved();
    }
    const old = numbers.filter((each) => each < number - 1);
    await Promise.all(old.map((each) => rm(headFile(each), { force: true })));
  }

  async function latestHead(): Promise<{ number: number; bytes: Buffer } | null> {
    for (;;) {
      const number = (await headNumbers()).at(-1);
      if (number === undefined) return null;
      const bytes = await readFile(headFile(number)).catch(nullIfAbsent);
      if (bytes !== null) return { number, bytes };
    }
  }

  async function headNumbers(): Promise<number[]> {
    const names = await readdir(headFolder).catch(emptyIfAbsent);
    return names.map(Number).toSorted((a, b) => a - b);
  }

  function headFile(number: number): string {
    return join(headFolder, String(number).padStart(HEAD_DIGITS, '0'));
  }

  /** Lets the bytes appear under the name in one step, durably; false when the name is taken. */
  async function appear(bytes: Uint8Array, file: string): Promise<boolean> {
    const temporary = await writeSynced(bytes);
    try {
      await makeFolder(dirname(file));
      await link(temporary, file);
      await syncFolder(dirname(file));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async function writeSynced(bytes: Uint8Array): Promise<string> {
    await makeFolder(at('tmp'));
    const temporary = join(at('tmp'), randomUUID());
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return temporary;
  }

  async function makeFolder(folder: string): Promise<void> {
    if (madeFolders.has(folder)) return;
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) await syncUpTo(dirname(first), folder);
    madeFolders.add(folder);
  }

  async function claim(): Promise<() => Promise<void>> {
    await makeFolder(root);
    const release = await claimFolder(root);
    await rm(at('tmp'), { recursive: true, force: true });
    madeFolders.delete(at('tmp'));
    return release;
  }

  return { get, put, replace, remove, list, readHead, moveHead, claim };
}

/** A new name lasts through a power cut only when its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs the folders that hold a newly made one, from its parent up to `top`. */
async function syncUpTo(top: string, folder: string): Promise<void> {
  let made = folder;
  while (made !== top) {
    made = dirname(made);
    await syncFolder(made);
  }
}

function nullIfAbsent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

function emptyIfAbsent(error: unknown): [] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
