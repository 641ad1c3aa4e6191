import type { Bytes } from './bytes.ts';

/** A zip archive that cannot be read. */
export class ZipUnreadable extends Error {
  override readonly name = 'ZipUnreadable';
}

/** One file of an archive. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: () => Promise<Bytes>;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The files of a zip archive by its central directory; stored or deflated, below 4 GB, no encryption. Throws ZipUnreadable. */
export function readZip(archive: Bytes): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = archive.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== endSignature) end -= 1;
  if (end < 0) throw new ZipUnreadable('This is no zip archive, or its end is missing.');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let number = 0; number < count; number += 1) {
    if (at + 46 > archive.length || view.getUint32(at, true) !== entrySignature) throw new ZipUnreadable('The directory of the archive is damaged.');
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const [name, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const local = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + name));
    if (!path.endsWith('/')) entries.push({ path, bytes: () => unpack(archive, view, { path, method, size, local }) });
    at += 46 + name + extra + comment;
  }
  return entries;
}

async function unpack(archive: Bytes, view: DataView, { path, method, size, local }: { readonly path: string; readonly method: number; readonly size: number; readonly local: number }): Promise<Bytes> {
  if (local + 30 > archive.length) throw new ZipUnreadable(`${path} is cut off.`);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = archive.slice(start, start + size);
  if (method === 0) return packed;
  if (method !== 8) throw new ZipUnreadable(`${path} is packed in a way this browser does not know.`);
  try {
    return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
  } catch {
    throw new ZipUnreadable(`${path} is damaged.`);
  }
}
