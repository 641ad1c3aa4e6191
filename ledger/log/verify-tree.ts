import type { Finding } from './findings.ts';
import { equalBytes, HASH_SIZE, rootOf } from './hash.ts';
import { inParallel } from './in-parallel.ts';
import type { LogSource } from './ports.ts';
import { TILE_WIDTH, tilePath, tileWidth } from './tile-path.ts';
import { differing, levelsFrom, rootOfLevels, tileIn, type TreeLevels } from './tree-levels.ts';
import { type LogEntries, readWide } from './verify-entries.ts';

/** The tree as it must be, as far as that can be told. */
export interface ReferenceTree {
  readonly levels: TreeLevels;
  /** Indexes of entries that are not what their leaf hash says. */
  readonly alteredEntries: ReadonlySet<number>;
  /** Tiles that were read. */
  readonly tiles: number;
}

const TILES_UNDER_WAY = 16;
/** Bundles of which every combination is tried when nothing else decides. */
const MOST_OPEN = 8;

/**
 * Finds out which tiles and entries are altered. What is stored and what follows from the level below are two witnesses
 * for each hash; where they disagree, the one that leads to the signed root is right. Without a signed root (null) the
 * stored level above decides. Altered and missing tiles, and bundles with altered entries, become findings.
 */
export async function verifyTree(
  source: LogSource, entries: LogEntries, signedRoot: Uint8Array | null, report: (finding: Finding) => void,
): Promise<ReferenceTree> {
  const { stored, unreadable } = await readLevels(source, entries.size, report);
  const { levels, forged } = settle(entries, stored, signedRoot, report);
  const alteredEntries = new Set([...differing(levels[0] ?? Buffer.of(), entries.hashes), ...forged]);
  reportTiles(levels, stored, unreadable, entries.size, report);
  reportBundles(alteredEntries, entries, report);
  return { levels, alteredEntries, tiles: levels.reduce((sum, hashes) => sum + tilesIn(hashes), 0) };
}

interface StoredLevels {
  /** Zero where a tile does not read. */
  readonly stored: readonly Buffer[];
  readonly unreadable: ReadonlySet<string>;
}

async function readLevels(source: LogSource, size: number, report: (finding: Finding) => void): Promise<StoredLevels> {
  const stored: Buffer[] = [];
  const unreadable = new Set<string>();
  for (let level = 0; Math.floor(size / TILE_WIDTH ** level) > 0; level += 1) {
    const hashes = Buffer.alloc(Math.floor(size / TILE_WIDTH ** level) * HASH_SIZE);
    stored.push(hashes);
    await inParallel(Array.from({ length: tilesIn(hashes) }, (_, index) => index), TILES_UNDER_WAY, async (index) => {
      const width = tileWidth(size, level, index);
      const { where, bytes } = await readWide(source, level, index, width);
      if (bytes?.length === width * HASH_SIZE) {
        hashes.set(bytes, index * TILE_WIDTH * HASH_SIZE);
        return;
      }
      unreadable.add(tilePath({ level, index, width }));
      report(bytes === null
        ? { kind: 'missing', what: 'tile', where, detail: 'the log has no such tile' }
        : { kind: 'altered', what: 'tile', where, detail: `it has ${bytes.length} bytes instead of ${width * HASH_SIZE}` });
    });
  }
  return { stored, unreadable };
}

/**
 * Chooses, bundle by bundle, between the hashes of its entries and those of its tile: the hash that the tile above has
 * for them decides, and where it agrees with neither, the signed root.
 */
