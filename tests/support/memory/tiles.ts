import { HeadMoved, PathRefused, TileConflict, WriterBusy } from '../../../gateways/tiles/errors.ts';
import { isPartial, isReplaceable, requirePlainPath } from '../../../gateways/tiles/paths.ts';
import type { Tiles } from '../../../gateways/tiles/port.ts';

/** What an in-memory place for tiles holds; tests may look at it and spoil it. */
export interface TilesContent {
  readonly files: Map<string, Buffer>;
  head: Buffer | null;
  claimed: boolean;
}

export function emptyTiles(): TilesContent {
  return { files: new Map(), head: null, claimed: false };
}

/** Tiles in memory, by the same contract as the real ones. */
export function memoryTiles(content: TilesContent = emptyTiles()): Tiles {
  const { files } = content;
  return {
    get: async (path) => {
      requirePlainPath(path);
      return files.get(path) ?? null;
    },
    put: async (path, bytes) => {
      requirePlainPath(path);
      if (isReplaceable(path)) throw new PathRefused(path, 'it is not immutable');
      const existing = files.get(path);
      if (existing === undefined) files.set(path, Buffer.from(bytes));
      else if (Buffer.compare(existing, bytes) !== 0) throw new TileConflict(path);
      return existing === undefined ? 'stored' : 'exists';
    },
    replace: async (path, bytes) => {
      requirePlainPath(path);
      if (!isReplaceable(path)) throw new PathRefused(path, 'it is immutable');
      files.set(path, Buffer.from(bytes));
    },
    remove: async (path) => {
      requirePlainPath(path);
      if (!isPartial(path) && !isReplaceable(path)) throw new PathRefused(path, 'only partial tiles and state may be removed');
      files.delete(path);
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((path) => path.startsWith(prefix));
    },
    readHead: async () => content.head,
    moveHead: async (expected, next) => {
      const unchanged = content.head === null ? expected === null : expected !== null && Buffer.compare(content.head, expected) === 0;
      if (!unchanged) throw new HeadMoved();
      content.head = Buffer.from(next);
    },
    claim: async () => {
      if (content.claimed) throw new WriterBusy('this test');
      content.claimed = true;
      return async () => {
        content.claimed = false;
      };
    },
  };
}
