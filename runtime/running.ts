import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** How the command line finds, and is let into, the platform that runs on a data folder. */
export const RunningPlatform = z.strictObject({
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  url: z.url(),
  /** Under which browsers reach it; sign-in links begin with it. */
  publicUrl: z.url(),
  databaseUrl: z.string(),
  analystUrl: z.string(),
  dynamodbEndpoint: z.url(),
  /** Bearer sessions for the owner of this folder, one a role. */
  sessions: z.record(z.string(), z.string()),
});
export type RunningPlatform = z.infer<typeof RunningPlatform>;

const pathIn = (dataFolder: string): string => join(dataFolder, 'run', 'platform.json');

/** Written with mode 0600: who may read this file may act in every role. */
export async function announce(dataFolder: string, running: RunningPlatform): Promise<void> {
  const path = pathIn(dataFolder);
  await mkdir(join(dataFolder, 'run'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(running), { mode: 0o600 });
  await rename(draft, path);
}

export async function withdraw(dataFolder: string): Promise<void> {
  await rm(pathIn(dataFolder), { force: true });
}

/** The platform that runs on this folder, or null: the file may have outlived a crash, so the process is asked too. */
export async function findRunning(dataFolder: string): Promise<RunningPlatform | null> {
  let text: string;
  try {
    text = await readFile(pathIn(dataFolder), 'utf8');
  } catch {
    return null;
  }
  const parsed = RunningPlatform.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const alive = await fetch(new URL('/health', parsed.data.url), { signal: AbortSignal.timeout(3000) }).then(
    (response) => response.ok,
    () => false,
  );
  return alive ? parsed.data : null;
}
