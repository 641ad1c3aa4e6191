import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DocScan, docScan } from '../../handlers/doc-scan.ts';
import { registerApplicant } from '../../handlers/register-applicant.ts';
import { uploadImage } from '../../handlers/upload.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { applicantInput, createMemoryPlatform, passport, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { playCase, submit, typesOf, workQueues } from '../support/play.ts';

let platform: MemoryPlatform;
let stream: string;
const by = { actor: { kind: 'applicant', id: 'ada' }, correlationId: 'case-1' } as const;
const sent = { fileName: 'me.jpg', declaredMediaType: 'image/jpeg', ...by };
const document = (file: Uint8Array | string) => ({ stream, kind: 'document' as const, documentType: 'passport' as const, file, ...sent });

beforeEach(async () => {
  platform = createMemoryPlatform();
  const registered = await registerApplicant(platform.deps, applicantInput());
  stream = registered.kind === 'done' ? registered.stream : '';
});

describe('an upload', () => {
  it('is kept sealed, recorded and put in line to be read', async () => {
    expect(await uploadImage(platform.deps, document(passport()))).toEqual({ kind: 'done', version: 2 });
    const event = (await platform.deps.ledger.load(stream))[1];
    if (event?.type !== 'IdDocumentUploaded') throw new Error('not recorded');
    const kept = await platform.deps.ledger.readEvidence(stream, event.data.evidence);
    expect(Buffer.compare(kept, passport())).toBe(0);
    expect(platform.scanJobs.waiting).toEqual([{ stream, version: 2 }]);
  });

  it('can be a file on the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-upload-'));
    const path = join(folder, 'image');
    await writeFile(path, selfie());
    expect(await uploadImage(platform.deps, { stream, kind: 'selfie', file: path, ...sent })).toEqual({ kind: 'done', version: 2 });
    await rm(folder, { recursive: true });
  });

  it('of the same image again is answered with the event it has, and in line only once', async () => {
    await uploadImage(platform.deps, document(passport()));
    const unkept = { ...platform.deps.ledger, keepEvidence: () => Promise.reject(new Error('kept already')) };
    expect(await uploadImage({ ...platform.deps, ledger: unkept }, document(passport()))).toEqual({ kind: 'done', version: 2 });
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered', 'IdDocumentUploaded']);
    expect(platform.scanJobs.waiting).toHaveLength(1);
  });

  it('of the same image twice at once is recorded once', async () => {
    const [one, other] = await Promise.all([uploadImage(platform.deps, document(passport())), uploadImage(platform.deps, document(passport()))]);
    expect(one).toEqual(other);
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered', 'IdDocumentUploaded']);
  });

  it.each([
    ['an empty file', () => document(new Uint8Array()), 'EMPTY_FILE'],
    ['a huge file', () => document(new Uint8Array(1_000_001)), 'TOO_LARGE'],
    ['a document that nobody says the kind of', () => ({ ...document(passport()), documentType: undefined }), 'DOCUMENT_TYPE_MISSING'],
    ['nobody\'s stream', () => ({ ...document(passport()), stream: 'applicant-1' }), 'NOT_REGISTERED'],
  ])('of %s is refused and nothing is half stored', async (_, given, code) => {
    const { documentType, ...rest } = given();
    const input = documentType === undefined ? rest : { ...rest, documentType };
    expect(await uploadImage(platform.deps, input)).toMatchObject({ kind: 'refused', code });
    expect(await typesOf(platform, stream)).toEqual(['ApplicantRegistered']);
    expect(platform.scanJobs.waiting).toEqual([]);
  });
});

describe('reading what was uploaded', () => {
  it('waits for the selfie, then puts the applicant in line once', async () => {
    await uploadImage(platform.deps, document(passport()));
    expect(await docScan(platform.deps, { stream, version: 2 })).toEqual({ kind: 'scanned', queued: false });
    await uploadImage(platform.deps, { stream, kind: 'selfie', file: selfie(), ...sent });
    expect(await docScan(platform.deps, { stream, version: 4 })).toEqual({ kind: 'selfie', queued: true });
    expect(await docScan(platform.deps, { stream, version: 2 })).toEqual({ kind: 'repeated', queued: true });
    expect(platform.kycJobs.waiting).toEqual([{ stream }]);
  });

  it('twice at once records one scan', async () => {
    await uploadImage(platform.deps, document(passport()));
    await Promise.all([docScan(platform.deps, { stream, version: 2 }), docScan(platform.deps, { stream, version: 2 })]);
    expect((await typesOf(platform, stream)).filter((type) => type === 'DocScanned')).toHaveLength(1);
  });

  it('fails while the reader is down, and goes to a person with the last attempt', async () => {
    const down = { ...platform.deps, documentReader: { read: async () => { throw new ServiceUnavailable('reader'); } } };
    await uploadImage(platform.deps, document(passport()));
    await expect(docScan(down, { stream, version: 2 })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await docScan(down, { stream, version: 2, lastAttempt: true })).toMatchObject({ kind: 'failed' });
    const failed = (await platform.deps.ledger.load(stream)).at(-1);
    expect(failed).toMatchObject({ type: 'DocScanFailed', data: { reason: 'READER_UNAVAILABLE' } });
  });

  it('ignores what is no upload', async () => {
    expect(await docScan(platform.deps, { stream, version: 1 })).toEqual({ kind: 'ignored', queued: false });
    expect(await docScan(platform.deps, { stream: 'applicant-none', version: 1 })).toEqual({ kind: 'ignored', queued: false });
  });

  it('sees a document number that another applicant has presented, without keeping it in the clear', async () => {
    const first = await playCase(platform, { applicant: { email: 'first@example.test' } });
    const second = await playCase(platform, { applicant: { email: 'second@example.test' } });
    const scans = await Promise.all([first, second].map(async (each) =>
      (await platform.deps.ledger.load(each.stream)).find((event) => event.type === 'DocScanned')));
    expect(scans.map((event) => event?.data)).toMatchObject([{ alsoUsedBy: null }, { alsoUsedBy: first.stream }]);
    expect(JSON.stringify(scans.map((event) => event?.data))).not.toContain('925076473');
    expect(second.decision).toBe('MANUAL_REVIEW');
  });

  it('sees it too when both are read at the same moment', async () => {
    const streams = [
      await submit(platform, { applicant: { email: 'x@example.test' } }),
      await submit(platform, { applicant: { email: 'y@example.test' } }),
    ];
    await Promise.all(platform.scanJobs.take().map((message) => docScan(platform.deps, DocScan.parse(message.body))));
    const events = (await Promise.all(streams.map((each) => platform.deps.ledger.load(each)))).flat();
    const users = events.flatMap((event) => (event.type === 'DocScanned' ? [event.data.alsoUsedBy] : []));
    expect(users.filter((user) => user === null)).toHaveLength(1);
  });

  it('starts a second run on a new document only after the first run has been decided', async () => {
    const played = await playCase(platform, { applicant: { email: 'again@example.test' } });
    stream = played.stream;
    await uploadImage(platform.deps, document(passport({ grain: 2 })));
    await workQueues(platform);
    expect((await typesOf(platform, stream)).filter((type) => type === 'KycStarted')).toHaveLength(2);
    expect(new Set(platform.workflow.started.keys()).size).toBe(platform.workflow.started.size);
  });
});
