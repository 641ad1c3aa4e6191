import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pickUpFolder } from '../../handlers/upload-folder.ts';
import { writeFolderEntry } from '../../handlers/upload-service.ts';
import { createMemoryPlatform, passport, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { typesOf } from '../support/play.ts';

let folder: string;
let platform: MemoryPlatform;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-folder-'));
  platform = createMemoryPlatform();
});
afterEach(() => rm(folder, { recursive: true }));

const submission = (changes: Partial<Parameters<typeof writeFolderEntry>[1]> = {}) => ({
  applicantId: randomUUID(), registerType: 'GMC', registrationNumber: '7000001', email: 'ada@example.test',
  name: { surname: 'Example', givenNames: 'Ada' }, documentType: 'passport' as const,
  consent: { given: true, textVersion: '2026-1' }, document: passport(), selfie: selfie(), ...changes,
});

describe('the upload folder', () => {
  it('hands an applicant on whole, and keeps nothing but a receipt', async () => {
    const one = submission();
    await writeFolderEntry(folder, one);
    const picked = await pickUpFolder(platform.deps, folder);
    expect(picked.applicants).toEqual([{ applicantId: one.applicantId, stream: `applicant-${one.applicantId}` }]);
    expect(await typesOf(platform, `applicant-${one.applicantId}`)).toEqual([
      'ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded',
    ]);
    expect(platform.scanJobs.waiting).toHaveLength(2);
    expect((await readdir(folder)).toSorted()).toEqual(['done', 'failed']);
    expect(await readFile(join(folder, 'done', `${one.applicantId}.json`), 'utf8')).not.toMatch(/example|7000001/i);
  });

  it('waits for an entry whose files have not all arrived', async () => {
    const one = submission();
    const path = await writeFolderEntry(folder, one);
    const whole = await readFile(join(path, 'selfie.jpg'));
    await writeFile(join(path, 'selfie.jpg'), whole.subarray(0, 3));
    expect(await pickUpFolder(platform.deps, folder)).toMatchObject({ applicants: [], incomplete: 1 });
    await unlink(join(path, 'selfie.jpg'));
    expect(await pickUpFolder(platform.deps, folder)).toMatchObject({ applicants: [], incomplete: 1 });
    await writeFile(join(path, 'selfie.jpg'), whole);
    expect(await pickUpFolder(platform.deps, folder)).toMatchObject({ incomplete: 0, failed: [] });
    expect(await typesOf(platform, `applicant-${one.applicantId}`)).toHaveLength(4);
  });

  it('puts a refused entry aside with the reason, and goes on with the next', async () => {
    const bad = submission({ registrationNumber: 'x' });
    const good = submission({ email: 'bo@example.test' });
    await writeFolderEntry(folder, bad);
    await writeFolderEntry(folder, good);
    const picked = await pickUpFolder(platform.deps, folder);
    expect(picked.failed).toEqual([{ entry: bad.applicantId, code: 'REGISTRATION_NUMBER_MALFORMED' }]);
    expect(picked.applicants).toHaveLength(1);
    const note: unknown = JSON.parse(await readFile(join(folder, 'failed', bad.applicantId, 'refused.json'), 'utf8'));
    expect(note).toMatchObject({ code: 'REGISTRATION_NUMBER_MALFORMED' });
  });

  it('goes on where a crash cut it off, and takes nothing in twice', async () => {
    const one = submission();
    await writeFolderEntry(folder, one);
    await pickUpFolder(platform.deps, folder);
    await writeFolderEntry(folder, one);
    await pickUpFolder(platform.deps, folder);
    expect(await typesOf(platform, `applicant-${one.applicantId}`)).toHaveLength(4);
  });

  it.each([
    ['no JSON', 'applicant.json is no JSON'], ['another form', '{"email":"x"}'],
    ['a path in a file name', JSON.stringify({ ...submission(), document: { name: '../../etc/passwd', sha256: '0'.repeat(64) } })],
  ])('refuses an entry with %s', async (_, content) => {
    const path = await writeFolderEntry(folder, submission());
    await writeFile(join(path, 'applicant.json'), content);
    expect((await pickUpFolder(platform.deps, folder)).failed).toMatchObject([{ code: 'ENTRY_MALFORMED' }]);
  });

  it('overlooks whatever else lies about', async () => {
    await writeFile(join(folder, 'notes.txt'), 'hello');
    expect(await pickUpFolder(platform.deps, folder)).toEqual({ applicants: [], failed: [], incomplete: 0 });
  });

  it('takes no entry that could not be picked up', async () => {
    await expect(writeFolderEntry(folder, submission({ consent: { given: true, textVersion: '' } }))).rejects.toThrow('textVersion');
    expect(await readdir(folder)).toEqual([]);
  });
});
