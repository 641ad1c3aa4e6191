import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download } from 'playwright-core';

/** The bytes of a file that the page offered to be saved. */
export async function savedBytes(download: Promise<Download>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-saved-'));
  try {
    await (await download).saveAs(join(folder, 'saved'));
    return await readFile(join(folder, 'saved'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
