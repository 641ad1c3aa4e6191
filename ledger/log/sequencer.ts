import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventStore } from '../event-store.ts';
import { admit, type Admitted, type Held } from './admission.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { commitBatch, type LogState } from './commit-batch.ts';
import { LogInconsistent, SequencerReplaced } from './errors.ts';
import { formatNote, type Note, signNote } from './note.ts';
import { type NoteSignature, type NoteSigner, verifierKey, type VerifierKey } from './note-key.ts';
import { INDEX_PATH, openLog, readIndex } from './open-log.ts';
import type { LogTiles } from './ports.ts';
import type { StreamIndex } from './stream-index.ts';
import { readSweep, type Sweep, writeSweep } from './sweep.ts';

export interface SequencerOptions {
  readonly tiles: LogTiles;
  readonly store: Pick<EventStore, 'load' | 'since'>;
  readonly signer: NoteSigner;
  /** Name of the log in checkpoints and signatures: a URL without scheme, such as `ledger.example/log`. */
  readonly origin: string;
  readonly clock: () => Date;
  /** How far a sweep reaches back before the one before it: longer than clocks differ and writes take. Default 15 minutes. */
  readonly overlapMs?: number;
  /** Most events that one head covers. Default 4,096. */
  readonly batchSize?: number;
}

export interface SequenceResult {
  /** Events that entered the log now. */
  readonly sequenced: number;
  readonly size: number;
  /** Events that may not enter yet; empty unless something is wrong. */
  readonly held: readonly Held[];
}

/** The one writer of the log. Calls may come at any time; they are worked off one after the other. */
export interface Sequencer {
  /** These events are in the store now. A hint: events may come twice, in any order, or not at all. */
  sequence(events: readonly RecordedEvent[]): Promise<SequenceResult>;
  /** Sweeps the store for what no hint brought, since the sweep before; `whole` from the very beginning. */
  catchUp(options?: { readonly whole?: boolean }): Promise<SequenceResult>;
  /** Adds cosignatures to the published checkpoint, if it still is the one of `size`; false when it is not. */
  cosigned(size: number, signatures: readonly NoteSignature[]): Promise<boolean>;
  /** The index of an event in the log; null while it is not in. */
  indexOf(stream: string, version: number): number | null;
  readonly size: number;
  /** The key that verifies this log's checkpoints. */
  readonly key: VerifierKey;
  /** Finishes what is under way, keeps the index, and lets another process sequence. */
  close(): Promise<void>;
}

const DEFAULT_OVERLAP_MS = 15 * 60 * 1000;
const DEFAULT_BATCH_SIZE = 4096;
/** How many events may have to be read again at the next start. */
const INDEX_EVERY = 65_536;
const FATAL = new Set(['HEAD_MOVED', 'TILE_CONFLICT', 'LOG_INCONSISTENT']);

/**
 * Claims the log and brings it in order. Throws WriterBusy (code WRITER_BUSY) while another process sequences,
 * LogInconsistent when head, tiles, entries and checkpoint contradict each other.
 */
