import { textOf, toHex, type Bytes } from './bytes.ts';
import { sha256 } from './web-crypto.ts';

/** BagIt 1.0 (RFC 8493): the declaration, and the names that this project's bags use. */
export const BAGIT_TXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
export const BAG_INFO = 'bag-info.txt';
export const STATEMENT = 'statement.txt';
export const PAGE = 'index.html';
export const VERIFIER = 'verify.mjs';
export const README = 'README.txt';

/** The files beside `data/` that the tag manifest lists. */
export const TAG_FILES = [README, BAG_INFO, 'bagit.txt', PAGE, MANIFEST, STATEMENT, VERIFIER];

/** Lines of `<sha256>  <path>`, sorted by path. Paths here never hold what RFC 8493 wants encoded. */
export function formatManifest(hashes: ReadonlyMap<string, string>): string {
  return [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, hash]) => `${hash}  ${path}\n`).join('');
}

/** null for bytes that formatManifest does not write. */
export function parseManifest(bytes: Uint8Array): ReadonlyMap<string, string> | null {
  const text = textOf(bytes);
  if (text === null || !text.endsWith('\n')) return null;
  const hashes = new Map<string, string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
    if (hash === undefined || path === undefined || !isPlainPath(path) || hashes.has(path)) return null;
    hashes.set(path, hash);
  }
  return formatManifest(hashes) === text ? hashes : null;
}

/** Relative, without `..`, hidden files or anything that a file system could take amiss. */
export function isPlainPath(path: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(path);
}

export function formatBagInfo(info: { readonly created: string; readonly exportId: string; readonly log: string; readonly bytes: number; readonly files: number; readonly personal: boolean }): string {
  return [
    `Bagging-Date: ${info.created.slice(0, 10)}`,
    `External-Identifier: urn:uuid:${info.exportId}`,
    `External-Description: Export of the KYC ledger ${info.log}, ${info.personal ? 'with' : 'without'} personal data. See README.txt.`,
    `Payload-Oxum: ${info.bytes}.${info.files}`,
    '',
  ].join('\n');
}

/** Bytes and files of `data/` as bag-info.txt counts them; null where it does not. */
export function payloadOxum(bagInfo: string): { readonly bytes: number; readonly files: number } | null {
  const [, bytes, files] = /^Payload-Oxum: (\d+)\.(\d+)$/m.exec(bagInfo) ?? [];
  return bytes === undefined || files === undefined ? null : { bytes: Number(bytes), files: Number(files) };
}

export async function hashHex(bytes: Bytes): Promise<string> {
  return toHex(await sha256(bytes));
}
