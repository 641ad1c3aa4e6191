import { createHash, randomBytes } from 'node:crypto';
import { RecordedEvent } from '../events/envelope.ts';
import { checkNewEvent, definitionOf, openEvent, type LedgerEvent } from '../events/read.ts';
import { StreamRef, type EvidenceRef } from '../events/vocabulary.ts';
import { EvidenceAltered, EvidenceConflict, EvidenceMissing, InvalidAppend, SealBroken, SubjectErased } from './errors.ts';
import type { EventStore } from './event-store.ts';
import type { Ledger, NewEvent } from './ledger.ts';
import { MAX_ENTRY_SIZE } from './log/entry-bundle.ts';
import { requireLeafFits } from './log/leaf.ts';
import type { EvidenceShelf, LedgerKeys, SubjectKeyTable } from './ports.ts';
import {
  SEAL_IV_BYTES,
  bind,
  deriveEventKey,
  deriveEvidenceKey,
  openEvidence,
  openPersonal,
  sealEvidence,
  sealPersonal,
} from './sealing.ts';
import { SubjectKeys } from './subject-keys.ts';

export interface LedgerOptions {
  readonly store: EventStore;
  readonly keys: LedgerKeys;
  readonly evidence: EvidenceShelf;
  readonly subjectKeys: SubjectKeyTable;
  readonly clock: () => Date;
  /** Told of what is in the table now, after each append: wakes consumers in this process. A hint, never the only way. */
  readonly onAppended?: (events: readonly RecordedEvent[]) => void;
}

/** The ledger, and what an export to a regulator needs beyond it. */
export interface DisclosingLedger extends Ledger {
  /**
   * The key (32 bytes) of one event's personal fields: opens that event with openPersonal and nothing else. null where
   * nothing is sealed or the subject is erased. Throws SealBroken when it is not the key the event commits to.
   */
  eventKey(event: RecordedEvent): Promise<Uint8Array | null>;
}

