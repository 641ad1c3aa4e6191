import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { exportAssets } from '../../cli/generate-export-assets.ts';
import { formatCsv } from '../../ledger/export/csv.ts';
import { folderSink } from '../../ledger/export/folder-sink.ts';
import { fromBase64, fromHex, toBase64, toHex } from '../../ledger/export/verifier/bytes.ts';
import { parseCsv } from '../../ledger/export/verifier/check-tables.ts';
import { folderFiles } from '../../ledger/export/verifier/folder-files.ts';
import { checkSignature, parseNoteKey, parseSignedNote } from '../../ledger/export/verifier/notes.ts';
import { isConsistent, isIncluded, rememberingJoin } from '../../ledger/export/verifier/tree-proofs.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { openZippedBag } from '../../ledger/export/zip-bag.ts';
import { zipSink } from '../../ledger/export/zip-sink.ts';
import { formatNote, signNote } from '../../ledger/log/note.ts';
import { formatVerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { makeSigner } from '../log/fixtures.ts';
import { exportBag, makeWorld, temporaryFolder, type MemoryBag, type World } from './support.ts';

const run = promisify(execFile);

test('what every bag brings along is made from the sources as they are (npm run generate)', async () => {
  const stale = [...(await exportAssets())].filter(([path, text]) => readFileSync(path, 'utf8') !== text).map(([path]) => path);
  expect(stale).toEqual([]);
});

test('verify.mjs needs nothing but Node, and index.html no network', () => {
  const verifier = readFileSync('ledger/export/assets/verify.mjs', 'utf8');
  const imported = [...verifier.matchAll(/^import .* from "(.+)";$/gm)].map(([, name]) => name);
  expect(new Set(imported)).toEqual(new Set(['node:fs/promises', 'node:path', 'node:url']));
  const page = readFileSync('ledger/export/assets/index.html', 'utf8');
  expect(page).toContain("default-src 'none'");
  expect(page.match(/(?:src|href)="[^"]*"/g)).toBeNull();
});

const Bytes = z.string().transform((value) => new Uint8Array(Buffer.from(value, 'base64')));
const Proof = z.array(Bytes).nullable().transform((value) => value ?? []);
const Size = z.string().transform(BigInt);
const vectors = z.object({
  inclusion: z.array(z.object({ name: z.string(), leafIdx: Size, treeSize: Size, root: Bytes, leafHash: Bytes, proof: Proof, wantErr: z.boolean() })),
  consistency: z.array(z.object({ name: z.string(), size1: Size, size2: Size, root1: Bytes, root2: Bytes, proof: Proof, wantErr: z.boolean() })),
}).parse(JSON.parse(
  // Sizes go up to 2^64 - 1, which a double would round.
  readFileSync(new URL('../log/vectors/rfc6962.json', import.meta.url), 'utf8').replaceAll(/"(leafIdx|treeSize|size1|size2)": (\d+)/g, '"$1": "$2"'),
));

describe('the verifier in the bag passes the published vectors of RFC 6962', () => {
  test.each(vectors.inclusion)('inclusion: $name', async ({ leafIdx, treeSize, leafHash, root, proof, wantErr }) => {
    expect(await isIncluded(rememberingJoin(), leafIdx, treeSize, leafHash, root, proof)).toBe(!wantErr);
  });

  test.each(vectors.consistency)('consistency: $name', async ({ size1, size2, root1, root2, proof, wantErr }) => {
    expect(await isConsistent(rememberingJoin(), size1, root1, size2, root2, proof)).toBe(!wantErr);
  });
});

describe('the verifier in the bag reads the formats as the ledger writes them', () => {
  test('notes and keys', async () => {
    const signer = makeSigner();
    const note = await signNote('a text\nof two lines\n', 'ledger.example/log', signer);
    const key = formatVerifierKey(verifierKey('ledger.example/log', await signer.publicKey()));
    const parsed = parseSignedNote(Buffer.from(formatNote(note)));
    const [own, stranger] = [await parseNoteKey(key), await parseNoteKey(formatVerifierKey(verifierKey('ledger.example/log', await makeSigner().publicKey())))];
    if (parsed === null || own === null || stranger === null) throw new Error('they do not read');
    expect(await checkSignature(parsed, own)).toBe('good');
    expect(await checkSignature(parsed, stranger)).toBe('missing');
    expect(await checkSignature({ ...parsed, text: 'another text\n' }, own)).toBe('bad');
    expect(await parseNoteKey(key.replace('ledger', 'ledges'))).toBeNull();
  });

  test('base64 and hex, strictly', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
      expect(fromHex(toHex(bytes))).toEqual(new Uint8Array(bytes));
    }));
    const wrong = ['A', 'AA', 'AA=', 'AB==', 'AAB=', 'A===', 'AA==AA==', 'AA-_', ' AAAA', 'AAAA\n'];
    expect(wrong.filter((each) => fromBase64(each) !== null)).toEqual([]);
  });

  test('CSV by RFC 4180, whatever the cells hold', () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a,b', 'say "x"', 'two\r\nlines', '', '=1+1', '\'=1'));
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const read = parseCsv(formatCsv(['one', 'two'], rows)) ?? [];
      expect(read.map((row) => row.map((each) => each.replace(/^'/, '')))).toEqual([['one', 'two'], ...rows]);
    }));
  });

  test('no text in CSV runs as a formula in a spreadsheet, and numbers stay numbers', () => {
    const cells = ['=HYPERLINK("http://x","y")', '+44', '-1', '@SUM(A1)', '\tx', '\rx', '\'t Hooft', 'O\'Brien'];
    expect(parseCsv(formatCsv(['text'], cells.map((each) => [each])))?.slice(1).flat()).toEqual([...cells.slice(0, -1).map((each) => `'${each}`), 'O\'Brien']);
    expect(formatCsv(['number', 'nothing', 'empty'], [[-0.5, null, '']])).toBe('number,nothing,empty\r\n-0.5,,""\r\n');
  });
});

