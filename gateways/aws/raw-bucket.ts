import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, type ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { isNamed, orUnavailable, statusOf } from './errors.ts';
import { getObject, listKeys, type Bucket } from './objects.ts';

export interface RawBucket {
  read(key: string): Promise<Uint8Array | null>;
  write(key: string, text: string): Promise<void>;
  keys(prefix: string): Promise<readonly string[]>;
  /** Removes every version below a prefix. Answers how many; what Object Lock holds stays, for the bucket's own rules to remove. */
  removeAll(prefix: string): Promise<number>;
}

const SERVICE = 'the raw bucket';

/** The bucket uploads arrive in: kept only until their sealed copy is recorded. */
export function createRawBucket(place: Bucket): RawBucket {
  const { client, bucket } = place;

  async function remove(Key: string, VersionId: string | undefined): Promise<number> {
    try {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...(VersionId !== undefined && VersionId !== 'null' && { VersionId }) }));
      return 1;
    } catch (error) {
      if (isNamed(error, 'AccessDenied') || statusOf(error) === 403) return 0;
      throw error;
    }
  }

  return {
    read: (key) => orUnavailable(SERVICE, async () => (await getObject(place, key))?.bytes ?? null),
    write: (key, text) => orUnavailable(SERVICE, async () => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' }));
    }),
    keys: (prefix) => orUnavailable(SERVICE, () => Array.fromAsync(listKeys(place, prefix))),
    removeAll: (prefix) => orUnavailable(SERVICE, async () => {
      let count = 0;
      let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | null = {};
      while (from !== null) {
        const page: ListObjectVersionsCommandOutput = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }));
        for (const { Key, VersionId } of [...page.Versions ?? [], ...page.DeleteMarkers ?? []]) if (Key !== undefined) count += await remove(Key, VersionId);
        from = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : null;
      }
      return count;
    }),
  };
}
