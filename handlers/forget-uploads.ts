import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Deps } from './deps.ts';
import { applicantFile } from './upload-folder.ts';

const Submitted = z.looseObject({ email: z.string() });

/**
 * Removes what the upload folder holds of an applicant: what waits, what was refused, the receipt. Also entries under
 * another id that give the same e-mail address: they were refused because it was in use. Answers how many there were.
 */
export async function forgetUploads(deps: Pick<Deps, 'ledger'>, folder: string, subject: { readonly applicantId: string; readonly emailHash: string }): Promise<number> {
  let count = 0;
  for (const place of [folder, join(folder, 'failed'), join(folder, 'done')]) {
    for (const entry of await readdir(place).catch(nothingThere)) {
      const path = join(place, entry);
      const own = entry === subject.applicantId || entry === `${subject.applicantId}.json`;
      if (!own && !(await isFrom(deps, path, subject.emailHash))) continue;
      await rm(path, { recursive: true, force: true });
      count += 1;
    }
  }
  return count;
}

async function isFrom({ ledger }: Pick<Deps, 'ledger'>, path: string, emailHash: string): Promise<boolean> {
  const text = await readFile(join(path, applicantFile), 'utf8').catch(() => null);
  if (text === null) return false;
  const submitted = Submitted.safeParse(parseJson(text));
  return submitted.success && (await ledger.lookupHash('email', submitted.data.email.trim().toLowerCase())) === emailHash;
}

function nothingThere(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
