import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Sha256, Timestamp } from '../../events/vocabulary.ts';

/** The tree that was verified last without a finding, by whose key, and when. The next one has to contain it. */
export const LastVerified = z.strictObject({ key: z.string(), size: z.int().nonnegative(), root: Sha256, at: Timestamp });
export type LastVerified = z.infer<typeof LastVerified>;

/** Where it is remembered. Whoever distrusts this machine keeps a copy of the file elsewhere and puts it back before verifying. */
export const lastVerifiedPath = (dataFolder: string): string => join(dataFolder, 'run', 'last-verified.json');

/** null when nothing has been verified yet, 'unreadable' for a file that this module did not write. */
export async function readLastVerified(file: string): Promise<LastVerified | null | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = LastVerified.safeParse(parse(text));
  return parsed.success ? parsed.data : 'unreadable';
}

export async function rememberVerified(file: string, verified: LastVerified): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(verified)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
