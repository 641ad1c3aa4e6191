import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNamed, statusOf } from './errors.ts';

/** Object Lock for each object that is put; the bucket has to be made for it. */
export interface ObjectLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

export interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
}

export interface FoundObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

export async function getObject({ client, bucket }: Bucket, key: string): Promise<FoundObject | null> {
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = await answer.Body?.transformToByteArray();
    return { bytes: bytes ?? new Uint8Array(), etag: answer.ETag ?? '' };
  } catch (error) {
    if (isNamed(error, 'NoSuchKey', 'NotFound')) return null;
    throw error;
  }
}

const CONFLICTS = 5;

/** Where the object must not be there yet (`null`), or must still have this ETag. */
export async function putWhere({ client, bucket }: Bucket, key: string, bytes: Uint8Array, etag: string | null, lock?: ObjectLock): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new PutObjectCommand({
        Bucket: bucket, Key: key, Body: bytes, ContentLength: bytes.length, ContentType: 'application/octet-stream',
        ...(etag === null ? { IfNoneMatch: '*' } : { IfMatch: etag }),
        ...(lock !== undefined && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(Date.now() + lock.days * 86_400_000) }),
      }));
      return true;
    } catch (error) {
      if (isNamed(error, 'PreconditionFailed') || statusOf(error) === 412) return false;
      // An ETag to match and no such object: it is not what it was either.
      if (etag !== null && statusOf(error) === 404 && isNamed(error, 'NoSuchKey', 'NotFound')) return false;
      // Two conditional writes at once: S3 asks the loser to try again (ConditionalRequestConflict).
      if (statusOf(error) !== 409 || attempt === CONFLICTS) throw error;
      await sleep(50 * attempt * Math.random());
    }
  }
}

/** Keys below `prefix` in the order of their UTF-8 bytes. */
export async function* listKeys({ client, bucket }: Bucket, prefix: string): AsyncGenerator<string> {
  let from: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(from !== undefined && { ContinuationToken: from }) }));
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    from = page.NextContinuationToken;
  } while (from !== undefined);
}
