import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DocumentType, PersonName, Sha256 } from '../events/vocabulary.ts';
import type { Actor } from '../events/envelope.ts';
import type { Deps } from './deps.ts';
import type { Refused } from './execute.ts';
import { recordConsent } from './record-consent.ts';
import { registerApplicant } from './register-applicant.ts';
import { uploadImage } from './upload.ts';

const FileName = z.string().regex(/^[a-z]+\.(jpg|png)$/);
const Image = z.strictObject({ name: FileName, sha256: Sha256 });

/**
 * `<folder>/<applicant's uuid>/applicant.json`, beside it the images it names. The hashes tell when everything has
 * arrived: a copying agent such as DataSync brings the files one by one, in any order.
 */
export const FolderEntry = z.strictObject({
  registerType: z.string().max(20),
  registrationNumber: z.string().max(50),
  email: z.string().max(254),
  name: PersonName.nullable(),
  documentType: DocumentType,
  consent: z.strictObject({ given: z.boolean(), textVersion: z.string().min(1).max(40) }),
  document: Image,
  selfie: Image,
});
export type FolderEntry = z.infer<typeof FolderEntry>;

export const applicantFile = 'applicant.json';

export interface PickedUp {
  readonly applicants: readonly { readonly applicantId: string; readonly stream: string }[];
  readonly failed: readonly { readonly entry: string; readonly code: string }[];
  /** Entries whose files have not all arrived. */
  readonly incomplete: number;
}

const actor: Actor = { kind: 'system', id: 'upload-folder' };

/**
 * Takes in what an upload service left in a folder. An entry that went through leaves only a receipt in `done/`, for
 * the images are kept sealed by then; one that was refused moves to `failed/` with the reason's code. Safe to repeat.
 */
export async function pickUpFolder(deps: Deps, folder: string): Promise<PickedUp> {
  await Promise.all(['done', 'failed'].map((name) => mkdir(join(folder, name), { recursive: true, mode: 0o700 })));
  const applicants: { applicantId: string; stream: string }[] = [];
  const failed: { entry: string; code: string }[] = [];
  let incomplete = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const applicantId = z.uuid().safeParse(entry.name);
    if (!entry.isDirectory() || !applicantId.success) continue;
    const arrived = await readEntry((name) => readIfThere(join(folder, entry.name, name)));
    if (arrived.kind === 'incomplete') {
      incomplete += 1;
      continue;
    }
    const taken = arrived.kind === 'refused' ? arrived : await takeIn(deps, applicantId.data, arrived);
    if (taken.kind === 'refused') {
      await setAside(folder, entry.name, taken, deps.clock());
      failed.push({ entry: entry.name, code: taken.code });
      deps.log.warn('an entry of the upload folder was refused', { entry: applicantId.data, code: taken.code });
    } else {
      const receipt = { applicantId: applicantId.data, takenInAt: deps.clock().toISOString() };
      await writeFile(join(folder, 'done', `${entry.name}.json`), JSON.stringify(receipt), { mode: 0o600, flush: true });
      await rm(join(folder, entry.name), { recursive: true });
      applicants.push({ applicantId: applicantId.data, stream: taken.stream });
    }
  }
  return { applicants, failed, incomplete };
}

export type Arrived =
  | { readonly kind: 'complete'; readonly entry: FolderEntry; readonly document: Uint8Array; readonly selfie: Uint8Array }
  | { readonly kind: 'incomplete' }
  | Refused;

/** An entry from wherever it lies: `read` gives a file's bytes, or null while it has not arrived. */
export async function readEntry(read: (name: string) => Promise<Uint8Array | null>): Promise<Arrived> {
  const text = await read(applicantFile);
  if (text === null) return { kind: 'incomplete' };
  const entry = FolderEntry.safeParse(parseJson(text));
  if (!entry.success) return { kind: 'refused', code: 'ENTRY_MALFORMED', message: 'applicant.json is not of the known form.' };
  const [document, selfie] = await Promise.all([entry.data.document, entry.data.selfie].map(async (image) => arrivedImage(await read(image.name), image)));
  return document === null || document === undefined || selfie === null || selfie === undefined ? { kind: 'incomplete' } : { kind: 'complete', entry: entry.data, document, selfie };
}

function arrivedImage(bytes: Uint8Array | null, image: z.infer<typeof Image>): Uint8Array | null {
  return bytes !== null && createHash('sha256').update(bytes).digest('hex') === image.sha256 ? bytes : null;
}

/** Registers the applicant, records the consent and takes in both images. Safe to repeat. */
export async function takeIn(
  deps: Deps,
  applicantId: string,
  { entry, document, selfie }: Extract<Arrived, { kind: 'complete' }>,
): Promise<{ readonly kind: 'done'; readonly stream: string } | Refused> {
  const by = { actor, correlationId: `upload-folder:${applicantId}` };
  const { registerType, registrationNumber, email, name, documentType, consent } = entry;
  const registered = await registerApplicant(deps, { applicantId, registerType, registrationNumber, email, name, ...by });
  if (registered.kind === 'refused') return registered;
  const { stream } = registered;
  const images = [
    { kind: 'document', documentType, file: document, fileName: entry.document.name },
    { kind: 'selfie', file: selfie, fileName: entry.selfie.name },
  ] as const;
  const steps = [
    () => recordConsent(deps, { stream, ...consent, ...by }),
    ...images.map((image) => () => uploadImage(deps, { stream, ...image, declaredMediaType: 'application/octet-stream', ...by })),
  ];
  for (const step of steps) {
    const done = await step();
    if (done.kind === 'refused') return done;
  }
  return { kind: 'done', stream };
}

async function setAside(folder: string, name: string, { code, message }: Refused, now: Date): Promise<void> {
  const target = join(folder, 'failed', name);
  await rm(target, { recursive: true, force: true });
  await rename(join(folder, name), target);
  await writeFile(join(target, 'refused.json'), JSON.stringify({ code, message, refusedAt: now.toISOString() }), { mode: 0o600 });
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
