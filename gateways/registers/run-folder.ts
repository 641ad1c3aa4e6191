import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { DirectoryRun } from './directory-run.ts';

const name = /^[0-9A-Za-z]{1,40}$/;

/** The directory's runs, one JSON file each, replaced whole so that a crash leaves the old or the new one. */
export function createRunFolder(folder: string) {
  const fileOf = (runId: string) => join(folder, `${runId}.json`);
  return {
    async put(run: DirectoryRun): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${fileOf(run.runId)}.${randomUUID()}.tmp`;
      await writeFile(temporary, JSON.stringify(run), { mode: 0o600, flush: true });
      await rename(temporary, fileOf(run.runId));
    },
    async get(runId: string): Promise<DirectoryRun | null> {
      // The id may come from a callback: it must not reach out of the folder.
      if (!name.test(runId)) return null;
      try {
        return DirectoryRun.parse(JSON.parse(await readFile(fileOf(runId), 'utf8')));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    async remove(runId: string): Promise<void> {
      if (name.test(runId)) await rm(fileOf(runId), { force: true });
    },
    async *all(): AsyncIterable<DirectoryRun> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const file of await readdir(folder)) {
        const run = file.endsWith('.json') ? await this.get(file.slice(0, -'.json'.length)) : null;
        if (run !== null) yield run;
      }
    },
  };
}
