import { parseCheckpoint } from './checkpoint.ts';
import { completeBatch, type LogState } from './commit-batch.ts';
import { LogInconsistent } from './errors.ts';
import { equalBytes, hashLeaf } from './hash.ts';
import { leafPosition } from './leaf.ts';
import { decodeHead, NO_HEAD } from './log-head.ts';
import { subtreeHash } from './make-proof.ts';
import type { VerifierKey } from './note-key.ts';
import { type Note, openNote, parseNote } from './note.ts';
import type { LogSource, LogTiles } from './ports.ts';
import { nodesFrom, readBundle, readTile } from './read-tiles.ts';
import { StreamIndex } from './stream-index.ts';
import { TILE_WIDTH, tileWidth } from './tile-path.ts';
import { readEdge } from './tree-edge.ts';

/** Where the index is kept between starts. It may be lost: the entries tell the same. */
export const INDEX_PATH = 'state/index';

export interface OpenedLog {
  readonly state: LogState;
  /** The published checkpoint if it is up to date, with whatever cosignatures it bears. */
  readonly published: Note | null;
}

/**
 * Reads where the log stands, finishes what a crash left, and checks that head, tiles, last entries and the published
 * checkpoint say the same. Throws LogInconsistent when they do not.
 */
export async function openLog(tiles: LogTiles, key: VerifierKey): Promise<OpenedLog> {
  const state = await completeBatch(tiles, await readState(tiles));
  return { state, published: await readPublishedNote(tiles, state, key) };
}

const ATTEMPTS = 5;

/**
 * Would the sequencer go on from here? Answers what it would say if not, else null. Writes nothing, and may be asked
 * beside a sequencer that works: what it reads while the head moves is read again.
 */
export async function inspectLog(tiles: LogTiles, key: VerifierKey): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await tiles.readHead();
    try {
      const state = await readState(tiles);
      if (state.head.pending === null) await readPublishedNote(tiles, state, key);
      return null;
    } catch (error) {
      if (!(error instanceof LogInconsistent)) throw error;
      const moved = !equalBytes(before ?? Buffer.of(), (await tiles.readHead()) ?? Buffer.of());
      if (!moved || attempt === ATTEMPTS) return error.message;
    }
  }
}

async function readState(tiles: LogTiles): Promise<LogState> {
  const bytes = await tiles.readHead();
  const head = bytes === null ? NO_HEAD : decodeHead(bytes);
  const end = await reading(`The head says size ${head.size}, but the tiles do not bear it out`, async () => {
    const edge = await readEdge(tiles, head.size);
    return { edge, tail: await readTail(tiles, head.size) };
  });
  if (end.edge.root().toString('hex') !== head.root) {
    throw new LogInconsistent(`The head says size ${head.size} and root ${head.root}, but the tiles give ${end.edge.root().toString('hex')}`);
  }
  end.tail.forEach((entry, at) => {
    if (!equalBytes(hashLeaf(entry), end.edge.hashesAt(0).subarray(at * 32, at * 32 + 32))) {
      throw new LogInconsistent(`Entry ${head.size - end.tail.length + at} is not what its leaf hash says`);
    }
  });
  return { head, end };
}

/** A checkpoint that was signed binds the log: it must be the tree's root at its size. */
async function readPublishedNote(tiles: LogTiles, { head }: LogState, key: VerifierKey): Promise<Note | null> {
  const bytes = await tiles.get('checkpoint');
  if (bytes === null) return null;
  const { note, origin, size, root } = await reading('The published checkpoint is not signed by this log\'s key', async () => {
    const signed = parseNote(bytes);
    openNote(signed, [key]);
    return { note: signed, ...parseCheckpoint(signed.text) };
  });
  if (origin !== key.name) throw new LogInconsistent(`The published checkpoint is of the log ${origin}, not of ${key.name}`);
  if (size > head.size) throw new LogInconsistent(`The published checkpoint says size ${size}, but the head only ${head.size}`);
  const own = await rootAt(tiles, size);
  if (!equalBytes(own, root)) throw new LogInconsistent(`The published checkpoint has another root than the tiles at size ${size}`);
  return size === head.size ? note : null;
}

/** The index of every event in a log of `size`: as it was kept, plus the entries since. Throws LogInconsistent where these do not fit. */
export async function readIndex(source: LogSource, size: number): Promise<StreamIndex> {
  const index = (await readKeptIndex(source, size)) ?? new StreamIndex();
  for (let bundle = Math.floor(index.size / TILE_WIDTH); bundle * TILE_WIDTH < size; bundle += 1) {
    const width = tileWidth(size, 0, bundle);
    const { entries, hashes } = await reading(`Entries from ${bundle * TILE_WIDTH} on do not read`, async () => ({
      entries: await readBundle(source, bundle, width),
      hashes: await readTile(source, { level: 0, index: bundle, width }),
    }));
    entries.forEach((entry, at) => {
      if (bundle * TILE_WIDTH + at < index.size) return;
      const position = leafPosition(entry);
      const hashed = equalBytes(hashLeaf(entry), hashes.subarray(at * 32, at * 32 + 32));
      if (!hashed || position === null || !index.add(position.stream, position.version)) {
        throw new LogInconsistent(`Entry ${index.size} is not the next event of its stream, or not what its leaf hash says`);
      }
    });
  }
  return index;
}

/** The index as it was kept, if it is of this very log and not of a later state. */
async function readKeptIndex(source: LogSource, size: number): Promise<StreamIndex | null> {
  const bytes = await source.get(INDEX_PATH);
  const kept = bytes === null ? null : StreamIndex.decode(bytes);
  if (kept === null || kept.index.size > size) return null;
  const root = await rootAt(source, kept.index.size).catch((error: unknown) => {
    if (error instanceof LogInconsistent) return null;
    throw error;
  });
  return root?.toString('hex') === kept.root ? kept.index : null;
}

/** The entries of the bundle that is not full yet. */
async function readTail(source: LogSource, size: number): Promise<Buffer[]> {
  const width = size % TILE_WIDTH;
  return width === 0 ? [] : readBundle(source, Math.floor(size / TILE_WIDTH), width);
}

/** Root of the first `size` entries, from the tiles. */
async function rootAt(source: LogSource, size: number): Promise<Buffer> {
  return reading(`The tiles lack the tree of size ${size}`, async () =>
    Buffer.from(await subtreeHash({ from: 0, to: size }, nodesFrom(source, size))));
}

/** What does not read as it should is an inconsistency; that nobody answered is not. */
async function reading<T>(why: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'LOG_MALFORMED' || code === 'NOTE_REFUSED') throw new LogInconsistent(why, { cause });
    throw cause;
  }
}
