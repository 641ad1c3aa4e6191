import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BagBucket } from '../../gateways/aws/bag-bucket.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import type { ExportJobs } from '../../gateways/records/export-jobs.ts';
import { exportLedger, type ExportDeps, type ExportLog } from '../../handlers/export.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import { zipSink } from '../../ledger/export/zip-sink.ts';
import { decodeHead, NO_HEAD } from '../../ledger/log/log-head.ts';
import { readIndex } from '../../ledger/log/open-log.ts';
import type { SequencerOptions } from '../../ledger/log/sequencer.ts';
import type { StreamIndex } from '../../ledger/log/stream-index.ts';
import type { ExportOrder } from './exports.ts';
import { KEPT_MS } from './kept-bags.ts';
import { logKeyOf } from './transparency.ts';

const MINUTE = 60_000;
/** What was recorded within this time may not be in the log yet. */
const RECENT_MS = 15 * MINUTE;

export interface ExportJobDeps extends ExportDeps {
  readonly jobs: ExportJobs;
  readonly bags: BagBucket;
}

/**
 * Makes one bag: on disk, then into the bucket with whose it is, and last the word that it can be had. Repeating it is
 * harmless: what is made is not made again. `lastAttempt`: what then fails is told as failed.
 */
export async function makeBag(deps: ExportJobDeps, { exportId, request }: ExportOrder, lastAttempt: boolean): Promise<void> {
  const { jobs, bags, clock, store } = deps;
  const { actor } = request;
  const job = await jobs.get(exportId);
  if (job === null || job.state.state !== 'making') return;
  const began = clock();
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  try {
    const file = join(folder, 'bag.zip');
    const zip = zipSink(`kyc-export-${exportId}`, began);
    const written = pipeline(zip.output, createWriteStream(file, { mode: 0o600 }));
    // It is waited for below; until then its failure must not end the process.
    written.catch(() => {});
    const done = await exportLedger(deps, request, exportId, zip.sink);
    zip.end();
    await written;
    if (done.kind === 'refused') {
      await jobs.put(exportId, { actor, state: { state: 'refused', code: done.code, message: done.message } });
      return;
    }
    const { applicantStreams, kind: _, ...made } = done;
    const bytes = await bags.put(exportId, file, applicantStreams);
    // An erasure that began while the bag was made did not find it in the bucket.
    if (await isErasedSince(store, began, new Set(applicantStreams))) {
      await bags.remove(exportId);
      await jobs.put(exportId, { actor, state: { state: 'refused', code: 'ERASURE_REQUESTED', message: 'Somebody in this export was erased meanwhile. Make it again.' } });
      return;
    }
    const expiresAt = new Date(clock().getTime() + KEPT_MS).toISOString();
    await jobs.put(exportId, { actor, state: { state: 'made', ...made, bytes, expiresAt } });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EXPORT_FAILED';
    const final = code === 'EXPORT_TOO_LARGE' || code === 'EXPORT_IMPOSSIBLE';
    if (final && error instanceof Error) await jobs.put(exportId, { actor, state: { state: 'refused', code, message: `${error.message}.` } });
    else if (lastAttempt) await jobs.put(exportId, { actor, state: { state: 'refused', code: 'EXPORT_FAILED', message: 'The export could not be made. Try again later.' } });
    if (!final) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isErasedSince(store: Pick<EventStore, 'since'>, since: Date, streams: ReadonlySet<string>): Promise<boolean> {
  for await (const batch of store.since(since.toISOString())) {
    if (batch.some(({ type, stream }) => type === 'ErasureRequested' && streams.has(stream))) return true;
  }
  return false;
}

/**
 * The log as an export needs it, beside the one function that writes it: instead of sequencing, it waits until the
 * sequencer has taken in what was recorded before. Throws ServiceUnavailable when that takes longer than `waitMs`.
 */
export async function readOnlyLog(parts: SequencerOptions, waitMs = 90_000): Promise<ExportLog> {
  const { tiles, signer, store, clock } = parts;
  let index: StreamIndex | null = null;

  async function refresh(): Promise<StreamIndex> {
    const bytes = await tiles.readHead();
    const { size } = bytes === null ? NO_HEAD : decodeHead(bytes);
    index = await readIndex(tiles, size);
    return index;
  }

  return {
    source: tiles, key: await logKeyOf(parts), signer,
    indexOf: (stream, version) => index?.indexOf(stream, version) ?? null,
    async catchUp() {
      const newest = new Map<string, number>();
      for await (const batch of store.since(new Date(clock().getTime() - RECENT_MS).toISOString())) {
        for (const { stream, version } of batch) newest.set(stream, Math.max(version, newest.get(stream) ?? 0));
      }
      for (let waited = 0; ; waited += 1_000) {
        const known = await refresh();
        if ([...newest].every(([stream, version]) => known.indexOf(stream, version) !== null)) return;
        if (waited >= waitMs) throw new ServiceUnavailable('the log');
        await sleep(1_000);
      }
    },
  };
}
