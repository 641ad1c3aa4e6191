import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../http/problem.ts';
import type { ReceivedUpload, ReceiveUpload } from './upload.ts';

const folderPrefix = 'upload-';
/** Text fields, boundaries and part headers, beside the file itself. */
const overheadBytes = 64 * 1024;

/**
 * Receives into a folder of its own below `parent` (created with mode 0700), under a name of our own.
 * Memory stays flat: the parser and the disk slow the client down.
 */
export function receiveToDisk(parent: string): ReceiveUpload {
  return async (request, { maxBytes }) => {
    const contentType = request.headers.get('content-type') ?? '';
    if (!/^multipart\/form-data\s*;/i.test(contentType)) throw new Problem(415, 'NOT_A_FORM', 'Send multipart/form-data.');
    if (Number(request.headers.get('content-length') ?? 0) > maxBytes + overheadBytes) throw tooLarge(maxBytes);
    if (request.body === null) throw malformed();
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(parent, folderPrefix));
    const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      return { ...(await receive(request.body, contentType, join(folder, 'file'), maxBytes)), dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  };
}

/** Removes what a crash left below `parent`. For the start of the platform, before anything is received. */
export async function removeLeftovers(parent: string): Promise<number> {
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => name.startsWith(folderPrefix));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
  return left.length;
}

type Part = Omit<ReceivedUpload, 'fields' | 'dispose'>;

async function receive(body: ReadableStream<Uint8Array>, contentType: string, path: string, maxBytes: number): Promise<Omit<ReceivedUpload, 'dispose'>> {
  const parser = makeParser(contentType, maxBytes);
  const fields: Record<string, string> = Object.create(null);
  const written: { readonly stream: BusboyFileStream; readonly part: Promise<Part> }[] = [];
  const stop = (problem: Problem): void => {
    parser.destroy(problem);
  };

  parser.on('field', (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || valueTruncated) stop(new Problem(413, 'FIELD_TOO_LARGE', 'A text field is too large.'));
    else if (Object.hasOwn(fields, name)) stop(new Problem(422, 'FIELD_TWICE', 'A text field comes twice.'));
    else fields[name] = value;
  });
  parser.on('file', (field, stream, fileName, _encoding, declaredMediaType) => {
    if (field !== 'file') {
      stream.resume();
      stop(new Problem(422, 'FILE_FIELD_UNKNOWN', 'Send the file in the field named file.'));
      return;
    }
    const part = write(stream, path, maxBytes).then((each) => ({ ...each, fileName, declaredMediaType }));
    part.catch((error: unknown) => stop(error instanceof Problem ? error : malformed(error)));
    written.push({ stream, part });
  });
  parser.on('filesLimit', () => stop(new Problem(422, 'SEVERAL_FILES', 'Send exactly one file.')));
  parser.on('fieldsLimit', () => stop(new Problem(422, 'TOO_MANY_FIELDS', 'The form has too many fields.')));
  parser.on('partsLimit', () => stop(new Problem(422, 'TOO_MANY_FIELDS', 'The form has too many parts.')));

  try {
    await pipeline(Readable.fromWeb(body), countUpTo(maxBytes), parser);
  } catch (error) {
    // The parser does not end its file when the client goes away. Wait for it, so that nothing is written any more.
    for (const { stream } of written) stream.destroy();
    await Promise.allSettled(written.map(({ part }) => part));
    throw error instanceof Problem ? error : malformed(error);
  }
  const parts = await Promise.all(written.map(({ part }) => part));
  const first = parts[0];
  if (first === undefined) throw new Problem(422, 'NO_FILE', 'The form has no file.', { errors: [{ pointer: '#/file', detail: 'is missing' }] });
  return { fields: { ...fields }, ...first };
}

function makeParser(contentType: string, maxBytes: number): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        files: 1, fields: 10, parts: 11, fieldNameSize: 100, fieldSize: 4096, headerPairs: 20, headerSize: 8192,
        // One more than allowed, so that a file of exactly the limit is not taken for a longer one that was cut.
        fileSize: maxBytes + 1,
      },
      isPartAFile: (field, _contentType, fileName) => field === 'file' || fileName !== undefined,
    });
  } catch (error) {
    throw malformed(error);
  }
}

async function write(stream: BusboyFileStream, path: string, maxBytes: number): Promise<Omit<Part, 'fileName' | 'declaredMediaType'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge(maxBytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(stream, meter, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { path, bytes, sha256: digest(hash) };
}

const digest = (hash: Hash): string => hash.digest('hex');

/** The whole body has a limit too: a form may hide as much between its parts as in them. */
function countUpTo(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done): void {
      bytes += chunk.length;
      if (bytes > maxBytes + overheadBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

const tooLarge = (maxBytes: number): Problem => new Problem(413, 'FILE_TOO_LARGE', `A file may have at most ${maxBytes} bytes.`);
const malformed = (cause?: unknown): Problem => new Problem(400, 'FORM_MALFORMED', 'The form cannot be read, or broke off.', { cause });
