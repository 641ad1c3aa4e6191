import type { Erasure, ExaminedBundle, NamedEvidence } from './examine.ts';
import type { Examiners } from './examiners.ts';
import type { Finding } from './findings.ts';
import { HASH_SIZE } from './hash.ts';
import { inParallel } from './in-parallel.ts';
import type { LogSource } from './ports.ts';
import { TILE_WIDTH, tilePath, tileWidth } from './tile-path.ts';

/** Everything the log's entries say, whether or not it is right. */
export interface LogEntries {
  readonly size: number;
  /** Leaf hashes as the bundles give them; all zero where a bundle does not read. */
  readonly hashes: Buffer;
  /** By bundle: its root, or null where it does not read. */
  readonly roots: readonly (Buffer | null)[];
  readonly streams: readonly string[];
  readonly versions: readonly number[];
  readonly evidence: readonly NamedEvidence[];
  readonly erased: readonly Erasure[];
}

const BUNDLES_UNDER_WAY = 16;

/** Reads and examines every bundle of a log of `size`. Missing and unreadable ones become findings. */
export async function readEntries(
  source: LogSource, size: number, examiners: Examiners, report: (finding: Finding) => void, progress: (entries: number) => void,
): Promise<LogEntries> {
  const count = Math.ceil(size / TILE_WIDTH);
  const hashes = Buffer.alloc(size * HASH_SIZE);
  const roots: (Buffer | null)[] = Array.from({ length: count }, () => null);
  const streams: string[] = Array.from({ length: size }, () => '');
  const versions: number[] = Array.from({ length: size }, () => 0);
  const evidence: NamedEvidence[][] = Array.from({ length: count }, () => []);
  const erased: Erasure[] = [];

  function enter(index: number, bundle: ExaminedBundle): void {
    const first = index * TILE_WIDTH;
    hashes.set(bundle.hashes, first * HASH_SIZE);
    roots[index] = Buffer.from(bundle.root);
    for (const [at, stream] of bundle.streams.entries()) {
      streams[first + at] = stream;
      versions[first + at] = bundle.versions[at] ?? 0;
    }
    evidence[index] = bundle.evidence.map((each) => ({ ...each, entry: first + each.entry }));
    for (const { entry, stream } of bundle.erased) erased.push({ entry: first + entry, stream });
  }

  await inParallel(Array.from({ length: count }, (_, index) => index), BUNDLES_UNDER_WAY, async (index) => {
    const width = tileWidth(size, 0, index);
    const { where, bytes } = await readWide(source, 'entries', index, width);
    const bundle = bytes === null ? null : await examiners.examine(bytes, width);
    if (bundle === null) report(unreadable(where, bytes));
    else enter(index, bundle);
    progress(width);
  });
  return { size, hashes, roots, streams, versions, evidence: evidence.flat(), erased };
}

function unreadable(where: string, bytes: Uint8Array | null): Finding {
  return bytes === null
    ? { kind: 'missing', what: 'bundle', where, detail: 'the log has no such bundle' }
    : { kind: 'altered', what: 'bundle', where, detail: 'it does not read as a bundle of entries' };
}

/** Bytes of a tile or bundle as a tree of this size has it; where only a later, fuller one is left, its beginning. */
export async function readWide(
  source: LogSource, level: number | 'entries', index: number, width: number,
): Promise<{ where: string; bytes: Buffer | null }> {
  const where = tilePath({ level, index, width });
  const exact = await source.get(where);
  if (exact !== null || width === TILE_WIDTH) return { where, bytes: exact === null ? null : toBuffer(exact) };
  const fullPath = tilePath({ level, index, width: TILE_WIDTH });
  const full = await source.get(fullPath);
  if (full === null) return { where, bytes: null };
  const cut = level === 'entries' ? beginningOf(full, width) : full.subarray(0, width * HASH_SIZE);
  return { where: fullPath, bytes: toBuffer(cut) };
}

/** The first `width` entries of a bundle; all of it when it does not read. */
function beginningOf(bundle: Uint8Array, width: number): Uint8Array {
  let at = 0;
  for (let entry = 0; entry < width; entry += 1) at += 2 + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
  return bundle.subarray(0, at);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
