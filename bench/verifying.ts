import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../events/envelope.ts';
import type { Tiles } from '../gateways/tiles/port.ts';
import { folderTiles } from '../gateways/tiles/folder.ts';
import type { VerifierKey } from '../ledger/log/note-key.ts';
import { openSequencer } from '../ledger/log/sequencer.ts';
import { verifyLog } from '../ledger/log/verify.ts';
import { type Bench, flatness, median, type Row } from './bench.ts';
import { type FilledTable, fillTable, inventoryIn, itemTexts } from './filled-table.ts';
import { makeEvent, makeSigner } from './sequencing.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** Small logs are over before a round says much; a round of the largest takes minutes. */
const roundsFor = (events: number) => (events > 100_000 ? { rounds: 1, warmUp: 0 } : { rounds: events < 100_000 ? 7 : 3, warmUp: 1 });
const EVENTS_A_CASE = 20;
/** Evidence of one case: two photographs, the document reader's answer, the register's answer. By version of its event. */
const EVIDENCE_BYTES: Readonly<Record<number, number>> = { 2: 350_000, 3: 200_000, 4: 30_000, 9: 10_000 };
/** So many cases have evidence of their own; further ones hold the same bytes again, so that memory holds the largest log. */
const DIFFERENT_CASES = 64;
const AT_ONCE = 16 * 1024 * 1024;

/** The whole log in a folder, its events in dynoxide's file, its evidence in memory. */
interface Log {
  readonly tiles: Tiles;
  readonly key: VerifierKey;
  readonly table: FilledTable;
  readonly evidence: ReadonlyMap<string, Buffer>;
  readonly events: number;
}

export const bench: Bench = {
  name: 'verifying',
  summary: 'the whole log against store and evidence on all cores, from the files; × is time over SHA-256 of the same bytes, in memory, on one thread',
  async run() {
    const rows: Row[] = [];
    for (const withEvidence of [false, true]) {
      const measured: Row[] = [];
      for (const events of SIZES) measured.push(await measure(events, withEvidence));
      rows.push(...measured, flatness(measured, 'µs an event'));
    }
    return rows;
  },
};

async function measure(events: number, withEvidence: boolean): Promise<Row> {
  const root = await mkdtemp(join(tmpdir(), 'kyc-bench-verify-'));
  try {
    const log = await makeLog(root, events, withEvidence);
    const { rounds, warmUp } = roundsFor(events);
    const [hashing, verifying]: [number[], number[]] = [[], []];
    let megabytes = 0;
    for (let round = -warmUp; round < rounds; round += 1) {
      const hashed = await hashEverything(log);
      const started = performance.now();
      await verifyOnce(log);
      if (round < 0) continue;
      hashing.push(hashed.milliseconds);
      verifying.push(performance.now() - started);
      megabytes = Math.round(hashed.bytes / 1e6);
    }
    return {
      events,
      evidence: withEvidence ? 'yes' : 'no',
      MB: megabytes,
      'SHA-256 ms': Math.round(median(hashing)),
      'verify ms': Math.round(median(verifying)),
      'µs an event': Math.round((median(verifying) * 1e4) / events) / 10,
      '× SHA-256': Math.round(median(verifying.map((each, round) => each / (hashing[round] ?? Number.NaN))) * 100) / 100,
      'memory MB': Math.round(process.memoryUsage.rss() / 1e6),
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function makeLog(root: string, events: number, withEvidence: boolean): Promise<Log> {
  const shelf = Array.from({ length: DIFFERENT_CASES }, () =>
    Object.fromEntries(Object.entries(EVIDENCE_BYTES).map(([version, length]) => [version, kept(randomBytes(length))])));
  const evidence = new Map<string, Buffer>();

  function event(at: number): RecordedEvent {
    const made = makeEvent(at);
    const own = withEvidence ? shelf[Math.floor(at / EVENTS_A_CASE) % DIFFERENT_CASES]?.[made.version] : undefined;
    if (own === undefined) return { ...made, data: { note: 'x'.repeat(200) } };
    const key = `${made.stream}/evidence-${made.version}`;
    evidence.set(key, own.bytes);
    return { ...made, data: { documentType: 'passport', evidence: { key, sha256: own.sha256, bytes: own.bytes.length, mediaType: 'image/jpeg' } } };
  }

  const table = await fillTable(join(root, 'dynamodb'), batches(events, event));
  const tiles = folderTiles(join(root, 'log'));
  const sequencer = await openSequencer({ tiles, store: { load: async () => [], since }, signer: makeSigner(), origin: 'bench.example/log', clock: () => new Date() });
  await sequencer.catchUp();
  await sequencer.close();
  return { tiles, key: sequencer.key, table, evidence, events };

  async function* since() {
    yield* batches(events, event);
  }
}

function kept(bytes: Buffer) {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function* batches(events: number, event: (at: number) => RecordedEvent): Generator<RecordedEvent[]> {
  for (let from = 0; from < events; from += 500) yield Array.from({ length: Math.min(500, events - from) }, (_, at) => event(from + at));
}

/** SHA-256 of everything that verification reads: bundles, tiles, the items of the store, evidence. Only the hashing is timed. */
async function hashEverything({ tiles, table, evidence }: Log): Promise<{ milliseconds: number; bytes: number }> {
  const hash = createHash('sha256');
  let [milliseconds, bytes, waiting, held]: [number, number, Buffer[], number] = [0, 0, [], 0];
  const flush = () => {
    const piece = Buffer.concat(waiting);
    const started = performance.now();
    hash.update(piece);
    milliseconds += performance.now() - started;
    [bytes, waiting, held] = [bytes + piece.length, [], 0];
  };
  const add = (piece: Buffer) => {
    waiting.push(piece);
    held += piece.length;
    if (held > AT_ONCE) flush();
  };
  for await (const path of tiles.list('tile/')) add(Buffer.from((await tiles.get(path)) ?? ''));
  for (const text of itemTexts(table)) add(Buffer.from(text));
  for (const each of evidence.values()) add(each);
  flush();
  return { milliseconds, bytes };
}

async function verifyOnce({ tiles, key, table, evidence, events }: Log): Promise<void> {
  const { findings, coverage } = await verifyLog({
    source: tiles,
    logKey: key,
    now: new Date(),
    store: {
      load: async () => [],
      ...inventoryIn(table),
    },
    evidence: {
      get: async (name) => evidence.get(name) ?? null,
      async *list() {
        yield* evidence.keys();
      },
    },
  });
  if (findings.length > 0 || coverage.events !== events) throw new Error(`The log does not verify: ${JSON.stringify(findings.slice(0, 3))}`);
}
