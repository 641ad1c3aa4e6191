import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { isNamed, orUnavailable, statusOf } from './errors.ts';
import { getObject, listKeys, type Bucket } from './objects.ts';
import { createRawBucket } from './raw-bucket.ts';

/** Where finished exports wait to be fetched. Nothing in it is locked: what it holds is personal, and made again at will. */
export interface BagBucket {
  /** Keeps the archive in `file`, and beside it whose records are in it. Answers its size in bytes. */
  put(exportId: string, file: string, streams: readonly string[]): Promise<number>;
  /** An address at which the archive can be had, without anything else, for some seconds; null when it is not there. */
  address(exportId: string, fileName: string, seconds: number): Promise<string | null>;
  /** What is kept: since when, and whose records each holds. */
  kept(): AsyncIterable<{ readonly exportId: string; readonly streams: ReadonlySet<string>; readonly at: string }>;
  remove(exportId: string): Promise<number>;
}

const SERVICE = 'the exports bucket';
const prefixOf = (exportId: string): string => `bags/${exportId}/`;

export function createBagBucket(place: Bucket & { readonly clock: () => Date }): BagBucket {
  const { client, bucket, clock } = place;
  const whole = createRawBucket(place);
  return {
    put: (exportId, file, streams) => orUnavailable(SERVICE, async () => {
      const { size } = await stat(file);
      // First whose it is: whoever erases one of them in this very moment finds the bag by it.
      const contents = JSON.stringify({ at: clock().toISOString(), streams });
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefixOf(exportId)}contents.json`, Body: contents, ContentType: 'application/json' }));
      await client.send(new PutObjectCommand({
        Bucket: bucket, Key: `${prefixOf(exportId)}bag.zip`, Body: createReadStream(file), ContentLength: size, ContentType: 'application/zip', ChecksumSHA256: await checksumOf(file),
      }));
      return size;
    }),

    address: (exportId, fileName, seconds) => orUnavailable(SERVICE, async () => {
      const Key = `${prefixOf(exportId)}bag.zip`;
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      } catch (error) {
        if (isNamed(error, 'NotFound', 'NoSuchKey') || statusOf(error) === 404) return null;
        throw error;
      }
      const command = new GetObjectCommand({ Bucket: bucket, Key, ResponseContentDisposition: `attachment; filename="${fileName}"`, ResponseContentType: 'application/zip', ResponseCacheControl: 'no-store' });
      return getSignedUrl(client, command, { expiresIn: seconds });
    }),

    async *kept() {
      const keys = await orUnavailable(SERVICE, () => Array.fromAsync(listKeys(place, 'bags/')));
      for (const key of keys) {
        const exportId = /^bags\/([0-9a-f-]{36})\/contents\.json$/.exec(key)?.[1];
        const found = exportId === undefined ? null : await orUnavailable(SERVICE, () => getObject(place, key));
        if (exportId === undefined || found === null) continue;
        const { at, streams } = JSON.parse(Buffer.from(found.bytes).toString()) as { at: string; streams: string[] };
        yield { exportId, at, streams: new Set(streams) };
      }
    },

    remove: (exportId) => whole.removeAll(prefixOf(exportId)),
  };
}

/** Given with the request, S3 refuses what did not arrive whole. */
async function checksumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}
