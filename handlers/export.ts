import { z } from 'zod';
import { fold } from '../aggregates/applicant/evolve.ts';
import { Actor, type RecordedEvent } from '../events/envelope.ts';
import { evidenceOf } from '../events/evidence.ts';
import { openEvent, type LedgerEvent } from '../events/read.ts';
import { Code, Decision, RegisterType, StreamRef, Timestamp } from '../events/vocabulary.ts';
import type { DisclosingLedger } from '../ledger/create-ledger.ts';
import { EvidenceAltered, EvidenceMissing, SubjectErased } from '../ledger/errors.ts';
import type { EventStore } from '../ledger/event-store.ts';
import { BagBuilder } from '../ledger/export/bag-builder.ts';
import type { BagAssets, BagSink } from '../ledger/export/bag-sink.ts';
import { ExportTooLarge } from '../ledger/export/errors.ts';
import { LogMalformed, NoteRefused } from '../ledger/log/errors.ts';
import { readPublished } from '../ledger/log/log-reader.ts';
import type { NoteSigner, VerifierKey } from '../ledger/log/note-key.ts';
import { openNote, parseNote } from '../ledger/log/note.ts';
import type { LogSource } from '../ledger/log/ports.ts';
import type { Refused } from './execute.ts';
import { ExportTables } from './export-tables.ts';
import { EXPORTS_STREAM, record, type RecordDeps } from './record-export.ts';

/** The transparency log, as an export needs it. */
export interface ExportLog {
  readonly source: LogSource;
  readonly key: VerifierKey;
  readonly signer: NoteSigner;
  /** Brings into the log what has been recorded so far. */
  catchUp(): Promise<unknown>;
  /** The index of an event in the log; null while it is not in. */
  indexOf(stream: string, version: number): Promise<number | null> | number | null;
}

