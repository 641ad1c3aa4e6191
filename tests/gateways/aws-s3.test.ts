import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3EvidenceStore } from '../../gateways/evidence-store/s3.ts';
import { HeadMoved, TileConflict, WriterBusy } from '../../gateways/tiles/errors.ts';
import { s3Tiles } from '../../gateways/tiles/s3.ts';
import { describeEvidenceStoreContract } from '../contracts/evidence-store.ts';
import { describeTilesContract } from '../contracts/tiles.ts';
import { s3Service } from '../support/aws/s3.ts';
import { clientAt, startStandIn, type StandIn } from '../support/aws/stand-in.ts';

const clientFor = ({ endpoint }: StandIn): S3Client => new S3Client({ ...clientAt(endpoint), forcePathStyle: true });
const bytes = (text: string): Uint8Array => Buffer.from(text);

describeEvidenceStoreContract('S3', async () => createS3EvidenceStore({ client: clientFor(await startStandIn(s3Service({ pageSize: 3 }))), bucket: 'evidence' }));

describeTilesContract('S3', async () => {
  const standIn = await startStandIn(s3Service({ pageSize: 2 }));
  const client = clientFor(standIn);
  return {
    open: () => s3Tiles({ client, bucket: 'tiles' }),
    close: async () => {
      client.destroy();
      await standIn.close();
    },
  };
});

describe('S3 evidence and tiles, when the service', () => {
  let s3: ReturnType<typeof s3Service>;
  let standIn: StandIn;
  let client: S3Client;
  beforeEach(async () => {
    s3 = s3Service();
    standIn = await startStandIn(s3);
    client = clientFor(standIn);
  });
  afterEach(async () => {
    client.destroy();
    await standIn.close();
  });

  it('holds an object under Object Lock, answers false to a deletion and keeps the bytes', async () => {
    const locked = createS3EvidenceStore({ client, bucket: 'evidence', lock: { mode: 'COMPLIANCE', days: 30 } });
    await locked.put('applicant-1/document', bytes('sealed'));
    const put = standIn.asked.find(({ method }) => method === 'PUT');
    expect(put?.headers['x-amz-object-lock-mode']).toBe('COMPLIANCE');
    const days = (Date.parse(String(put?.headers['x-amz-object-lock-retain-until-date'])) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(30, 1);
    expect(await locked.delete('applicant-1/document')).toBe(false);
    expect(await locked.get('applicant-1/document')).not.toBeNull();
  });

  it('deletes the version itself and not only the name, leaving nothing to read', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    await store.put('applicant-1/document', bytes('sealed'));
    expect(await store.delete('applicant-1/document')).toBe(true);
    expect(standIn.asked.at(-1)?.url.searchParams.get('versionId')).toMatch(/^[\w-]+$/);
    expect(s3.objects.size).toBe(0);
  });

  it('sees two conditional writes at once (409 ConditionalRequestConflict), tries again', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    s3.conflict(2);
    expect(await store.put('applicant-1/document', bytes('x'))).toBe('stored');
  });

  it('goes on with 409 ConditionalRequestConflict, is asked five times, then says ServiceUnavailable', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    s3.conflict(100);
    await expect(store.put('applicant-1/document', bytes('x'))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(standIn.asked.filter(({ method }) => method === 'PUT')).toHaveLength(5);
  });

  it('has the key already (412 PreconditionFailed), keeps the first bytes and is not asked again', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    await store.put('applicant-1/document', bytes('first'));
    expect(await store.put('applicant-1/document', bytes('second'))).toBe('exists');
    expect(Buffer.from((await store.get('applicant-1/document')) ?? []).toString()).toBe('first');
    expect(standIn.asked.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
  });

  it('refuses to be read (403 AccessDenied), never takes that for a key that is not there', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    standIn.fault(1, { status: 403, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>AccessDenied</Code></Error>' });
    await expect(store.get('applicant-1/document')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('has an outage (503 SlowDown) that outlasts the retries, says ServiceUnavailable', async () => {
    const store = createS3EvidenceStore({ client, bucket: 'evidence' });
    standIn.fault(6, { status: 503, body: '<Error><Code>SlowDown</Code></Error>' });
    await expect(store.get('applicant-1/document')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'the evidence bucket' });
    expect(standIn.asked).toHaveLength(6);
    expect(await store.get('applicant-1/document')).toBeNull();
  });

  it('loses the answer to a head that was written (500 after the write), knows that it was written', async () => {
    let lost = 1;
    const losing = await startStandIn(async (asked) => {
      const answer = await s3(asked);
      if (asked.method !== 'PUT' || lost === 0) return answer;
      lost -= 1;
      return { status: 500 };
    });
    const tiles = s3Tiles({ client: clientFor(losing), bucket: 'tiles' });
    await tiles.moveHead(null, bytes('one'));
    expect(losing.asked.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    await expect(tiles.moveHead(null, bytes('two'))).rejects.toThrow(HeadMoved);
    expect(Buffer.from((await tiles.readHead()) ?? []).toString()).toBe('one');
    await losing.close();
  });

  it('locks what is final in the log and nothing that still changes', async () => {
    const tiles = s3Tiles({ client, bucket: 'tiles', lock: { mode: 'GOVERNANCE', days: 10 } });
    await tiles.put('tile/0/000', bytes('full'));
    await tiles.put('tile/0/001.p/7', bytes('partial'));
    await tiles.moveHead(null, bytes('head'));
    await tiles.replace('checkpoint', bytes('note'));
    const locked = standIn.asked.filter(({ headers }) => headers['x-amz-object-lock-mode'] !== undefined).map(({ url }) => url.pathname);
    expect(locked).toEqual(['/tiles/tile/0/000']);
    await expect(tiles.put('tile/0/000', bytes('other'))).rejects.toThrow(TileConflict);
  });

  it('kept the claim of a writer that died, lets the next one in when the lease is over, not before', async () => {
    const claim = (until: number) => new PutObjectCommand({ Bucket: 'tiles', Key: 'claim', Body: JSON.stringify({ holder: 'dead', until }) });
    const heir = s3Tiles({ client, bucket: 'tiles' });
    await client.send(claim(Date.now() + 60_000));
    await expect(heir.claim()).rejects.toThrow(WriterBusy);
    await client.send(claim(Date.now() - 1));
    await (await heir.claim())();
  });
});
