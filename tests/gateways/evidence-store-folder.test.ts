import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderEvidenceStore } from '../../gateways/evidence-store/folder.ts';
import { describeEvidenceStoreContract } from '../contracts/evidence-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-evidence-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeEvidenceStoreContract('a folder', async () => createFolderEvidenceStore(join(folder, 'contract')));

describe('the evidence folder', () => {
  it('holds files that only their owner reads and nobody writes, and no drafts', async () => {
    const store = createFolderEvidenceStore(join(folder, 'modes'));
    await store.put('applicant-1/document', Uint8Array.of(1));
    await store.put('applicant-1/document', Uint8Array.of(1));
    expect((await stat(join(folder, 'modes', 'applicant-1', 'document'))).mode & 0o777).toBe(0o400);
    expect((await stat(join(folder, 'modes', 'applicant-1'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'modes', '.drafts'))).toEqual([]);
  });

  it('does not show a draft that a crash left behind', async () => {
    const store = createFolderEvidenceStore(join(folder, 'crash'));
    await mkdir(join(folder, 'crash', '.drafts'), { recursive: true });
    await writeFile(join(folder, 'crash', '.drafts', 'half'), 'ha');
    await store.put('applicant-1/document', Uint8Array.of(1));
    const keys: string[] = [];
    for await (const key of store.list('')) keys.push(key);
    expect(keys).toEqual(['applicant-1/document']);
  });

  it('says so when the disk does not take it', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = createFolderEvidenceStore(join(folder, 'file'));
    await expect(store.put('applicant-1/document', Uint8Array.of(1))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
