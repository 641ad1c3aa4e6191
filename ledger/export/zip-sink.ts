import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { BagSink } from './bag-sink.ts';

/** Below this, compressing costs more than it saves: a bag has a small proof file for every event. */
const WORTH_COMPRESSING = 4096;
const CHUNK = 64 * 1024;

/** A zip archive that comes out as a stream while the bag goes in, with the bag as its one folder. `end` when it is whole. */
export function zipSink(folder: string, at: Date): { readonly sink: BagSink; readonly output: Readable; end(): void } {
  const zip = new ZipFile();
  return {
    sink: {
      add: async (path, content) => {
        const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
        const name = `${folder}/${path}`;
        const options = { mtime: at, mode: 0o100644 };
        if (bytes.length < WORTH_COMPRESSING || /\.(?:jpe?g|png)$/.test(path)) zip.addBuffer(bytes, name, { ...options, compress: false });
        // As a stream, because a buffer would be compressed in one go, and everything else wait for it.
        else zip.addReadStreamLazy(name, { ...options, size: bytes.length }, (give) => give(null, Readable.from(chunks(bytes), { objectMode: false })));
      },
    },
    output: Readable.from(zip.outputStream),
    end: () => zip.end(),
  };
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += CHUNK) yield bytes.subarray(from, from + CHUNK);
}
