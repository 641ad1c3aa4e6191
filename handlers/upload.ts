import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { newestDocument, newestSelfie } from '../aggregates/applicant/queries.ts';
import type { Applicant } from '../aggregates/applicant/state.ts';
import { Actor } from '../events/envelope.ts';
import { DocumentType, StreamRef } from '../events/vocabulary.ts';
import { loadCase } from './case.ts';
import type { Deps } from './deps.ts';
import { execute, type Refused } from './execute.ts';
import type { Answer } from './record-consent.ts';

const UploadImage = z.object({
  stream: StreamRef,
  kind: z.enum(['document', 'selfie']),
  /** What the applicant says it is; needed for a document. */
  documentType: DocumentType.optional(),
  /** Path of the received bytes, or the bytes. Read once, never moved. */
  file: z.union([z.string().min(1), z.custom<Uint8Array>((value) => value instanceof Uint8Array)]),
  /** As sent: held against the content, never believed, kept nowhere. */
  fileName: z.string(),
  declaredMediaType: z.string(),
  actor: Actor,
  correlationId: z.string().min(1).max(100),
});
type Upload = z.infer<typeof UploadImage>;

/**
 * Takes in an image: checks it, strips its metadata, keeps it as sealed evidence, records it and puts it in line to be
 * read. The same image again is answered with the event it has already; what is refused leaves nothing behind.
 */
export async function uploadImage(deps: Deps, input: Upload): Promise<Answer> {
  const upload = UploadImage.parse(input);
  const { stream } = upload;
  if (upload.kind === 'document' && upload.documentType === undefined) {
    return refuse('DOCUMENT_TYPE_MISSING', `Say which it is: ${DocumentType.options.join(', ')}.`);
  }
  const loaded = await loadCase(deps, stream);
  if (loaded === null) return refuse('NOT_REGISTERED', 'There is no such applicant.');
  const bytes = typeof upload.file === 'string' ? await readFile(upload.file) : upload.file;
  const declared = { fileName: upload.fileName, mediaType: upload.declaredMediaType };
  const image = await deps.prepareImage(bytes, deps.settings.limits, declared);
  if (image.kind === 'refused') return refuse(image.code, image.message);

  const known = sameImage(loaded.state, upload, sha256(image.bytes));
  if (known !== null) {
    await queueScan(deps, loaded.state, known);
    return { kind: 'done', version: known };
  }
  if (loaded.state.erasure.kind !== 'none') return refuse('ERASED', 'This applicant is being erased, or has been.');
  const { ref, plainSha256 } = await deps.ledger.keepEvidence(stream, `${upload.kind}-${deps.newId()}`, image.bytes, image.mediaType);
  const { actor, correlationId } = upload;
  const done = await execute(deps, stream, commandOf(upload, ref, plainSha256), { actor, correlationId }, { loaded });
  if (done.kind === 'refused') return done;
  const newest = upload.kind === 'document' ? newestDocument(done.state) : newestSelfie(done.state);
  const version = newest?.version ?? done.version;
  await queueScan(deps, done.state, version);
  return { kind: 'done', version };
}

function commandOf(upload: Upload, evidence: Awaited<ReturnType<Deps['ledger']['keepEvidence']>>['ref'], plainSha256: string) {
  if (upload.kind === 'document' && upload.documentType !== undefined) {
    const data = { documentType: upload.documentType, evidence };
    return { command: 'upload-document', event: { type: 'IdDocumentUploaded', data, personal: { plainSha256 } } } as const;
  }
  return { command: 'upload-selfie', event: { type: 'SelfieUploaded', data: { evidence }, personal: { plainSha256 } } } as const;
}

/** Version of the upload that brought this very image, if it is the newest of its kind. */
function sameImage(state: Applicant, upload: Upload, plainSha256: string): number | null {
  if (upload.kind === 'selfie') {
    const selfie = newestSelfie(state);
    return selfie?.plainSha256 === plainSha256 ? selfie.version : null;
  }
  const document = newestDocument(state);
  return document?.plainSha256 === plainSha256 && document.documentType === upload.documentType ? document.version : null;
}

/** Also for an image that is known: the first message may have been lost with the process that sent it. */
export async function queueScan(deps: Pick<Deps, 'scanJobs'>, { stream }: Applicant, version: number): Promise<void> {
  await deps.scanJobs.send({ stream, version }, { dedupeKey: `${stream}:${version}` });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refuse(code: string, message: string): Refused {
  return { kind: 'refused', code, message };
}
