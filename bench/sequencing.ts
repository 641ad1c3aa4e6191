import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../events/envelope.ts';
import { folderTiles } from '../gateways/tiles/folder.ts';
import type { NoteSigner } from '../ledger/log/note-key.ts';
import { openSequencer } from '../ledger/log/sequencer.ts';
import { type Bench, flatness, median, type Row } from './bench.ts';

const EVENTS_A_STREAM = 20;
const BATCH = 4096;

/** Before anything is measured: the first thousands are slower only because nothing is compiled yet. */
const WARM_UP = 20_000;
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

export const bench: Bench = {
  name: 'sequencing',
  summary: 'events into the tree of a folder: leaves hashed, tiles and bundles synced to disk, head moved, checkpoint signed',
  async run() {
    await sequence(WARM_UP);
    const rows: Row[] = [];
    for (const events of SIZES) {
      const rounds: Round[] = [];
      for (let turn = 0; turn < Math.min(9, Math.ceil(100_000 / events)); turn += 1) rounds.push(await sequence(events));
      const busy = median(rounds.map((each) => each.busy));
      rows.push({
        events,
        'events/s': Math.round(events / (busy / 1000)),
        'µs an event': round((busy * 1000) / events),
        'next start, s': round(median(rounds.map((each) => each.start)) / 1000),
      });
    }
    return [...rows, flatness(rows, 'µs an event')];
  },
};

/** Milliseconds. */
interface Round {
  readonly busy: number;
  readonly start: number;
}

async function sequence(events: number): Promise<Round> {
  const root = await mkdtemp(join(tmpdir(), 'kyc-bench-log-'));
  const options = { tiles: folderTiles(root), store: emptyStore, signer: makeSigner(), origin: 'bench.example/log', clock: () => new Date() };
  try {
    const sequencer = await openSequencer(options);
    let busy = 0;
    for (let from = 0; from < events; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, events - from) }, (_, at) => makeEvent(from + at));
      const started = performance.now();
      await sequencer.sequence(batch);
      busy += performance.now() - started;
    }
    await sequencer.close();
    const started = performance.now();
    await (await openSequencer(options)).close();
    return { busy, start: performance.now() - started };
  } finally {
    await rm(root, { recursive: true });
  }
}

const emptyStore = {
  load: async () => [],
  async *since() {},
};

/** A made-up event of the usual size: about 700 bytes of leaf. */
export function makeEvent(at: number): RecordedEvent {
  const stream = Math.floor(at / EVENTS_A_STREAM);
  const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
  return {
    id: `0195a000-0000-7000-8000-${hex(at, 12)}`,
    stream: `applicant-00000000-0000-4000-8000-${hex(stream, 12)}`,
    version: (at % EVENTS_A_STREAM) + 1,
    type: 'IdDocumentUploaded',
    schemaVersion: 1,
    occurredAt: time,
    recordedAt: time,
    actor: { kind: 'applicant', id: `applicant-${hex(stream, 12)}` },
    correlationId: `case-${hex(stream, 12)}`,
    causationId: null,
    data: {
      documentType: 'passport',
      evidence: {
        key: `applicant-00000000-0000-4000-8000-${hex(stream, 12)}/document-${hex(at, 12)}`,
        sha256: hex(at, 64), bytes: 250_000 + at, mediaType: 'image/jpeg',
      },
    },
    sealed: { alg: 'A256GCM', iv: 'AAAAAAAAAAAAAAAA', ciphertext: 'A'.repeat(160), tag: 'A'.repeat(24), commitment: `${'A'.repeat(43)}=` },
  };
}

/** A fresh Ed25519 key. */
export function makeSigner(): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { sign: async (data) => sign(null, data, privateKey), publicKey: async () => raw };
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