describe('a bag on disk', () => {
  let world: World;
  let bag: MemoryBag;
  let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    world = await makeWorld(1);
    bag = await exportBag(world);
    temporary = await temporaryFolder();
  });
  afterAll(() => temporary.remove());

  async function write(name: string): Promise<string> {
    const folder = join(temporary.path, name);
    const sink = await folderSink(folder);
    for (const [path, bytes] of bag.files) await sink.add(path, bytes);
    return folder;
  }

  const nodes = [process.execPath, ...(existsSync('/usr/bin/node') ? ['/usr/bin/node'] : [])];
  test.each(nodes)('G-32: is verified by its own verify.mjs under %s, with nothing installed, from anywhere', async (node) => {
    const folder = await write(`whole-${nodes.indexOf(node)}`);
    const { stdout } = await run(node, [join(folder, 'verify.mjs'), '--key', world.key], { cwd: '/' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Verified: everything holds.');
    expect(stdout).not.toContain('WRONG');

    await writeFile(join(folder, 'data', 'checkpoint'), 'spoiled\n');
    const failed = await run(node, ['verify.mjs'], { cwd: folder }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('data/checkpoint: altered') });
  });

  test('verify.mjs says how it is used when it is asked wrongly', async () => {
    const folder = await write('asked-wrongly');
    expect(await run(process.execPath, [join(folder, 'verify.mjs'), '--kee', 'x']).catch((error: unknown) => error)).toMatchObject({ code: 2, stdout: expect.stringContaining('node verify.mjs') });
    expect((await run(process.execPath, [join(folder, 'verify.mjs'), '--help'])).stdout).toContain('--witness');
  });

  test('is verified by kyc verify-export, folder or archive, with no platform running', async () => {
    const kyc = (...args: string[]) => run(process.execPath, ['cli/main.ts', ...args], { env: { ...process.env, KYC_DATA: temporary.path } });
    const folder = await write('by-the-command');
    expect((await kyc('verify-export', folder, '--key', world.key)).stdout).toContain('Verified: everything holds.');
    expect(JSON.parse((await kyc('--json', 'verify-export', await zip('command.zip', bag.files))).stdout)).toMatchObject({ verdict: 'verified', findings: [] });
    await writeFile(join(folder, 'data', 'log.vkey'), 'spoiled');
    expect(await kyc('verify-export', folder).catch((error: unknown) => error)).toMatchObject({ code: 1, stdout: expect.stringContaining('data/log.vkey: altered') });
    expect(await kyc('verify-export', join(temporary.path, 'nothing')).catch((error: unknown) => error)).toMatchObject({ code: 2 });
    expect(await kyc('export').catch((error: unknown) => error)).toMatchObject({ code: 3 });
  });

  test('is not written over anything, and its files are for their owner alone', async () => {
    await write('once');
    await expect(write('once')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('has no links in it', async () => {
    const folder = await write('with-link');
    await symlink('/etc/hostname', join(folder, 'data', 'link'));
    const report = await verifyBag(folderFiles(folder));
    expect(report.verdict).toBe('refuted');
    expect(report.findings.map(({ where }) => where)).toContain('data/link');
  });

  async function zip(name: string, files: Iterable<readonly [string, Uint8Array]>): Promise<string> {
    const file = join(temporary.path, name);
    await mkdir(dirname(file), { recursive: true });
    const { sink, output, end } = zipSink('kyc-export-1', new Date('2026-11-20T10:00:00Z'));
    const written = pipeline(output, createWriteStream(file));
    for (const [path, bytes] of files) await sink.add(path, bytes);
    end();
    await written;
    return file;
  }

  test('goes through a zip archive unchanged, and verifies inside it', async () => {
    const archive = await openZippedBag(await zip('bag.zip', bag.files));
    expect((await verifyBag(archive.files, { key: world.key })).verdict).toBe('verified');
    const folder = join(temporary.path, 'unpacked');
    await archive.unpack(folder);
    archive.close();
    expect((await verifyBag(folderFiles(folder), { key: world.key })).verdict).toBe('verified');
  });

  test.each([
    ['a name that leads out of it', (raw: Buffer) => replaceAll(raw, 'kyc-export-1/README.txt', '../xport-1/../README.txt'), /invalid relative path/],
    ['no archive', () => Buffer.from('PK'), /does not read as a zip archive/],
    ['a directory that is cut off', (raw: Buffer) => raw.subarray(0, -200), /does not read as a zip archive/],
  ])('an archive with %s is refused', async (_what, change, message) => {
    const file = await zip(`refused-${String(message).length}.zip`, bag.files);
    await writeFile(file, change(await readFile(file)));
    await expect(openZippedBag(file)).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED', message: expect.stringMatching(message) });
  });

  test('an archive that would fill the memory is refused before anything is unpacked', async () => {
    const file = await zip('bomb.zip', [['data/zeros', new Uint8Array(80 * 1024 * 1024)]]);
    await expect(openZippedBag(file)).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED', message: expect.stringContaining('would become 83886080') });
  });

  test('a file that is damaged in its archive is named', async () => {
    const file = await zip('damaged.zip', bag.files);
    const raw = await readFile(file);
    const at = raw.indexOf('kyc-export-1/data/events.ndjson') + 60;
    raw.fill(0xff, at, at + 40);
    await writeFile(file, raw);
    const archive = await openZippedBag(file);
    const report = await verifyBag(archive.files);
    archive.close();
    expect(report.findings.map(({ where }) => where)).toContain('data/events.ndjson');
  });

  test('is refused in an archive that has a name twice', async () => {
    const archive = await openZippedBag(await zip('twice.zip', [...bag.files, ['data/events.ndjson', new TextEncoder().encode('other')]]));
    const report = await verifyBag(archive.files);
    expect(report.findings.map(({ where }) => where)).toContain('data/events.ndjson');
    await expect(archive.unpack(join(temporary.path, 'twice'))).rejects.toThrow('no bag');
    archive.close();
  });
});

/** Both in the local header and in the directory; names of the same length. */
function replaceAll(raw: Buffer, name: string, by: string): Buffer {
  const changed = Buffer.from(raw);
  for (let at = changed.indexOf(name); at >= 0; at = changed.indexOf(name, at + 1)) changed.write(by, at);
  return changed;
}
