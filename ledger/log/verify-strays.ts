import type { Examiners } from './examiners.ts';
import type { Finding } from './findings.ts';
import { equalBytes } from './hash.ts';
import type { LogSource } from './ports.ts';
import { parseTilePath, tilePath, tileWidth } from './tile-path.ts';
import { tileIn, type TreeLevels } from './tree-levels.ts';

/** Everything below `tile/`, listed before the checkpoint is read: what comes later is no business of this verification. */
export async function listTiles(source: LogSource): Promise<string[]> {
  return Array.fromAsync(source.list('tile/'));
}

/**
 * Verifies what lies beside the tiles of the tree of `size`: tiles that were partial once must begin the present ones,
 * and nothing may lie beyond the tree but what has been added since (up to `grownTo`).
 */
export async function verifyStrays(
  source: LogSource, paths: readonly string[], size: number, grownTo: number, levels: TreeLevels, examiners: Examiners, report: (finding: Finding) => void,
): Promise<void> {
  for (const path of paths) {
    const address = parseTilePath(path);
    if (address === null) {
      report({ kind: 'added', what: path.startsWith('tile/entries/') ? 'bundle' : 'tile', where: path, detail: 'the log has no such path' });
      continue;
    }
    const what = address.level === 'entries' ? 'bundle' : 'tile';
    const level = address.level === 'entries' ? 0 : address.level;
    const present = tileWidth(size, level, address.index);
    if (address.width > tileWidth(grownTo, level, address.index)) report({ kind: 'added', what, where: path, detail: `a log of ${grownTo} entries does not reach there` });
    if (address.width >= present) continue;
    const bytes = await source.get(path);
    if (bytes === null) continue;
    const hashes = address.level === 'entries' ? (await examiners.examine(bytes, address.width))?.hashes : bytes;
    const expected = tileIn(levels, level, address.index, address.width);
    if (hashes === undefined || !equalBytes(hashes, expected)) {
      report({ kind: 'altered', what, where: path, detail: `it is not the beginning of ${tilePath({ ...address, width: present })}` });
    }
  }
}

/** The size that the bundles on this list amount to: what to go by when no checkpoint tells. */
export function sizeByBundles(paths: readonly string[]): number {
  return paths.reduce((size, path) => {
    const address = parseTilePath(path);
    return address?.level === 'entries' ? Math.max(size, address.index * 256 + address.width) : size;
  }, 0);
}