export async function openSequencer(options: SequencerOptions): Promise<Sequencer> {
  const { tiles, store, signer, origin, clock } = options;
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
  const key = verifierKey(origin, await signer.publicKey());
  const release = await tiles.claim();

  interface Opened {
    state: LogState;
    readonly index: StreamIndex;
    sweep: Sweep;
    keptIndexAt: number;
  }
  let opened: Opened | null = null;
  let fatal: Error | null = null;
  let note: Note | null = null;
  let hints: RecordedEvent[] = [];
  let drain: Promise<SequenceResult> | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  async function open(): Promise<Opened> {
    const { state, published } = await openLog(tiles, key);
    const index = await readIndex(tiles, state.head.size);
    note = published;
    if (published === null) await publish(state);
    return { state, index, sweep: await readSweep(tiles, state.head.size), keptIndexAt: index.size };
  }

  async function publish({ head }: LogState): Promise<void> {
    const text = formatCheckpoint({ origin, size: head.size, root: Buffer.from(head.root, 'hex') });
    note = await signNote(text, origin, signer);
    await tiles.replace('checkpoint', Buffer.from(formatNote(note)));
  }

  /** One thing at a time. What fails for a passing reason is opened afresh the next time; what is wrong stays wrong. */
  function exclusively<T>(work: (log: Opened) => Promise<T>): Promise<T> {
    const result = queue.then(async () => {
      if (fatal !== null) throw fatal;
      try {
        opened ??= await open();
        return await work(opened);
      } catch (error) {
        opened = null;
        fatal = fatalFrom(error);
        throw fatal ?? error;
      }
    });
    queue = result.catch(() => {});
    return result;
  }

  async function commit(log: Opened, admitted: readonly Admitted[]): Promise<void> {
    for (let from = 0; from < admitted.length; from += batchSize) {
      const batch = admitted.slice(from, from + batchSize);
      log.state = await commitBatch(tiles, log.state, batch.map(({ leaf }) => leaf));
      for (const { stream, version } of batch) log.index.add(stream, version);
      await publish(log.state);
      if (log.index.size - log.keptIndexAt >= INDEX_EVERY) await keepIndex(log);
    }
  }

  async function keepIndex(log: Opened): Promise<void> {
    await tiles.replace(INDEX_PATH, log.index.encode(log.state.head.root));
    log.keptIndexAt = log.index.size;
  }

  async function enter(log: Opened, events: readonly RecordedEvent[]): Promise<{ sequenced: number; held: readonly Held[] }> {
    const { admitted, held } = await admit(events, (stream) => log.index.lastVersion(stream), store);
    await commit(log, admitted);
    return { sequenced: admitted.length, held };
  }

  async function sweepStore(log: Opened, whole: boolean): Promise<SequenceResult> {
    const started = clock().toISOString();
    const held = new Map<string, Held>();
    let sequenced = 0;
    let waiting: RecordedEvent[] = [];
    const flush = async () => {
      const result = await enter(log, waiting);
      waiting = [];
      sequenced += result.sequenced;
      for (const each of result.held) held.set(each.stream, each);
    };
    const from = whole ? BEGINNING : before(log.sweep.until, options.overlapMs ?? DEFAULT_OVERLAP_MS);
    for await (const events of store.since(from)) {
      waiting.push(...events);
      if (waiting.length >= batchSize) await flush();
    }
    await flush();
    const still = [...held.values()].filter(({ stream, version }) => log.index.lastVersion(stream) < version);
    // What is held back must be met again by the next sweep, however long ago it was recorded.
    log.sweep = { until: still.length > 0 ? log.sweep.until : started, size: log.state.head.size };
    await writeSweep(tiles, log.sweep);
    return { sequenced, size: log.state.head.size, held: still };
  }

  async function republish(log: Opened, size: number, signatures: readonly NoteSignature[]): Promise<boolean> {
    if (note === null || log.state.head.size !== size) return false;
    const fresh = signatures.filter(({ name, id }) => note?.signatures.every((each) => each.name !== name || each.id !== id));
    note = { ...note, signatures: [...note.signatures, ...fresh] };
    await tiles.replace('checkpoint', Buffer.from(formatNote(note)));
    return true;
  }

  try {
    await exclusively(async () => {});
  } catch (error) {
    await release();
    throw error;
  }

  return {
    sequence(events) {
      for (const event of events) hints.push(event);
      drain ??= queue.then(() => {
        const waiting = hints;
        [hints, drain] = [[], null];
        return exclusively(async (log) => ({ ...(await enter(log, waiting)), size: log.state.head.size }));
      });
      return drain;
    },
    catchUp: ({ whole = false } = {}) => exclusively((log) => sweepStore(log, whole)),
    cosigned: (size, signatures) => exclusively((log) => republish(log, size, signatures)),
    indexOf: (stream, version) => opened?.index.indexOf(stream, version) ?? null,
    get size() {
      return opened?.state.head.size ?? 0;
    },
    key,
    async close() {
      await queue;
      if (opened !== null && fatal === null) await keepIndex(opened);
      fatal ??= new SequencerReplaced('It was closed');
      await release();
    },
  };
}

const BEGINNING = '1970-01-01T00:00:00.000Z';

function before(time: string | null, overlapMs: number): string {
  return time === null ? BEGINNING : new Date(Math.max(0, Date.parse(time) - overlapMs)).toISOString();
}

/** The error that ends this sequencer for good, if it is one. */
function fatalFrom(error: unknown): Error | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (!(error instanceof Error) || typeof code !== 'string' || !FATAL.has(code)) return null;
  if (code === 'HEAD_MOVED') return new SequencerReplaced('Another process moved the head of the log', { cause: error });
  return code === 'TILE_CONFLICT' ? new LogInconsistent(`${error.message}, although the head does not know it`, { cause: error }) : error;
}
