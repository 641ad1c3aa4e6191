import { availableParallelism } from 'node:os';
import type { EventStore } from '../event-store.ts';
import type { EventInventory } from '../inventory.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { LogMalformed, NoteRefused } from './errors.ts';
import { openExaminers } from './examiners.ts';
import type { Finding, Verification, VerifiedTree } from './findings.ts';
import { equalBytes } from './hash.ts';
import { subtreeHash } from './make-proof.ts';
import type { VerifierKey } from './note-key.ts';
import { openNote, parseNote } from './note.ts';
import type { EvidenceSource, LogSource } from './ports.ts';
import { nodesIn } from './tree-levels.ts';
import { type AnchorTrust, verifyAnchors } from './verify-anchors.ts';
import { readEntries } from './verify-entries.ts';
import { compareEvents } from './verify-events.ts';
import { compareEvidence, evidenceClaims, type FoundEvidence, hashEvidence } from './verify-evidence.ts';
import { readStore } from './verify-store.ts';
import { listTiles, sizeByBundles, verifyStrays } from './verify-strays.ts';
import { verifyTree } from './verify-tree.ts';

export interface VerifyOptions {
  readonly source: LogSource;
  readonly store: Pick<EventStore, 'load'> & EventInventory;
  readonly evidence: EvidenceSource;
  /** The log's own key; its name is the log's origin. */
  readonly logKey: VerifierKey;
  readonly trust?: AnchorTrust;
  /** The tree that the caller verified last; this one must contain it. */
  readonly lastVerified?: VerifiedTree | null;
  readonly now: Date;
  /** How long an event may wait for the sequencer before its absence is a finding. Default 5 minutes. */
  readonly graceMs?: number;
  /** Threads beside this one; 0 for none. Default: one for each further core, at least one. */
  readonly threads?: number;
  /** Called now and then; `total` grows while it becomes known what there is to do. */
  readonly onProgress?: (done: number, total: number) => void;
}

const DEFAULT_GRACE_MS = 5 * 60 * 1000;

/**
 * Verifies the whole log against signature, tiles, event store, evidence, anchors and the last verified tree. What is
 * wrong comes back as findings, each naming one thing; it throws only when a store cannot be reached.
 */
export async function verifyLog(options: VerifyOptions): Promise<Verification> {
  const { source, store, evidence, logKey, now, trust = { witnesses: [], authorities: [] } } = options;
  const keys = [logKey, ...trust.witnesses];
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
  const examiners = openExaminers(threads);
  let [done, total] = [0, 0];
  const progress = (more: number) => options.onProgress?.((done += more), Math.max(total, done));
  try {
    const paths = await listTiles(source);
    const checkpoint = await readCheckpoint(source, keys, report);
    const size = checkpoint?.size ?? sizeByBundles(paths);
    total = 2 * size;
    const found = new Map<string, FoundEvidence>();
    const reading = readEntries(source, size, examiners, report, progress).then(async (read) => {
      total += read.evidence.length;
      await hashEvidence(evidence, read.evidence.map(({ key }) => key), found, progress);
      return read;
    });
    const [entries, table] = await Promise.all([reading, readStore(store, threads, progress)]);
    const tree = await verifyTree(source, entries, checkpoint?.root ?? null, report);
    const rootAt = (at: number) => subtreeHash({ from: 0, to: at }, nodesIn(tree.levels));
    const grace = options.graceMs ?? DEFAULT_GRACE_MS;
    const fresh = { after: now.getTime() - grace, before: now.getTime() + grace };
    const { claimed, ...events } = await compareEvents({ source, store, entries, tree, table, fresh, report });
    const claims = evidenceClaims(entries, tree.alteredEntries, claimed);
    await hashEvidence(evidence, claims.named.map(({ key }) => key), found, progress);
    const kept = await compareEvidence(evidence, claims, found, report);
    const grownTo = Math.max(size, (await readCheckpoint(source, keys, () => {}))?.size ?? 0);
    await verifyStrays(source, paths, size, grownTo, tree.levels, examiners, report);
    const anchored = await verifyAnchors(source, logKey, trust, size, rootAt, report);
    await verifyHistory(options.lastVerified ?? null, size, rootAt, report);
    return {
      findings,
      tree: checkpoint === null ? null : { size, root: Buffer.from(checkpoint.root).toString('hex') },
      coverage: { entries: size, tiles: tree.tiles, ...events, ...kept, ...anchored },
    };
  } finally {
    await examiners.close();
  }
}

/** The published checkpoint, if it is one that this log signed. */
async function readCheckpoint(source: LogSource, keys: readonly VerifierKey[], report: (finding: Finding) => void): Promise<Checkpoint | null> {
  const wrong = (kind: 'altered' | 'missing', detail: string) => {
    report({ kind, what: 'checkpoint', where: 'checkpoint', detail });
    return null;
  };
  const bytes = await source.get('checkpoint');
  if (bytes === null) return wrong('missing', 'the log has no checkpoint');
  try {
    const note = parseNote(bytes);
    const log = openNote(note, keys).find(({ time }) => time === null);
    if (log === undefined) return wrong('altered', 'this log did not sign it');
    const checkpoint = parseCheckpoint(note.text);
    return checkpoint.origin === log.key.name ? checkpoint : wrong('altered', 'it is the checkpoint of another log');
  } catch (error) {
    if (error instanceof NoteRefused) return wrong('altered', 'its signature does not hold');
    if (error instanceof LogMalformed) return wrong('altered', 'it does not read as a checkpoint');
    throw error;
  }
}

/** What was verified once may only have been added to. */
async function verifyHistory(
  last: VerifiedTree | null, size: number, rootAt: (size: number) => Promise<Uint8Array>, report: (finding: Finding) => void,
): Promise<void> {
  if (last === null) return;
  const wrong = (detail: string) => report({ kind: 'altered', what: 'checkpoint', where: 'checkpoint', detail });
  if (last.size > size) wrong(`the log has ${size} entries, but it had ${last.size} when it was verified last`);
  else if (!equalBytes(await rootAt(last.size), Buffer.from(last.root, 'hex'))) wrong(`its first ${last.size} entries are not those that were verified last`);
}