/** Puts checking and sealing in front of an event store; see Ledger. */
export function createLedger(options: LedgerOptions): DisclosingLedger {
  const { store, keys, evidence, clock } = options;
  const subjectKeys = new SubjectKeys(keys, options.subjectKeys, clock);

  async function open(events: readonly RecordedEvent[]): Promise<LedgerEvent[]> {
    const streams = events.flatMap((event) => (event.sealed === null ? [] : [event.stream]));
    const found = await subjectKeys.forOpening(streams);
    return events.map((event) => {
      const key = event.sealed === null ? null : (found.get(event.stream) ?? null);
      if (event.sealed === null || key === null) return openEvent(event, null);
      return openEvent(event, openPersonal(deriveEventKey(key, event), event, event.sealed));
    });
  }

  async function record(stream: string, version: number, recordedAt: string, each: NewEvent): Promise<RecordedEvent> {
    const event = checkNewEvent(each.event);
    const { actor, occurredAt, correlationId, causationId } = each.context;
    const place = { id: each.id, stream, version, type: event.type };
    const dataText = JSON.stringify(event.data);
    const plain = {
      ...place,
      schemaVersion: definitionOf(event.type).version,
      occurredAt,
      recordedAt,
      actor,
      correlationId,
      causationId,
      // As it will be read: JSON knows no undefined.
      data: JSON.parse(dataText),
    };
    if (dataText.length > SURELY_FITS) requireLeafFits({ ...plain, sealed: event.personal === null ? null : ANY_HASH });
    const sealed =
      event.personal === null
        ? null
        : sealPersonal(deriveEventKey(await subjectKeys.forSealing(stream, version === 1), place), place, event.personal, randomBytes(SEAL_IV_BYTES));
    const recorded = RecordedEvent.safeParse({ ...plain, sealed });
    if (recorded.success) return recorded.data;
    const fields = recorded.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new InvalidAppend(`${event.type} does not fit the envelope: ${fields}`);
  }

  return {
    open,

    load: async (stream, range) => open(await store.load(stream, range)),

    async append(stream, expectedVersion, newEvents, reservations) {
      checkStream(stream);
      const recordedAt = clock().toISOString();
      const events: RecordedEvent[] = [];
      for (const [i, each] of newEvents.entries()) {
        events.push(await record(stream, expectedVersion + i + 1, recordedAt, each));
      }
      const result = await store.append(stream, expectedVersion, events, reservations);
      switch (result.kind) {
        case 'appended':
          options.onAppended?.(events);
          return { kind: 'appended', events: events.map((event, i) => openEvent(event, asRead(newEvents[i]))) };
        case 'already_appended':
          options.onAppended?.(result.events);
          return { kind: 'already_appended', events: await open(result.events) };
        case 'conflict':
          return { kind: 'conflict', since: await open(result.since) };
        case 'reserved':
          return result;
      }
    },

    async keepEvidence(stream, name, bytes, mediaType) {
      checkStream(stream);
      const key = evidenceKeyOf(stream, name);
      const evidenceKey = deriveEvidenceKey(await subjectKeys.forSealing(stream), stream, name);
      const plainSha256 = sha256(bytes);
      let sealed: Uint8Array = sealEvidence(evidenceKey, stream, name, bytes, randomBytes(SEAL_IV_BYTES));
      if ((await evidence.put(key, sealed)) === 'exists') {
        const kept = await evidence.get(key);
        if (kept === null) throw new EvidenceMissing(key);
        if (sha256(openKept(evidenceKey, stream, name, kept)) !== plainSha256) throw new EvidenceConflict(key);
        sealed = kept;
      }
      return { ref: { key, sha256: sha256(sealed), bytes: sealed.length, mediaType }, plainSha256 };
    },

    async readEvidence(stream, ref) {
      const name = nameIn(stream, ref);
      const subjectKey = (await subjectKeys.lookUp([stream])).get(stream);
      if (subjectKey === null) throw new SubjectErased(stream);
      const kept = await evidence.get(ref.key);
      if (subjectKey === undefined || kept === null) throw new EvidenceMissing(ref.key);
      if (kept.length !== ref.bytes || sha256(kept) !== ref.sha256) throw new EvidenceAltered(ref.key);
      return openKept(deriveEvidenceKey(subjectKey, stream, name), stream, name, kept);
    },

    destroyKey: (stream) => subjectKeys.destroy(stream),

    async lookupHash(purpose, value) {
      const mac = await keys.mac(bind('kyc-ledger/lookup/v1', purpose, value));
      return Buffer.from(mac).toString('hex');
    },

    async eventKey(event) {
      if (event.sealed === null) return null;
      const subjectKey = (await subjectKeys.forOpening([event.stream])).get(event.stream) ?? null;
      if (subjectKey === null) return null;
      const key = deriveEventKey(subjectKey, event);
      openPersonal(key, event, event.sealed);
      return key;
    },
  };
}

/** Personal fields as they will be read: JSON knows no undefined. */
function asRead(each: NewEvent | undefined): Record<string, unknown> | null {
  return each === undefined || each.event.personal === null ? null : JSON.parse(JSON.stringify(each.event.personal));
}

/** UTF-16 units of data that fit a leaf whatever they are: three bytes each, and 8 KB for the rest of the envelope. */
const SURELY_FITS = (MAX_ENTRY_SIZE - 8192) / 3;
/** All are equally long. */
const ANY_HASH = '0'.repeat(64);

/** Before a key is made for it. */
function checkStream(stream: string): void {
  if (!StreamRef.safeParse(stream).success) throw new InvalidAppend('That is no name of a stream');
}

const EVIDENCE_NAME = /^[a-z0-9][a-z0-9._-]{0,150}$/;

function evidenceKeyOf(stream: string, name: string): string {
  if (!EVIDENCE_NAME.test(name)) throw new InvalidAppend('A name of evidence has lower-case letters, digits, dots, dashes and underscores');
  return `${stream}/${name}`;
}

/** The name in a reference; another subject's evidence is none of this stream's. */
function nameIn(stream: string, ref: EvidenceRef): string {
  const name = ref.key.slice(stream.length + 1);
  if (evidenceKeyOf(stream, name) !== ref.key) throw new EvidenceMissing(ref.key);
  return name;
}

function openKept(evidenceKey: Uint8Array, stream: string, name: string, kept: Uint8Array): Uint8Array {
  try {
    return openEvidence(evidenceKey, stream, name, kept);
  } catch (error) {
    if (error instanceof SealBroken) throw new EvidenceAltered(`${stream}/${name}`, { cause: error });
    throw error;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
