import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../events/envelope.ts';
import type { Tiles } from '../gateways/tiles/port.ts';
import { folderTiles } from '../gateways/tiles/folder.ts';
import { toItem } from '../ledger/dynamodb/event-item.ts';
import { RecordCorrupt } from '../ledger/errors.ts';
import type { StoredItem } from '../ledger/inventory.ts';
import type { VerifierKey } from '../ledger/log/note-key.ts';
import { openSequencer } from '../ledger/log/sequencer.ts';
import { verifyLog } from '../ledger/log/verify.ts';
import { type Bench, median, type Row, takeTurns } from './bench.ts';
import { makeEvent, makeSigner } from './sequencing.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** A round of the largest log takes minutes. */
const roundsFor = (events: number) => (events > 100_000 ? { rounds: 1, warmUp: 0 } : { rounds: 3, warmUp: 1 });
const EVENTS_A_CASE = 20;
/** Evidence of one case: two photographs, the document reader's answer, the register's answer. By version of its event. */
const EVIDENCE_BYTES: Readonly<Record<number, number>> = { 2: 350_000, 3: 200_000, 4: 30_000, 9: 10_000 };
/** So many cases have evidence of their own; further ones hold the same bytes again, so that memory holds the largest log. */
const DIFFERENT_CASES = 64;

/** The whole log in a folder; its events as stored text in a file, its evidence in memory. */
interface Log {
  readonly tiles: Tiles;
  readonly key: VerifierKey;
  /** A line an item: stream, version, type and body, with tabs between. */
  readonly items: string;
  readonly evidence: ReadonlyMap<string, Buffer>;
  readonly events: number;
}

export const bench: Bench = {
  name: 'verifying',
  summary: 'the whole log against store and evidence on all cores; × is time over SHA-256 of the same bytes on one thread',
  async run() {
    const rows: Row[] = [];
    for (const events of SIZES) {
      for (const withEvidence of [false, true]) rows.push(await measure(events, withEvidence));
    }
    return rows;
  },
};

async function measure(events: number, withEvidence: boolean): Promise<Row> {
  const root = await mkdtemp(join(tmpdir(), 'kyc-bench-verify-'));
  try {
    const log = await makeLog(root, events, withEvidence);
    const bytes = await everything(log);
    const { rounds, warmUp } = roundsFor(events);
    const times = await takeTurns([
      { name: 'sha256', prepare: async () => async () => hashAll(bytes) },
      { name: 'verify', prepare: async () => () => verifyOnce(log) },
    ], rounds, warmUp);
    const [sha256, verification] = [median(times.get('sha256') ?? []), median(times.get('verify') ?? [])];
    return {
      events,
      evidence: withEvidence ? 'yes' : 'no',
      MB: Math.round(bytes.reduce((sum, each) => sum + each.length, 0) / 1e6),
      'SHA-256 ms': Math.round(sha256),
      'verify ms': Math.round(verification),
      'µs an event': Math.round((verification * 1e4) / events) / 10,
      '× SHA-256': Math.round((verification / sha256) * 100) / 100,
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
    return { ...made, data: { documentType: 'passport', evidence: { key, sha256: own.sha256, bytes: own.bytes.length, mediaType: 'image/jpeg' } } };
  }

  for (let at = 0; at < events; at += 1) {
    const { stream, version } = makeEvent(at);
    const own = withEvidence ? shelf[Math.floor(at / EVENTS_A_CASE) % DIFFERENT_CASES]?.[version] : undefined;
    if (own !== undefined) evidence.set(`${stream}/evidence-${version}`, own.bytes);
  }
  const items = join(root, 'items');
  await writeFile(items, lines(events, event));
  const tiles = folderTiles(join(root, 'log'));
  const sequencer = await openSequencer({ tiles, store: { load: async () => [], since }, signer: makeSigner(), origin: 'bench.example/log', clock: () => new Date() });
  await sequencer.catchUp();
  await sequencer.close();
  return { tiles, key: sequencer.key, items, evidence, events };

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

function* lines(events: number, event: (at: number) => RecordedEvent): Generator<string> {
  for (const batch of batches(events, event)) {
    yield batch.map((each) => {
      const { stream, version, type, body } = toItem(each, '');
      return `${[stream, version, type, body].join('\t')}\n`;
    }).join('');
  }
}

/** Items as a store brings them: text that is not parsed yet. */
async function* itemsIn(file: string): AsyncGenerator<StoredItem[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const found = `${rest}${String(chunk)}`.split('\n');
    rest = found.pop() ?? '';
    yield found.map((line) => {
      const [stream = '', version = '', type = '', body = ''] = line.split('\t');
      return { stream, version: Number(version), type, body, indexed: true, read: () => { throw new RecordCorrupt(stream); } };
    });
  }
}

/** Everything verification reads: bundles, tiles, the items of the store, evidence. */
async function everything({ tiles, items, evidence }: Log): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [...evidence.values(), await readFile(items)];
  for await (const path of tiles.list('tile/')) {
    all.push((await tiles.get(path)) ?? new Uint8Array());
  }
  return all;
}

function hashAll(all: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const bytes of all) hash.update(bytes);
  return hash.digest('hex');
}

async function verifyOnce({ tiles, key, items, evidence, events }: Log): Promise<void> {
  const { findings, coverage } = await verifyLog({
    source: tiles,
    logKey: key,
    now: new Date(),
    store: {
      load: async () => [],
      all: () => itemsIn(items),
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
