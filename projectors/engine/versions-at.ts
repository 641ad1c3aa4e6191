import { leafPosition } from '../../ledger/log/leaf.ts';
import { readPublished } from '../../ledger/log/log-reader.ts';
import type { VerifierKey } from '../../ledger/log/note-key.ts';
import type { LogSource } from '../../ledger/log/ports.ts';
import { readBundle } from '../../ledger/log/read-tiles.ts';
import { TILE_WIDTH, tileWidth } from '../../ledger/log/tile-path.ts';
import { ProjectorError } from '../errors.ts';

/**
 * How far each stream had come when the log had `index` events: the first `index` entries of the one global order.
 * `size` is the log's. Throws EVENT_MISSING for an index that the log has not reached.
 */
export async function versionsAt(source: LogSource, size: number, index: number): Promise<ReadonlyMap<string, number>> {
  if (index > size) throw new ProjectorError('EVENT_MISSING', `The log has ${size} events`);
  const versions = new Map<string, number>();
  for (let bundle = 0; bundle * TILE_WIDTH < index; bundle += 1) {
    const entries = await readBundle(source, bundle, tileWidth(size, 0, bundle));
    for (const entry of entries.slice(0, index - bundle * TILE_WIDTH)) {
      const position = leafPosition(entry);
      if (position === null) throw new ProjectorError('EVENT_MISSING', 'An entry of the log does not read as an event');
      versions.set(position.stream, position.version);
    }
  }
  return versions;
}

/**
 * The same of the log as it is published; `too_large` for an index that it has not reached, with its size (0 while there is
 * no log). Throws NoteRefused or LogMalformed when the checkpoint is not one that `key` signed.
 */
export async function publishedVersionsAt(source: LogSource, key: VerifierKey, index: number): Promise<PublishedVersions> {
  const size = (await readPublished(source, key))?.size ?? 0;
  return index > size ? { kind: 'too_large', size } : { kind: 'known', versions: await versionsAt(source, size, index) };
}

export type PublishedVersions =
  | { readonly kind: 'known'; readonly versions: ReadonlyMap<string, number> }
  | { readonly kind: 'too_large'; readonly size: number };