export interface ExportDeps extends RecordDeps {
  readonly ledger: Pick<DisclosingLedger, 'append' | 'load' | 'open' | 'readEvidence' | 'eventKey'>;
  readonly store: Pick<EventStore, 'load' | 'since'>;
  readonly log: ExportLog;
  /** The source of these policy versions, by path, with what they share. */
  readonly policyFiles: (versions: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly assets: BagAssets;
}

export const ExportRequest = z.strictObject({
  /** One applicant; null for all that fit the rest. */
  applicant: StreamRef.nullable(),
  /** Applicants with an event recorded at or after this moment. */
  from: Timestamp.nullable(),
  /** Everything as it was before this moment. */
  to: Timestamp.nullable(),
  registerType: RegisterType.nullable(),
  /** The outcome in force, as of `to`. */
  decision: Decision.nullable(),
  /** What it is made for, as a code (REGULATOR_REQUEST, SUBJECT_ACCESS_REQUEST, ...); null where nobody says. */
  basis: Code.nullable(),
  personal: z.boolean(),
  evidence: z.boolean(),
  /** A signed checkpoint that the receiver has from before; null for that of the last export. */
  previousCheckpoint: z.string().max(20_000).nullable(),
  actor: Actor,
  correlationId: z.string().min(1).max(100),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

export type Exported =
  | {
      readonly kind: 'done';
      readonly exportId: string;
      readonly applicants: number;
      readonly events: number;
      readonly treeSize: number;
      readonly manifestSha256: string;
      /** Streams of the applicants in it. */
      readonly applicantStreams: readonly string[];
    }
  | Refused;

/** More than this in one bag is refused (EXPORT_TOO_LARGE): it would not open in a browser any more. */
const MAX_EVENTS = 200_000;

/**
 * Writes a bag (BagIt, RFC 8493) of what is asked for into `sink`, and records that it was done: for each applicant in
 * the access stream, and for the whole in `exports-ledger`. Nothing may be handed out before this has answered `done`.
 */
export async function exportLedger(
  deps: ExportDeps, input: ExportRequest, exportId: string, sink: BagSink, onProgress: (done: number, total: number) => void = () => {},
): Promise<Exported> {
  const request = ExportRequest.parse(input);
  if (request.evidence && !request.personal) return refuse('EVIDENCE_IS_PERSONAL', 'Evidence is personal data: it cannot be in an export without them.');
  if (request.from !== null && request.to !== null && request.from >= request.to) return refuse('PERIOD_EMPTY', 'The period ends before it begins.');
  await deps.log.catchUp();
  const checkpoint = await readPublished(deps.log.source, deps.log.key);
  if (checkpoint === null || checkpoint.size === 0) return refuse('NOTHING_TO_EXPORT', 'The ledger is empty.');
  const previous = request.previousCheckpoint ?? (await lastCheckpoint(deps));
  if (previous !== null && !isOurs(previous, deps.log.key)) return refuse('CHECKPOINT_REFUSED', 'The checkpoint given is not one that this ledger signed.');

  const { applicant, from, to, registerType, decision, personal, evidence } = request;
  const selection = { applicant, from, to, registerType, decision };
  const bag = new BagBuilder({
    exportId, created: deps.clock().toISOString(), source: deps.log.source, checkpoint: checkpoint.note, key: deps.log.key, signer: deps.log.signer,
    selection, personal, evidence, previous, assets: deps.assets, sink,
  });
  const tables = new ExportTables(personal);
  const policies = new Set<string>();
  const exported = new Map<string, number>();
  const candidates = await candidateStreams(deps, request);
  for (const [at, stream] of candidates.entries()) {
    onProgress(at, candidates.length);
    const part = await streamPart(deps, stream, to, checkpoint.size);
    const events = personal ? await deps.ledger.open(part.events) : part.events.map((each) => openEvent(each, null));
    if (!isWanted(events, request)) continue;
    if (bag.eventCount + events.length > MAX_EVENTS) throw new ExportTooLarge(`An export holds at most ${MAX_EVENTS} events`);
    await bag.addStream(stream, await withKeys(deps, part, personal), part.head);
    tables.addApplicant(events);
    if (evidence) await addEvidence(deps, bag, events);
    for (const event of events) if (event.type === 'DecisionMade') policies.add(event.data.policyVersion);
    exported.set(stream, events.length);
    const accesses = await streamPart(deps, accessStreamOf(stream), to, checkpoint.size);
    if (accesses.events.length > 0) await bag.addStream(accessStreamOf(stream), await withKeys(deps, accesses, false), accesses.head);
    tables.addAccesses(accesses.events.map((each) => openEvent(each, null)));
  }
  if (exported.size === 0) return refuse('NOTHING_TO_EXPORT', 'No applicant fits what was asked for.');
  for (const [name, text] of tables.files()) await bag.addFile(`data/tables/${name}`, text);
  for (const [path, text] of await deps.policyFiles([...policies].toSorted())) await bag.addFile(`data/policies/${path}`, text);
  await bag.addAnchors();
  const { eventCount: events, treeSize } = bag;
  const { manifestSha256 } = await bag.finish();

  for (const [stream, upToVersion] of exported) {
    const data = { applicant: stream, exportId, upToVersion, basis: request.basis, personalDataIncluded: personal, manifestSha256 };
    await record(deps, accessStreamOf(stream), { type: 'RecordExported', data, personal: null }, request);
  }
  await record(deps, EXPORTS_STREAM, {
    type: 'LedgerExported',
    data: {
      exportId, selection, basis: request.basis, applicants: exported.size, events, personalDataIncluded: personal, evidenceIncluded: evidence,
      treeSize, checkpoint: checkpoint.note, manifestSha256,
    },
    personal: null,
  }, request);
  onProgress(candidates.length, candidates.length);
  return { kind: 'done', exportId, applicants: exported.size, events, treeSize, manifestSha256, applicantStreams: [...exported.keys()] };
}

const accessStreamOf = (applicant: string): string => applicant.replace(/^applicant-/, 'access-');

/** Applicants that may fit, in the order in which they first come up. */
async function candidateStreams({ store }: ExportDeps, { applicant, from, to }: ExportRequest): Promise<readonly string[]> {
  if (applicant !== null) return applicant.startsWith('applicant-') ? [applicant] : [];
  const streams = new Set<string>();
  for await (const batch of store.since(from ?? '1970-01-01T00:00:00.000Z')) {
    for (const { stream, recordedAt } of batch) if (stream.startsWith('applicant-') && (to === null || recordedAt < to)) streams.add(stream);
  }
  return [...streams];
}

interface StreamPart {
  readonly events: readonly RecordedEvent[];
  readonly indexes: readonly number[];
  /** Last version in the tree. */
  readonly head: number;
}

/** The events of a stream that are in the tree and were recorded before `to`. */
async function streamPart({ store, log }: ExportDeps, stream: string, to: string | null, treeSize: number): Promise<StreamPart> {
  const events: RecordedEvent[] = [];
  const indexes: number[] = [];
  let head = 0;
  let ended = false;
  for (const event of await store.load(stream)) {
    const index = await log.indexOf(stream, event.version);
    if (index === null || index >= treeSize) break;
    head = event.version;
    ended ||= to !== null && event.recordedAt >= to;
    if (ended) continue;
    events.push(event);
    indexes.push(index);
  }
  return { events, indexes, head };
}

async function withKeys({ ledger }: ExportDeps, { events, indexes }: StreamPart, personal: boolean) {
  return Promise.all(events.map(async (recorded, at) => ({
    recorded, index: indexes[at] ?? -1, key: personal ? await ledger.eventKey(recorded) : null,
  })));
}

function isWanted(events: readonly LedgerEvent[], { from, registerType, decision }: ExportRequest): boolean {
  const state = fold(events);
  if (state.kind === 'unregistered') return false;
  if (from !== null && !events.some(({ recordedAt }) => recordedAt >= from)) return false;
  return (registerType === null || state.registerType === registerType) && (decision === null || state.inForce?.decision === decision);
}

async function addEvidence({ ledger }: ExportDeps, bag: BagBuilder, events: readonly LedgerEvent[]): Promise<void> {
  for (const event of events) {
    const ref = evidenceOf(event);
    if (ref === null) continue;
    const plain = await ledger.readEvidence(event.stream, ref).catch((error: unknown) => {
      if (error instanceof SubjectErased) return 'erased' as const;
      if (error instanceof EvidenceMissing) return 'missing' as const;
      if (error instanceof EvidenceAltered) return 'altered' as const;
      throw error;
    });
    await bag.addEvidence(event, ref, plain);
  }
}

/** The checkpoint of the last export, from the ledger's own record of it. */
async function lastCheckpoint({ ledger }: ExportDeps): Promise<string | null> {
  const last = (await ledger.load(EXPORTS_STREAM)).findLast(({ type }) => type === 'LedgerExported');
  return last?.type === 'LedgerExported' ? last.data.checkpoint : null;
}

function isOurs(checkpoint: string, key: VerifierKey): boolean {
  try {
    return openNote(parseNote(checkpoint), [key]).length > 0;
  } catch (error) {
    if (error instanceof LogMalformed || error instanceof NoteRefused) return false;
    throw error;
  }
}

function refuse(code: string, message: string): Refused {
  return { kind: 'refused', code, message };
}

