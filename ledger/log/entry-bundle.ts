import { LogMalformed } from './errors.ts';

/** Bytes of the largest entry: lengths are uint16 (C2SP tlog-tiles). */
export const MAX_ENTRY_SIZE = 65_535;

const LENGTH_SIZE = 2;

/** Entries one after the other, each behind its length as a big-endian uint16. Refuses entries over 65,535 bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + LENGTH_SIZE + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_SIZE) throw new LogMalformed('entry bundle', 'an entry does not fit a 16-bit length');
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/** The entries of a bundle, as views into it. Refuses a bundle that does not hold exactly `width` entries. */
export function decodeBundle(bundle: Uint8Array, width: number): Buffer[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + LENGTH_SIZE > bytes.length) throw new LogMalformed('entry bundle', 'it ends within a length');
    const end = at + LENGTH_SIZE + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new LogMalformed('entry bundle', 'it ends within an entry');
    entries.push(bytes.subarray(at + LENGTH_SIZE, end));
    at = end;
  }
  if (entries.length !== width) {
    throw new LogMalformed('entry bundle', `it holds ${entries.length} entries instead of ${width}`);
  }
  return entries;
}
