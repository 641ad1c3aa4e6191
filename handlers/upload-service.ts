import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { applicantFile, FolderEntry } from './upload-folder.ts';

export interface FolderSubmission extends Omit<FolderEntry, 'document' | 'selfie'> {
  readonly applicantId: string;
  readonly document: Uint8Array;
  readonly selfie: Uint8Array;
}

/**
 * Writes one applicant's files as the upload service in front of DataSync does: first under a name that nobody picks
 * up, then renamed, so that the whole entry appears at once. Throws when the content is not what the folder takes.
 * Answers the entry's path.
 */
export async function writeFolderEntry(folder: string, submission: FolderSubmission): Promise<string> {
  const { applicantId, document, selfie, ...applicant } = submission;
  const id = z.uuid().parse(applicantId);
  const files = { document: imageFile('document', document), selfie: imageFile('selfie', selfie) };
  const entry = FolderEntry.parse({ ...applicant, ...files });
  const temporary = join(folder, `.arriving-${randomUUID()}`);
  const target = join(folder, id);
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    await keep(join(temporary, files.document.name), document);
    await keep(join(temporary, files.selfie.name), selfie);
    await keep(join(temporary, applicantFile), JSON.stringify(entry));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return target;
}

const png = [0x89, 0x50, 0x4e, 0x47];

function imageFile(kind: 'document' | 'selfie', bytes: Uint8Array): FolderEntry['document'] {
  const isPng = png.every((byte, i) => bytes[i] === byte);
  return { name: `${kind}.${isPng ? 'png' : 'jpg'}`, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function keep(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content, { mode: 0o600, flush: true });
}
