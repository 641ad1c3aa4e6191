import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { awsClientConfig, awsImageClientConfig } from '../../gateways/aws/config.ts';
import type { ObjectLock } from '../../gateways/aws/objects.ts';
import { createTesseractReader } from '../../gateways/document-reader/tesseract.ts';
import type { DocumentReader } from '../../gateways/document-reader/port.ts';
import { createFolderEvidenceStore } from '../../gateways/evidence-store/folder.ts';
import type { EvidenceStore } from '../../gateways/evidence-store/port.ts';
import { createFaceApiMatcher } from '../../gateways/face-matcher/face-api.ts';
import type { FaceMatcher, LiveCaptures } from '../../gateways/face-matcher/port.ts';
import { openEmbeddedKeys } from '../../gateways/keys/embedded.ts';
import type { Keys } from '../../gateways/keys/port.ts';
import { folderTiles } from '../../gateways/tiles/folder.ts';
import type { Tiles } from '../../gateways/tiles/port.ts';
import { SettingsInvalid, type Settings } from '../settings.ts';

/*
 * Where a port of the embedded runtime may be its own part or the service on AWS, by one setting. A service's client is
 * loaded only where it was chosen: none of them is small.
 */

type Values = Settings['values'];

/** The setting that a choice needs. Throws SettingsInvalid, naming both. */
export function needed<Name extends keyof Values>(values: Values, name: Name, choice: string): NonNullable<Values[Name]> {
  const value = values[name];
  if (value === undefined || value === null) throw new SettingsInvalid(`${name}: is needed by ${choice}`);
  return value;
}

export async function openKeys({ dataFolder, values }: Settings): Promise<Keys> {
  if (values.KYC_KEYS === 'file') return openEmbeddedKeys(join(dataFolder, 'keys', 'master.json'));
  const [{ KMSClient }, { createKmsKeys }] = await Promise.all([import('@aws-sdk/client-kms'), import('../../gateways/keys/kms.ts')]);
  return createKmsKeys({
    client: new KMSClient(awsClientConfig),
    wrappingKey: needed(values, 'KYC_KMS_WRAPPING_KEY', 'KYC_KEYS=kms'),
    lookupKey: needed(values, 'KYC_KMS_LOOKUP_KEY', 'KYC_KEYS=kms'),
    signingKey: needed(values, 'KYC_KMS_SIGNING_KEY', 'KYC_KEYS=kms'),
  });
}

export async function openEvidence({ dataFolder, values }: Settings): Promise<EvidenceStore> {
  if (values.KYC_EVIDENCE === 'folder') return createFolderEvidenceStore(join(dataFolder, 'evidence'));
  const bucket = needed(values, 'KYC_EVIDENCE_BUCKET', 'KYC_EVIDENCE=s3');
  const { createS3EvidenceStore } = await import('../../gateways/evidence-store/s3.ts');
  return createS3EvidenceStore({ client: await openS3(), bucket, ...lockOf(values) });
}

export function openTiles({ dataFolder, values }: Pick<Settings, 'dataFolder' | 'values'>): Tiles {
  if (values.KYC_TILES === 'folder') return folderTiles(join(dataFolder, 'log'));
  const bucket = needed(values, 'KYC_TILES_BUCKET', 'KYC_TILES=s3');
  return lazyTiles(async () => {
    const { s3Tiles } = await import('../../gateways/tiles/s3.ts');
    return s3Tiles({ client: await openS3(), bucket, ...lockOf(values) });
  });
}

type Closing = { close(): Promise<void> };

export async function openDocumentReader({ values }: Settings): Promise<DocumentReader & Closing> {
  if (values.KYC_DOCUMENT_READER === 'tesseract') return createTesseractReader({ atOnce: values.KYC_OCR_AT_ONCE });
  const [{ TextractClient }, { createTextractReader }] = await Promise.all([import('@aws-sdk/client-textract'), import('../../gateways/document-reader/textract.ts')]);
  const client = new TextractClient(awsImageClientConfig);
  return { ...createTextractReader({ client }), close: async () => client.destroy() };
}

export async function openFaceMatcher({ values }: Settings): Promise<FaceMatcher & Closing> {
  if (values.KYC_FACE_MATCHER === 'face-api') return createFaceApiMatcher({ newJobId: randomUUID });
  const [{ RekognitionClient }, { createRekognitionMatcher }] = await Promise.all([import('@aws-sdk/client-rekognition'), import('../../gateways/face-matcher/rekognition.ts')]);
  const client = new RekognitionClient(awsImageClientConfig);
  return { ...createRekognitionMatcher({ client, newJobId: randomUUID }), close: async () => client.destroy() };
}

/** null where live captures are not offered: the service is Rekognition's, and needs a role that browsers are lent. */
export async function openLiveCaptures({ values }: Settings): Promise<LiveCaptures | null> {
  if (values.KYC_FACE_MATCHER !== 'rekognition' || values.KYC_LIVENESS_ROLE_ARN === undefined) return null;
  const { openCaptures } = await import('../aws/parts/live-captures.ts');
  return openCaptures(values);
}

async function openS3() {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({ ...awsClientConfig, forcePathStyle: (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined });
}

function lockOf({ KYC_LOCK_MODE: mode, KYC_LOCK_DAYS: days }: Values): { readonly lock?: ObjectLock } {
  return mode === undefined || mode === 'none' || days === undefined ? {} : { lock: { mode, days } };
}

/** Tiles that are opened at the first question. */
function lazyTiles(load: () => Promise<Tiles>): Tiles {
  let loading: Promise<Tiles> | null = null;
  const tiles = () => (loading ??= load());
  return {
    get: async (path) => (await tiles()).get(path),
    put: async (path, bytes) => (await tiles()).put(path, bytes),
    replace: async (path, bytes) => (await tiles()).replace(path, bytes),
    remove: async (path) => (await tiles()).remove(path),
    async *list(prefix) {
      yield* (await tiles()).list(prefix);
    },
    readHead: async () => (await tiles()).readHead(),
    moveHead: async (expected, next) => (await tiles()).moveHead(expected, next),
    claim: async () => (await tiles()).claim(),
  };
}
