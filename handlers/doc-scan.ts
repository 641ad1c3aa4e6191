import { z } from 'zod';
import { interpretDocument } from '../aggregates/document/interpret.ts';
import { documentAt, selfieAt } from '../aggregates/applicant/queries.ts';
import type { Applicant, IdDocument } from '../aggregates/applicant/state.ts';
import type { EventOfType } from '../events/catalogue.ts';
import { StreamRef } from '../events/vocabulary.ts';
import type { DocumentText } from '../gateways/document-reader/port.ts';
import { ServiceUnavailable } from '../gateways/errors.ts';
import { EvidenceAltered, EvidenceMissing, SubjectErased } from '../ledger/errors.ts';
import type { Reservation } from '../ledger/event-store.ts';
import { causedBy, loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute, type Executed } from './execute.ts';
import { queueWhenReady } from './start-kyc.ts';

export const DocScan = z.object({
  stream: StreamRef,
  /** Version of the IdDocumentUploaded or SelfieUploaded event that arrived. */
  version: z.int().positive(),
  /** The queue will not deliver this again: a reader that is down is then recorded as a failed scan. */
  lastAttempt: z.boolean().optional(),
});

export interface Scanned {
  readonly kind: 'scanned' | 'failed' | 'repeated' | 'selfie' | 'ignored';
  /** Did this arrival complete what the workflow needs? */
  readonly queued: boolean;
}

/**
 * An image has arrived. A document is read and interpreted, a selfie only counts; when both are there the applicant is
 * put in line for the workflow. What cannot be read is recorded as such and goes on to a person.
 * Throws ServiceUnavailable while the reader is down and there are attempts left.
 */
export async function docScan(deps: Deps, input: z.infer<typeof DocScan>): Promise<Scanned> {
  const { stream, version, lastAttempt = false } = DocScan.parse(input);
  const loaded = await loadCase(deps, stream);
  if (loaded === null || loaded.state.erasure.kind !== 'none') return { kind: 'ignored', queued: false };
  const { state } = loaded;
  if (selfieAt(state, version) !== null) return { kind: 'selfie', queued: await queueWhenReady(deps, state) };
  const document = documentAt(state, version);
  if (document === null) return { kind: 'ignored', queued: false };
  if (document.scan.kind !== 'pending') return { kind: 'repeated', queued: await queueWhenReady(deps, state) };

  const scanned = await scan(deps, loaded, document, lastAttempt);
  if (scanned.kind === 'refused') {
    if (scanned.code.startsWith('ERAS')) return { kind: 'ignored', queued: false };
    throw new StepRefused(scanned.code, scanned.message);
  }
  const kind = documentAt(scanned.state, version)?.scan.kind === 'scanned' ? 'scanned' : 'failed';
  return { kind, queued: await queueWhenReady(deps, scanned.state) };
}

async function scan(deps: Deps, loaded: Case, document: IdDocument, lastAttempt: boolean): Promise<Executed> {
  const { stream } = loaded.state;
  try {
    const image = await deps.ledger.readEvidence(stream, document.evidence);
    const reading = await deps.documentReader.read(image);
    return reading.kind === 'failed'
      ? await recordFailure(deps, loaded, document, reading)
      : await recordScan(deps, loaded, document, reading.text);
  } catch (error) {
    if (error instanceof SubjectErased) return { kind: 'refused', code: error.code, message: error.message };
    if (error instanceof EvidenceMissing || error instanceof EvidenceAltered) {
      return recordFailure(deps, loaded, document, { reader: 'none', reason: error.code });
    }
    if (error instanceof ServiceUnavailable && lastAttempt) {
      return recordFailure(deps, loaded, document, { reader: 'none', reason: 'READER_UNAVAILABLE' });
    }
    throw error;
  }
}

function recordFailure(deps: Deps, loaded: Case, document: IdDocument, failure: { reader: string; reason: string }): Promise<Executed> {
  return execute(deps, loaded.state.stream, {
    command: 'record-scan',
    event: { type: 'DocScanFailed', data: { documentVersion: document.version, reader: failure.reader, reason: failure.reason }, personal: null },
  }, causedBy(loaded, document.version, 'doc-scan'));
}

async function recordScan(deps: Deps, loaded: Case, document: IdDocument, text: DocumentText): Promise<Executed> {
  const { state } = loaded;
  const { fields, mrzLines, ...interpretation } = interpretDocument({
    lines: text.lines,
    mrzCandidates: text.mrzCandidates,
    claimedType: document.documentType,
    claimedName: state.personal?.name ?? null,
    today: deps.clock().toISOString().slice(0, 10),
  });
  // Two readings of one page may differ, so each keeps its answer under a name of its own.
  const answer = new TextEncoder().encode(JSON.stringify(text.raw));
  const ocr = await deps.ledger.keepEvidence(state.stream, `scan-${deps.newId()}`, answer, 'application/json');
  const number = await documentNumber(deps, fields);
  const record = (alsoUsedBy: string | null, reservations: readonly Reservation[]) => {
    const event: EventOfType<'DocScanned'> = {
      type: 'DocScanned',
      data: {
        documentVersion: document.version, reader: text.reader, ocr: ocr.ref, ...interpretation,
        documentNumberHash: number?.hash ?? null, alsoUsedBy,
      },
      personal: { fields, mrzLines, lines: [...text.lines], ocrPlainSha256: ocr.plainSha256 },
    };
    return execute(deps, state.stream, { command: 'record-scan', event }, causedBy(loaded, document.version, 'doc-scan'), { reservations });
  };
  if (number === null) return record(null, []);
  const holder = await otherHolder(deps, state, number);
  if (holder !== null) return record(holder, []);
  const done = await record(null, [number]);
  if (done.kind === 'done' || done.code !== 'DOCUMENT_NUMBER_IN_USE') return done;
  // Somebody else presented the same document in this very moment.
  return record(await otherHolder(deps, state, number), []);
}

async function documentNumber(
  deps: Pick<Deps, 'ledger'>,
  fields: { readonly issuingState: string | null; readonly documentNumber: string | null },
): Promise<Reservation | null> {
  if (fields.documentNumber === null) return null;
  const value = `${fields.issuingState ?? ''}:${fields.documentNumber.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`;
  return { kind: 'document_number', hash: await deps.ledger.lookupHash('document_number', value) };
}

async function otherHolder(deps: Pick<Deps, 'store'>, state: Applicant, number: Reservation): Promise<string | null> {
  const holder = await deps.store.holder(number);
  return holder === state.stream ? null : holder;
}
