import { DeleteObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isNamed, orUnavailable, statusOf } from '../aws/errors.ts';
import { getObject, listKeys, putWhere, type ObjectLock } from '../aws/objects.ts';
import { requireKey, requirePrefix } from './key.ts';
import type { EvidenceStore } from './port.ts';

export interface S3EvidenceOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** For how long nobody can remove what is put; for a bucket made with Object Lock. */
  readonly lock?: ObjectLock;
}

const SERVICE = 'the evidence bucket';

/**
 * Evidence in S3. Writing is conditional (If-None-Match), so the first bytes of a key stay whatever anybody does.
 * Deleting takes the version itself away, not only its name, and answers false while Object Lock holds it: by then
 * its key is destroyed and nobody can read it. Throws EvidenceKeyInvalid, ServiceUnavailable.
 */
export function createS3EvidenceStore({ client, bucket, lock }: S3EvidenceOptions): EvidenceStore {
  const place = { client, bucket };
  return {
    async put(key, bytes) {
      requireKey(key);
      return orUnavailable(SERVICE, async () => ((await putWhere(place, key, bytes, null, lock)) ? 'stored' : 'exists'));
    },

    async get(key) {
      requireKey(key);
      return orUnavailable(SERVICE, async () => (await getObject(place, key))?.bytes ?? null);
    },

    async *list(prefix) {
      requirePrefix(prefix);
      const keys = listKeys(place, prefix);
      for (;;) {
        const next = await orUnavailable(SERVICE, () => keys.next());
        if (next.done === true) return;
        yield next.value;
      }
    },

    async delete(key) {
      requireKey(key);
      return orUnavailable(SERVICE, async () => {
        try {
          const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...(VersionId !== undefined && { VersionId }) }));
          return true;
        } catch (error) {
          if (isNamed(error, 'NotFound', 'NoSuchKey') || statusOf(error) === 404) return true;
          // A version under Object Lock is refused with AccessDenied.
          if (isNamed(error, 'AccessDenied') || statusOf(error) === 403) return false;
          throw error;
        }
      });
    },
  };
}
