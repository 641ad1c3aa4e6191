import { z } from 'zod';
import { Sha256 } from '../../events/vocabulary.ts';
import { sha256 } from './hash.ts';

const Header = z.object({ size: z.int().nonnegative(), root: Sha256 });

/**
 * Where in the log each event is: for each stream the indexes of its versions 1, 2, 3 ... Derived from the entries;
 * 8 bytes an event and some 150 a stream.
 */
export class StreamIndex {
  readonly #streams = new Map<string, number[]>();
  #events = 0;

  /** Events in the index; the size of the log that it describes. */
  get size(): number {
    return this.#events;
  }

  get streams(): Iterable<string> {
    return this.#streams.keys();
  }

  /** The last version of the stream that is in the log; 0 for an unknown stream. */
  lastVersion(stream: string): number {
    return this.#streams.get(stream)?.length ?? 0;
  }

  /** The index of an event in the log; null when it is not in. */
  indexOf(stream: string, version: number): number | null {
    return this.#streams.get(stream)?.[version - 1] ?? null;
  }

  /** Enters the next event; false, and nothing is entered, when its version is not the next of its stream. */
  add(stream: string, version: number): boolean {
    const indexes = this.#streams.get(stream) ?? [];
    if (version !== indexes.length + 1) return false;
    if (version === 1) this.#streams.set(stream, indexes);
    indexes.push(this.#events);
    this.#events += 1;
    return true;
  }

  /** Text that `decode` reads: a checksum, size and root of the log, and a line for each stream with its indexes as differences. */
  encode(root: string): Buffer {
    const lines = [JSON.stringify({ size: this.#events, root })];
    for (const [stream, indexes] of this.#streams) lines.push(`${stream} ${differences(indexes).join(' ')}`);
    const text = `${lines.join('\n')}\n`;
    return Buffer.from(`${sha256(text).toString('hex')}\n${text}`);
  }

  /** The index and the root of the log it is of; null for bytes that are damaged: the index is rebuilt from the log then. */
  static decode(bytes: Uint8Array): { readonly index: StreamIndex; readonly root: string } | null {
    const text = Buffer.from(bytes).toString();
    const split = text.indexOf('\n') + 1;
    const body = text.slice(split);
    if (sha256(body).toString('hex') !== text.slice(0, split - 1)) return null;
    const [header = '', ...lines] = body.trimEnd().split('\n');
    const index = new StreamIndex();
    for (const line of lines) {
      const [stream = '', ...steps] = line.split(' ');
      let at = -1;
      index.#streams.set(stream, steps.map((step) => (at += Number(step))));
      index.#events += steps.length;
    }
    const { size, root } = Header.parse(JSON.parse(header));
    return size === index.size ? { index, root } : null;
  }
}

/** Each index as its distance from the one before; the first from -1. Short where a stream's events lie close together. */
function differences(indexes: readonly number[]): number[] {
  return indexes.map((index, at) => index - (at === 0 ? -1 : (indexes[at - 1] ?? -1)));
}
