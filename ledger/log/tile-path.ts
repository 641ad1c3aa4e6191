/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile of hashes at `level` 0 to 63, or a bundle of entries. `width` is 1 to 256; below 256 it is partial. */
export interface TileAddress {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]` with N in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067. */
export function tilePath({ level, index, width }: TileAddress): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

const PATTERN = /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The address a path stands for; null for every spelling but the one tilePath writes. */
export function parseTilePath(path: string): TileAddress | null {
  const [, level, groups, width] = PATTERN.exec(path) ?? [];
  if (level === undefined || groups === undefined) return null;
  const address = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  } as const;
  const valid = Number.isSafeInteger(address.index) && address.width <= TILE_WIDTH && (width === undefined || address.width < TILE_WIDTH);
  return valid && tilePath(address) === path ? address : null;
}

/** How many hashes the tile `index` at `level` has in a tree of `size`: 0 where there is none yet, 256 where it is full. */
export function tileWidth(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Every tile and bundle that a tree of `size` consists of, bundles first, then level by level. Empty ones do not exist. */
export function* tilesOf(size: number): Generator<TileAddress> {
  for (const level of ['entries', ...levelsOf(size)] as const) yield* tilesAt(size, level);
}

function* levelsOf(size: number): Generator<number> {
  for (let level = 0; Math.floor(size / TILE_WIDTH ** level) > 0; level += 1) yield level;
}

function* tilesAt(size: number, level: number | 'entries'): Generator<TileAddress> {
  const height = level === 'entries' ? 0 : level;
  for (let index = 0; ; index += 1) {
    const width = tileWidth(size, height, index);
    if (width === 0) return;
    yield { level, index, width };
  }
}