function settle(
  entries: LogEntries, stored: readonly Buffer[], signedRoot: Uint8Array | null, report: (finding: Finding) => void,
): { levels: TreeLevels; forged: readonly number[] } {
  const tiles = stored[0] ?? Buffer.of();
  const disputed = [...new Set(differing(tiles, entries.hashes).map((index) => Math.floor(index / TILE_WIDTH)))];
  const readable = disputed.flatMap((bundle) => {
    const root = entries.roots[bundle] ?? null;
    return root === null ? [] : [{ bundle, root, above: hashAt(stored[1], bundle) }];
  });
  const trusted = readable.filter(({ root, above }) => equalBytes(root, above)).map(({ bundle }) => bundle);
  const open = readable
    .filter(({ root, above, bundle }) => !equalBytes(root, above) && !equalBytes(rootOf(tileIn(stored, 0, bundle, TILE_WIDTH)), above))
    .map(({ bundle }) => bundle);
  const byDefault = treeOf([...trusted, ...open]);
  if (signedRoot === null) return { levels: byDefault, forged: [] };
  const leadsThere = (levels: TreeLevels) => equalBytes(rootOfLevels(levels), signedRoot);
  for (const some of [open, ...subsets(open.slice(0, MOST_OPEN))]) {
    const levels = treeOf([...trusted, ...some]);
    if (leadsThere(levels)) return { levels, forged: [] };
  }
  return outvoted(entries, byDefault, stored, leadsThere, report);

  /** The tree in which these of the disputed bundles count, and of the others the tiles. */
  function treeOf(bundles: readonly number[]): TreeLevels {
    const leaves = Buffer.from(tiles);
    const fromTile = new Set(disputed);
    for (const bundle of bundles) {
      const start = bundle * TILE_WIDTH * HASH_SIZE;
      leaves.set(entries.hashes.subarray(start, start + TILE_WIDTH * HASH_SIZE), start);
      fromTile.delete(bundle);
    }
    return levelsFrom(leaves, (bundle) => (fromTile.has(bundle) ? null : (entries.roots[bundle] ?? null)));
  }
}

/**
 * Entries and leaf hashes agree, yet do not lead to the signed root: both were altered alike. The lowest level whose
 * stored hashes do lead there tells below which of them; if there is none, nothing vouches for the tree.
 */
function outvoted(
  entries: LogEntries, computed: TreeLevels, stored: readonly Buffer[], leadsThere: (levels: TreeLevels) => boolean, report: (finding: Finding) => void,
): { levels: TreeLevels; forged: readonly number[] } {
  for (let level = 1; level < computed.length; level += 1) {
    const above = stored[level] ?? Buffer.of();
    const levels = [...computed.slice(0, level), ...levelsFrom(above)];
    if (!leadsThere(levels)) continue;
    const subtrees = differing(above, computed[level] ?? Buffer.of());
    for (const index of subtrees) {
      const where = tilePath({ level: level - 1, index, width: TILE_WIDTH });
      report({ kind: 'altered', what: 'tile', where, detail: 'it does not have the hash that the signed tree gives it' });
    }
    const span = TILE_WIDTH ** level;
    return { levels, forged: subtrees.flatMap((index) => Array.from({ length: span }, (_, at) => index * span + at)) };
  }
  report({ kind: 'altered', what: 'checkpoint', where: 'checkpoint', detail: `its root is not that of the ${entries.size} entries and their tiles` });
  return { levels: computed, forged: [] };
}

function reportTiles(
  levels: TreeLevels, stored: readonly Buffer[], unreadable: ReadonlySet<string>, size: number, report: (finding: Finding) => void,
): void {
  for (const [level, hashes] of levels.entries()) {
    const tiles = new Set(differing(hashes, stored[level] ?? Buffer.of()).map((index) => Math.floor(index / TILE_WIDTH)));
    for (const index of tiles) {
      const where = tilePath({ level, index, width: tileWidth(size, level, index) });
      if (!unreadable.has(where)) report({ kind: 'altered', what: 'tile', where, detail: 'its hashes are not those of what lies below' });
    }
  }
}

function reportBundles(altered: ReadonlySet<number>, entries: LogEntries, report: (finding: Finding) => void): void {
  const byBundle = Map.groupBy(altered, (index) => Math.floor(index / TILE_WIDTH));
  for (const [index, indexes] of byBundle) {
    if (entries.roots[index] === null) continue;
    const where = tilePath({ level: 'entries', index, width: tileWidth(entries.size, 0, index) });
    const which = indexes.length > 8 ? `${indexes.length} entries` : `entry ${indexes.join(', ')}`;
    report({ kind: 'altered', what: 'bundle', where, detail: `${which}: not what the tree says` });
  }
}

function hashAt(hashes: Buffer | undefined, index: number): Buffer {
  return (hashes ?? Buffer.of()).subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE);
}

function* subsets(items: readonly number[]): Generator<number[]> {
  for (let mask = 0; mask < 2 ** items.length; mask += 1) yield items.filter((_, at) => Math.floor(mask / 2 ** at) % 2 === 1);
}

function tilesIn(hashes: Buffer): number {
  return Math.ceil(hashes.length / (TILE_WIDTH * HASH_SIZE));
}
