import { z } from 'zod';
import { createRawBucket, type RawBucket } from '../../gateways/aws/raw-bucket.ts';
import type { Deps } from '../../handlers/deps.ts';
import type { Subject } from '../../handlers/erasure.ts';
import { applicantFile, readEntry, takeIn } from '../../handlers/upload-folder.ts';
import { openS3 } from './parts/clients.ts';
import { readGroup, settingGroups } from './settings.ts';

export function openRawBucket(): RawBucket {
  return createRawBucket({ client: openS3(), bucket: readGroup(settingGroups.raw).KYC_RAW_BUCKET });
}

const Key = z.string().transform((key) => decodeURIComponent(key.replaceAll('+', ' ')));
/** S3's own notification, or the same by EventBridge, whose keys are not encoded. S3 tries a new notification with neither. */
const Notification = z.union([
  z.looseObject({ Records: z.array(z.looseObject({ s3: z.looseObject({ object: z.looseObject({ key: Key }) }) })) })
    .transform(({ Records }) => Records.map(({ s3 }) => s3.object.key)),
  z.looseObject({ detail: z.looseObject({ object: z.looseObject({ key: z.string() }) }) }).transform(({ detail }) => [detail.object.key]),
  z.looseObject({ Event: z.literal('s3:TestEvent') }).transform((): string[] => []),
]);

/** `<applicant's uuid>/<file>`, as DataSync copies the upload service's folder. */
const ENTRY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/[a-z]+\.(?:json|jpg|png)$/;

/**
 * An object has been created in the raw bucket. Once all files of its entry are there the applicant is taken in and the
 * files are removed, leaving a receipt; what is refused stays with the reason until the bucket's own rules remove it.
 */
export async function takeInRawUpload(deps: Deps, raw: RawBucket, body: unknown): Promise<void> {
  for (const applicantId of entriesIn(Notification.parse(body))) {
    const arrived = await readEntry((name) => raw.read(`${applicantId}/${name}`));
    if (arrived.kind === 'incomplete') continue;
    const taken = arrived.kind === 'refused' ? arrived : await takeIn(deps, applicantId, arrived);
    const at = deps.clock().toISOString();
    if (taken.kind === 'refused') {
      deps.log.warn('an entry of the raw bucket was refused', { entry: applicantId, code: taken.code });
      await raw.write(`failed/${applicantId}.json`, JSON.stringify({ code: taken.code, message: taken.message, refusedAt: at }));
    } else {
      await raw.write(`done/${applicantId}.json`, JSON.stringify({ applicantId, takenInAt: at }));
      await raw.removeAll(`${applicantId}/`);
    }
  }
}

function entriesIn(keys: readonly string[]): Set<string> {
  return new Set(keys.flatMap((key) => ENTRY.exec(key)?.[1] ?? []));
}

/** Whom a notification is about, for their traces. */
export function applicantsOf(body: unknown): { readonly stream: string }[] {
  return [...entriesIn(Notification.safeParse(body).data ?? [])].map((id) => ({ stream: `applicant-${id}` }));
}

const Submitted = z.looseObject({ email: z.string() });

/** Removes what the raw bucket holds of an applicant; also refused entries under another id with the same e-mail address. */
export async function forgetRawUploads({ ledger }: Pick<Deps, 'ledger'>, raw: RawBucket, { applicantId, emailHash }: Subject): Promise<number> {
  const ids = [applicantId];
  for (const receipt of await raw.keys('failed/')) {
    const id = receipt.slice('failed/'.length, -'.json'.length);
    const text = await raw.read(`${id}/${applicantFile}`);
    const submitted = text === null ? null : Submitted.safeParse(parse(text));
    if (submitted?.success === true && (await ledger.lookupHash('email', submitted.data.email.trim().toLowerCase())) === emailHash) ids.push(id);
  }
  let count = 0;
  for (const id of ids) for (const prefix of [`${id}/`, `done/${id}.json`, `failed/${id}.json`]) count += await raw.removeAll(prefix);
  return count;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
