import { fromBase64, sha256, toHex, type Bytes } from './bytes.ts';
import { LogBroken, openCheckpoint, openNote, type Checkpoint, type LogKey } from './checkpoint.ts';
import { hashLeaf, isIncluded } from './tree.ts';
import type { ZipEntry } from './zip.ts';

/** What was found of an export whose every part holds. */
export interface VerifiedBag {
  readonly files: number;
  readonly events: number;
  readonly checkpoint: Checkpoint;
  readonly exportId: string;
}

/**
 * Holds an export (docs/exports.md: a BagIt bag with a signed statement) to the log's key: the statement's signature,
 * every file's SHA-256, the checkpoint's signature, and for each event its proof under that checkpoint. The copy inside
 * index.html and the tables are left to the verifier that the bag carries itself. Throws LogBroken.
 */
export async function verifyBag(entries: readonly ZipEntry[], key: LogKey, onProgress: (share: number) => void): Promise<VerifiedBag> {
  const files = new Map(entries.map((entry) => [entry.path.slice(entry.path.indexOf('/') + 1), entry]));
  const bytesOf = async (path: string): Promise<Bytes> => {
    const found = await files.get(path)?.bytes();
    if (found === undefined) throw new LogBroken(`The file ${path} is missing.`);
    return found;
  };
  const textOf = async (path: string): Promise<string> => new TextDecoder().decode(await bytesOf(path));

  const statement = parseStatement(await openNote(await textOf('statement.txt'), key, 'The statement'));
  for (const [path, expected] of Object.entries(statement.files)) {
    // Its hash is of the page without the copy of the bag that it carries.
    if (path === 'index.html') continue;
    if (toHex(await sha256(await bytesOf(path))) !== expected) throw new LogBroken(`The file ${path} is not the one that was signed.`);
  }
  const manifest = new Map((await textOf('manifest-sha256.txt')).split('\n').filter((line) => line !== '').map((line) => [line.slice(66).trim(), line.slice(0, 64)] as const));
  let done = 0;
  for (const [path, expected] of manifest) {
    if (toHex(await sha256(await bytesOf(path))) !== expected) throw new LogBroken(`The file ${path} was altered.`);
    done += 1;
    onProgress((done / manifest.size) / 2);
  }
  for (const path of files.keys()) if (path.startsWith('data/') && !manifest.has(path)) throw new LogBroken(`The file ${path} was put in: the manifest does not know it.`);

  const checkpoint = await openCheckpoint(await textOf('data/checkpoint'), key);
  if (checkpoint.size !== statement.size || toHex(checkpoint.root) !== statement.root) throw new LogBroken('The checkpoint is not the one that the statement names.');
  const lines = (await textOf('data/events.ndjson')).split('\n').filter((line) => line !== '');
  if (lines.length !== statement.events) throw new LogBroken(`There are ${lines.length} events; the statement says ${statement.events}.`);
  for (const [at, line] of lines.entries()) {
    await proveLine(line, checkpoint, textOf);
    onProgress(0.5 + (at + 1) / lines.length / 2);
  }
  return { files: manifest.size, events: lines.length, checkpoint, exportId: statement.exportId };
}

async function proveLine(line: string, checkpoint: Checkpoint, textOf: (path: string) => Promise<string>): Promise<void> {
  const outer: unknown = JSON.parse(line);
  const leaf = fromBase64(String(field(outer, 'leaf')));
  if (leaf === null) throw new LogBroken('An event cannot be read.');
  const event: unknown = JSON.parse(new TextDecoder().decode(leaf));
  const [stream, version] = [String(field(event, 'stream')), String(field(event, 'version'))];
  const text = await textOf(`data/proofs/${stream}/${version}.tlog-proof`);
  const split = text.indexOf('\n\n');
  const [header, index, ...hashes] = text.slice(0, split).split('\n');
  const proof = hashes.map(fromBase64);
  const place = /^index (\d+)$/.exec(index ?? '')?.[1];
  if (header !== 'c2sp.org/tlog-proof@v1' || place === undefined || !proof.every((each) => each !== null)) throw new LogBroken(`The proof of ${stream} ${version} cannot be read.`);
  const holds = await isIncluded(Number(place), checkpoint.size, await hashLeaf(leaf), checkpoint.root, proof);
  if (!holds || text.slice(split + 2) !== checkpoint.note) throw new LogBroken(`${stream} ${version} is not in the log as it stands in the export.`);
}

interface Statement { readonly exportId: string; readonly size: number; readonly root: string; readonly events: number; readonly files: Readonly<Record<string, string>> }

function parseStatement(text: string): Statement {
  const start = text.indexOf('\n') + 1;
  if (text.slice(0, start) !== 'kyc-ledger/export-statement/v1\n') throw new LogBroken('The statement is none of an export.');
  const value: unknown = JSON.parse(text.slice(start));
  const tree = field(value, 'tree');
  const files = field(value, 'files');
  if (typeof files !== 'object' || files === null) throw new LogBroken('The statement cannot be read.');
  return {
    exportId: String(field(value, 'export')), size: Number(field(tree, 'size')), root: String(field(tree, 'root')), events: Number(field(value, 'events')),
    files: Object.fromEntries(Object.entries(files).map(([path, hash]) => [path, String(hash)])),
  };
}

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined);
