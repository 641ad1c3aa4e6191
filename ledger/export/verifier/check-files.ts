import { utf8, type Bytes } from './bytes.ts';
import {
  BAG_INFO, BAGIT_TXT, hashHex, isPlainPath, MANIFEST, PAGE, parseManifest, payloadOxum, STATEMENT, TAG_FILES, TAG_MANIFEST, VERIFIER,
} from './bagit.ts';
import { formatCopy, parseCopy, partPage } from './page-copy.ts';
import { isEvidence, type BagFiles, type Findings, type LoadedBag } from './read-bag.ts';
import type { Statement } from './statement.ts';

/** Files against manifest, tag manifest and the signed statement, as far as that reads. Answers in words what was looked at. */
export async function checkFiles(bag: LoadedBag, files: BagFiles, statement: Statement | null, findings: Findings): Promise<string> {
  const wrong = (where: string, what: string) => findings.add('files', where, what);
  const carried = (path: string) => bag.scope === 'bag' || isCarried(path, statement?.embedded ?? 'all');
  const missingOr = (path: string, fault: string) => wrong(path, bag.hashes.has(path) ? fault : 'missing');

  const manifestBytes = bag.bytes(MANIFEST);
  const manifest = manifestBytes === null ? null : parseManifest(manifestBytes);
  if (manifest === null) missingOr(MANIFEST, 'altered: it does not read as a manifest');
  if (bag.text('bagit.txt') !== BAGIT_TXT) missingOr('bagit.txt', 'altered: it is not the declaration of BagIt 1.0');

  const signed = statement === null ? null : await signedManifest(bag, statement);
  for (const path of new Set([...(signed?.keys() ?? []), ...bag.hashes.keys()])) {
    const was = signed?.get(path);
    if (signed === null || !path.startsWith('data/') || bag.hashes.get(path) === was) continue;
    if (was === undefined) wrong(path, 'added: the manifest that was signed does not list it');
    else missingOr(path, 'altered: its SHA-256 is not the one in the manifest that was signed');
  }

  let payload = 0;
  for (const [path, hash] of manifest ?? []) {
    if (!carried(path)) continue;
    const actual = bag.hashes.get(path);
    if (actual !== hash) wrong(path, actual === undefined ? 'missing' : 'altered: its SHA-256 is not the one in the manifest');
    payload += 1;
  }
  for (const path of bag.hashes.keys()) {
    const known = path.startsWith('data/') ? manifest === null || manifest.has(path) : TAG_FILES.includes(path) || path === TAG_MANIFEST;
    if (!known || !isPlainPath(path)) wrong(path, 'added: the bag does not list it');
  }
  for (const path of bag.unreadable) wrong(path, 'it does not read: damaged, too large, no plain file, or there twice');
  for (const path of TAG_FILES.filter((each) => each !== STATEMENT && carried(each))) {
    if (statement !== null) await checkTagFile(bag, files, path, statement, findings);
  }
  if (bag.scope === 'bag') {
    checkTagManifest(bag, statement, findings);
    const oxum = payloadOxum(bag.text(BAG_INFO) ?? '');
    const count = [...bag.hashes.keys()].filter((path) => path.startsWith('data/')).length;
    if (oxum?.bytes !== bag.payloadBytes || oxum.files !== count) wrong('data', `${count} files of ${bag.payloadBytes} bytes, but ${BAG_INFO} counts ${oxum?.files ?? 'none'} of ${oxum?.bytes ?? 'none'}`);
  }
  return `${payload} files under data/ and ${bag.scope === 'bag' ? `${TAG_FILES.length + 1} beside it` : 'those about them, as this page carries them'}`;
}

/** Where a file and the tag manifest differ, what is signed says which of them is wrong. */
function checkTagManifest(bag: LoadedBag, statement: Statement | null, findings: Findings): void {
  const bytes = bag.bytes(TAG_MANIFEST);
  const listed = bytes === null ? null : parseManifest(bytes);
  if (listed === null || listed.size !== TAG_FILES.length || !TAG_FILES.every((path) => listed.has(path))) {
    findings.add('files', TAG_MANIFEST, bytes === null ? 'missing' : 'altered: it does not list the files beside data/');
  }
  const known = new Set(findings.all.map(({ where }) => where));
  for (const [path, hash] of listed ?? []) {
    if (bag.hashes.get(path) === hash || known.has(path)) continue;
    if (statement === null) findings.add('files', path, bag.hashes.has(path) ? 'altered: its SHA-256 is not the one in the tag manifest' : 'missing');
    else findings.add('files', TAG_MANIFEST, `altered: it has another SHA-256 for ${path}`);
  }
}

/**
 * The manifest that was signed, where the one in the bag is another: index.html may still carry it. So that a file is named
 * although somebody made the manifest fit it; null where there is nothing to name it by.
 */
async function signedManifest(bag: LoadedBag, statement: Statement): Promise<ReadonlyMap<string, string> | null> {
  const hash = statement.files[MANIFEST];
  if (bag.scope === 'page' || bag.hashes.get(MANIFEST) === hash) return null;
  const carried = parseCopy(partPage(bag.text(PAGE) ?? '')?.copy ?? '')?.get(MANIFEST);
  return carried === undefined || (await hashHex(carried)) !== hash ? null : parseManifest(carried);
}

/** Is this file in the copy inside index.html? */
export function isCarried(path: string, embedded: Statement['embedded']): boolean {
  if (path === PAGE || path === VERIFIER || path === TAG_MANIFEST || embedded === 'nothing') return false;
  return embedded === 'all' || !isEvidence(path);
}

async function checkTagFile(bag: LoadedBag, files: BagFiles, path: string, statement: Statement, findings: Findings): Promise<void> {
  const wrong = (what: string) => findings.add('files', path, what);
  const signed = statement.files[path];
  if (!bag.hashes.has(path)) return wrong('missing');
  if (path !== PAGE) {
    if (bag.hashes.get(path) !== signed) wrong('altered: its SHA-256 is not the one in the signed statement');
    return;
  }
  const parts = partPage(bag.text(PAGE) ?? '');
  if (parts === null || (await hashHex(utf8(parts.template))) !== signed) return wrong('altered: the page is not the one in the signed statement');
  if (parts.copy !== formatCopy(await carriedFiles(bag, files, statement))) wrong('altered: the copy of the bag inside the page differs from the bag');
}

async function carriedFiles(bag: LoadedBag, files: BagFiles, statement: Statement): Promise<ReadonlyMap<string, Bytes>> {
  const carried = new Map<string, Bytes>();
  for (const path of [...bag.hashes.keys()].filter((each) => isCarried(each, statement.embedded)).toSorted()) {
    const bytes = bag.bytes(path) ?? (await files.read(path));
    if (bytes !== null) carried.set(path, bytes);
  }
  return carried;
}
