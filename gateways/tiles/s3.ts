import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { orUnavailable } from '../aws/errors.ts';
import { getObject, listKeys, putWhere, type FoundObject, type ObjectLock } from '../aws/objects.ts';
import { HeadMoved, PathRefused, TileConflict, WriterBusy } from './errors.ts';
import { AREAS, isPartial, isReplaceable, requirePlainPath } from './paths.ts';
import type { Tiles } from './port.ts';

export interface S3TilesOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** For what is final: full tiles, full bundles and anchors. Head, checkpoint, state and partial tiles go on changing. */
  readonly lock?: ObjectLock;
  /** How long a writer that no longer says so is taken to be alive. 60,000 when left out. */
  readonly leaseMs?: number;
}

const SERVICE = 'the bucket of the log';
const HEAD = 'head';
const CLAIM = 'claim';
const Claim = z.object({ holder: z.string(), until: z.number() });

/**
 * Tiles in S3 by the paths of the specification. What is immutable is written with If-None-Match, the head with If-Match
 * on the ETag of what was expected: S3 itself lets one writer win. The claim is a lease: a writer that was frozen and
 * wakes up after another took over is stopped by the head.
 */
export function s3Tiles({ client, bucket, lock, leaseMs = 60_000 }: S3TilesOptions): Tiles {
  const place = { client, bucket };
  const read = (key: string) => orUnavailable(SERVICE, () => getObject(place, key));

  async function put(path: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    requirePlainPath(path);
    if (isReplaceable(path)) throw new PathRefused(path, 'it is not immutable');
    const held = isPartial(path) ? undefined : lock;
    if (await orUnavailable(SERVICE, () => putWhere(place, path, bytes, null, held))) return 'stored';
    const existing = await read(path);
    if (!same(existing, bytes)) throw new TileConflict(path);
    return 'exists';
  }

  async function replace(path: string, bytes: Uint8Array): Promise<void> {
    requirePlainPath(path);
    if (!isReplaceable(path)) throw new PathRefused(path, 'it is immutable');
    // Readers of the checkpoint go by its content, and are not to be shown an old one by a cache.
    const command = new PutObjectCommand({ Bucket: bucket, Key: path, Body: bytes, ContentLength: bytes.length, CacheControl: 'no-cache' });
    await orUnavailable(SERVICE, () => client.send(command));
  }

  async function remove(path: string): Promise<void> {
    requirePlainPath(path);
    if (!isPartial(path) && !isReplaceable(path)) throw new PathRefused(path, 'only partial tiles and state may be removed');
    await orUnavailable(SERVICE, () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: path })));
  }

  async function* list(prefix: string): AsyncIterable<string> {
    const keys = listKeys(place, prefix);
    for (;;) {
      const next = await orUnavailable(SERVICE, () => keys.next());
      if (next.done === true) return;
      if (next.value === 'checkpoint' || AREAS.some((area) => next.value.startsWith(area))) yield next.value;
    }
  }

  async function moveHead(expected: Uint8Array | null, next: Uint8Array): Promise<void> {
    const found = await read(HEAD);
    const unchanged = expected === null ? found === null : same(found, expected);
    if (!unchanged) throw new HeadMoved();
    if (await orUnavailable(SERVICE, () => putWhere(place, HEAD, next, found?.etag ?? null))) return;
    // The answer to a write that went through may have been lost and the write repeated.
    if (!same(await read(HEAD), next)) throw new HeadMoved();
  }

  async function claim(): Promise<() => Promise<void>> {
    const holder = randomUUID();
    const lease = () => Buffer.from(JSON.stringify({ holder, until: Date.now() + leaseMs }));
    const found = await read(CLAIM);
    const kept = found === null ? null : Claim.parse(JSON.parse(Buffer.from(found.bytes).toString()));
    if (kept !== null && kept.until > Date.now()) throw new WriterBusy(kept.holder);
    if (!(await orUnavailable(SERVICE, () => putWhere(place, CLAIM, lease(), found?.etag ?? null)))) throw new WriterBusy('another');
    const renewal = setInterval(() => void renew().catch(() => undefined), leaseMs / 3);
    renewal.unref();

    async function renew(): Promise<void> {
      const mine = await getObject(place, CLAIM);
      if (mine !== null && heldBy(mine, holder)) await putWhere(place, CLAIM, lease(), mine.etag);
      else clearInterval(renewal);
    }

    return async () => {
      clearInterval(renewal);
      const mine = await read(CLAIM);
      if (mine === null || !heldBy(mine, holder)) return;
      const ended = Buffer.from(JSON.stringify({ holder, until: 0 }));
      await orUnavailable(SERVICE, () => putWhere(place, CLAIM, ended, mine.etag));
    };
  }

  return {
    get: async (path) => {
      requirePlainPath(path);
      return (await read(path))?.bytes ?? null;
    },
    put,
    replace,
    remove,
    list,
    readHead: async () => (await read(HEAD))?.bytes ?? null,
    moveHead,
    claim,
  };
}

function same(found: FoundObject | null, bytes: Uint8Array): boolean {
  return found !== null && Buffer.compare(found.bytes, bytes) === 0;
}

function heldBy(found: FoundObject, holder: string): boolean {
  return Claim.parse(JSON.parse(Buffer.from(found.bytes).toString())).holder === holder;
}
