import { isObject, jsonObject } from './bytes.ts';
import type { LeafEvent } from './event-line.ts';

/** A line of evidence.ndjson: a piece of evidence that an event names, and where in the bag its plain bytes are. */
export interface EvidenceLine {
  readonly stream: string;
  readonly version: number;
  /** Under which it is kept; with the hash of the sealed bytes it is part of the event's entry in the log. */
  readonly key: string;
  readonly sealedSha256: string;
  readonly mediaType: string;
  /** null where the bytes could not be had; `absent` then says why. */
  readonly file: string | null;
  readonly absent: 'erased' | 'missing' | 'altered' | null;
}

export function formatEvidenceLine({ stream, version, key, sealedSha256, mediaType, file, absent }: EvidenceLine): string {
  return JSON.stringify({ stream, version, key, sealedSha256, mediaType, file, absent });
}

/** null for a line that formatEvidenceLine does not write. */
export function parseEvidenceLine(text: string): EvidenceLine | null {
  const value = jsonObject(text);
  if (value === null) return null;
  const { stream, version, key, sealedSha256, mediaType, file, absent } = value;
  if (typeof stream !== 'string' || typeof version !== 'number' || typeof key !== 'string' || typeof sealedSha256 !== 'string') return null;
  if (typeof mediaType !== 'string' || (file !== null && typeof file !== 'string')) return null;
  const common = { stream, version, key, sealedSha256, mediaType };
  const line = file === null ? absentLine(common, absent) : absent === null ? { ...common, file, absent } : null;
  return line !== null && formatEvidenceLine(line) === text ? line : null;
}

function absentLine(common: Pick<EvidenceLine, 'stream' | 'version' | 'key' | 'sealedSha256' | 'mediaType'>, absent: unknown): EvidenceLine | null {
  return absent === 'erased' || absent === 'missing' || absent === 'altered' ? { ...common, file: null, absent } : null;
}

export interface NamedEvidence {
  readonly key: string;
  readonly sha256: string;
  readonly mediaType: string;
}

/** Every piece of evidence that an event's open data names, however deep. */
export function* evidenceNamed(value: unknown): Generator<NamedEvidence> {
  if (Array.isArray(value)) for (const each of value) yield* evidenceNamed(each);
  if (!isObject(value)) return;
  const { key, sha256, mediaType, bytes } = value;
  if (typeof key === 'string' && typeof sha256 === 'string' && typeof mediaType === 'string' && typeof bytes === 'number') yield { key, sha256, mediaType };
  else for (const each of Object.values(value)) yield* evidenceNamed(each);
}

/** The hashes of plain bytes among an event's personal fields. */
export function plainHashes(personal: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(Object.entries(personal).flatMap(([name, value]) => (/plainSha256$/i.test(name) && typeof value === 'string' ? [value] : [])));
}

/** Where a piece of evidence goes in the bag: its key, and the ending that its media type usually has. */
export function evidencePath({ key, mediaType }: Pick<NamedEvidence, 'key' | 'mediaType'>): string {
  const ending = ENDINGS.get(mediaType) ?? '.bin';
  return `data/evidence/${key}${key.endsWith(ending) ? '' : ending}`;
}

const ENDINGS = new Map([['image/jpeg', '.jpg'], ['image/png', '.png'], ['application/json', '.json']]);

export const isNamedBy = (event: LeafEvent, line: EvidenceLine): boolean =>
  [...evidenceNamed(event.data)].some(({ key, sha256, mediaType }) => key === line.key && sha256 === line.sealedSha256 && mediaType === line.mediaType);
