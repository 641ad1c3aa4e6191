import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../../', import.meta.url));
const sources = join(project, 'console');
const built = join(sources, 'dist');
const patienceMs = 120_000;

export class ConsoleNotBuilt extends Error {
  override readonly name = 'ConsoleNotBuilt';
  readonly code = 'CONSOLE_NOT_BUILT';
}

/**
 * Folder of the console built from the sources as they are now; builds it first where there is none (about a second).
 * A build stands under the hash of its sources, so that it is never stale and two builds at once end in the same.
 * `fallback` takes the build where the project's own folder cannot be written. Throws ConsoleNotBuilt.
 */
export async function builtConsole(fallback: string): Promise<string> {
  const name = await hashOfSources();
  for (const base of [built, fallback]) {
    const folder = join(base, name);
    if (await isThere(join(folder, 'index.html'))) return folder;
  }
  const base = await writable(built) ? built : fallback;
  const folder = join(base, name);
  const draft = join(base, `draft-${process.pid}-${Date.now()}`);
  try {
    await build(draft);
    // Another process may have been faster; what it built is the same.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new ConsoleNotBuilt('The console could not be built; npm run build:console shows why.', { cause: error });
  }
  await removeOthers(base, name);
  return folder;
}

async function build(target: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', sources, '--outDir', target, '--logLevel', 'error'], {
    cwd: project,
    timeout: patienceMs,
    // Whatever this process runs under, a test for example: React of another environment is three times as big.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

/** Everything that the build depends on: our sources, the compiler's settings, the versions of what is bundled. */
async function hashOfSources(): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.startsWith(built));
  const others = ['tsconfig.json', ...['vite', 'react', 'react-dom'].map((name) => `node_modules/${name}/package.json`)].map((path) => join(project, path));
  const hash = createHash('sha256');
  for (const path of [...files.toSorted(), ...others]) hash.update(path.slice(project.length)).update('\0').update(await readFile(path).catch(() => '')).update('\0');
  return hash.digest('hex').slice(0, 20);
}

async function removeOthers(base: string, name: string): Promise<void> {
  // Whoever still serves another build holds it in memory. Drafts are their builders'.
  const names = await readdir(base).catch(() => []);
  await Promise.all(names.filter((each) => /^[0-9a-f]{20}$/.test(each) && each !== name).map((each) => rm(join(base, each), { recursive: true, force: true })));
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

async function writable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
