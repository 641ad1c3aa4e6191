import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { emailFileOf } from './embedded.ts';

/** Removes the e-mails of these dedupe keys from an outbox folder. Answers how many there were. */
export async function forgetEmails(outbox: string, dedupeKeys: readonly string[]): Promise<number> {
  let count = 0;
  for (const key of dedupeKeys) {
    const file = path.join(outbox, 'email', emailFileOf(key));
    const isThere = await access(file).then(() => true, () => false);
    if (!isThere) continue;
    await rm(file, { force: true });
    count += 1;
  }
  return count;
}
