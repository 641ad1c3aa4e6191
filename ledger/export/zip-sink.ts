import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { BagSink } from './bag-sink.ts';

/** A zip archive that comes out as a stream while the bag goes in, with the bag as its one folder. `end` when it is whole. */
export function zipSink(folder: string, at: Date): { readonly sink: BagSink; readonly output: Readable; end(): void } {
  const zip = new ZipFile();
  return {
    sink: {
      add: async (path, bytes) => {
        const stored = /\.(?:jpe?g|png)$/.test(path);
        zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), `${folder}/${path}`, { mtime: at, mode: 0o100644, compress: !stored });
      },
    },
    output: zip.outputStream as Readable,
    end: () => zip.end(),
  };
}
