import { sameBytes, toHex, utf8 } from './bytes.ts';
import { checkSignature, cosignedAt, parseNoteKey, parseSignatureLine, parseSignedNote, parseTreeHead, type NoteKey, type ParsedNote, type SignatureState, type TreeHead } from './notes.ts';
import type { Findings, LoadedBag } from './read-bag.ts';
import type { Check } from './report.ts';
import type { Statement } from './statement.ts';
import { isConsistent, parseConsistency, type JoinNodes } from './tree-proofs.ts';
import { sha256 } from './web-crypto.ts';

export const CHECKPOINT = 'data/checkpoint';
export const PREVIOUS = 'data/previous/checkpoint';
export const PREVIOUS_PROOF = 'data/previous/consistency';

export interface SignedNote extends ParsedNote {
  readonly state: SignatureState;
}

/** The note at `path`; what is wrong with its signature is reported. `unsupported` is called where this engine cannot tell. */
export async function signedNote(
  bag: LoadedBag, path: string, key: NoteKey, findings: Findings, unsupported: () => void, check: Check = 'signature',
): Promise<SignedNote | null> {
  const bytes = bag.bytes(path);
  const note = bytes === null ? null : parseSignedNote(bytes);
  if (note === null) {
    findings.add(check, path, bytes === null ? 'missing' : 'altered: it does not read as a signed note');
    return null;
  }
  const state = await checkSignature(note, key);
  if (state === 'unsupported') unsupported();
  if (state === 'bad') findings.add(check, path, 'altered: its signature does not hold');
  if (state === 'missing') findings.add(check, path, `the key ${key.name}+${key.id} did not sign it`);
  return { ...note, state };
}

/** The tree of a signed note; reported where it is no checkpoint of this log. */
export function treeHead(note: ParsedNote, path: string, key: NoteKey, findings: Findings, check: Check = 'signature'): TreeHead | null {
  const head = parseTreeHead(note.text);
  if (head === null) findings.add(check, path, 'altered: it does not read as a checkpoint');
  else if (head.origin !== key.name) findings.add(check, path, `it is of the log ${head.origin}, not of ${key.name}`);
  return head;
}

/** Is the log at this export what it was at the export before, and more? Answers in words what was looked at. */
export async function checkHistory(
  bag: LoadedBag, statement: Statement, head: TreeHead, key: NoteKey, join: JoinNodes, findings: Findings, unsupported: () => void,
): Promise<string | null> {
  const wrong = (where: string, what: string) => findings.add('history', where, what);
  if (statement.previous === null) {
    for (const path of [PREVIOUS, PREVIOUS_PROOF]) if (bag.hashes.has(path)) wrong(path, 'added: the statement knows no export before this one');
    return null;
  }
  const note = await signedNote(bag, PREVIOUS, key, findings, unsupported, 'history');
  const old = note === null ? null : treeHead(note, PREVIOUS, key, findings, 'history');
  if (old === null) return null;
  if (old.size !== statement.previous.size || toHex(old.root) !== statement.previous.root) wrong(PREVIOUS, 'it is not the checkpoint that the statement names');
  await checkConsistency(bag, PREVIOUS_PROOF, old, head, join, wrong);
  return `${old.size} entries then, ${head.size} now`;
}

async function checkConsistency(
  bag: LoadedBag, path: string, old: TreeHead, head: TreeHead, join: JoinNodes, wrong: (where: string, what: string) => void,
): Promise<void> {
  const proof = parseConsistency(bag.text(path) ?? '');
  if (proof === null) return wrong(path, bag.hashes.has(path) ? 'altered: it does not read as a consistency proof' : 'missing');
  const holds = proof.number === old.size && proof.checkpoint === bag.text(CHECKPOINT) && (await isConsistent(join, BigInt(old.size), old.root, BigInt(head.size), head.root, proof.hashes));
  if (!holds) wrong(path, `it does not prove that the log of ${head.size} entries begins with that of ${old.size}`);
}

export interface AnchorOptions {
  /** Verifier keys of witnesses. */
  readonly witnesses: readonly string[];
  /** Verifies an RFC 3161 response over a text; answers why it does not hold, or null. Absent where that cannot be done. */
  readonly timestampFault?: (response: Uint8Array, text: string) => Promise<string | null>;
}

/** What others said about the log. Answers in words what was looked at, and notes what could not be checked. */
export async function checkAnchors(
  bag: LoadedBag, head: TreeHead, key: NoteKey, join: JoinNodes, options: AnchorOptions, findings: Findings, unsupported: () => void,
): Promise<{ checked: string | null; notes: string[] }> {
  const wrong = (where: string, what: string) => findings.add('anchors', where, what);
  const notes: string[] = [];
  let checked = 0;
  let timestamps = 0;
  const heard = new Set<NoteKey>();
  const keys = await Promise.all(options.witnesses.map(async (text) => ({ text, key: await parseNoteKey(text) })));
  for (const each of keys) if (each.key === null) wrong(`the witness ${each.text}`, 'that is no verifier key');
  const witnesses = keys.map((each) => each.key).filter((each) => each !== null);
  const paths = [...bag.hashes.keys()].filter((path) => path.startsWith('data/anchors/'));
  for (const folder of new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/'))))) {
    const path = `${folder}/checkpoint`;
    const note = await signedNote(bag, path, key, findings, unsupported, 'anchors');
    const anchored = note === null ? null : treeHead(note, path, key, findings, 'anchors');
    if (note === null || anchored === null) continue;
    await checkConsistency(bag, `${folder}/consistency`, anchored, head, join, wrong);
    for (const each of paths.filter((other) => other.startsWith(`${folder}/`))) {
      const result = each.endsWith('.tsr') ? await checkTimestamp(each, note) : each.includes('/cosignature-') ? await checkCosignature(each, note) : null;
      if (result === 'checked') checked += 1;
    }
  }
  const published = parseSignedNote(bag.bytes(CHECKPOINT) ?? new Uint8Array());
  for (const signature of published?.signatures ?? []) if (published !== null && (await checkSigned(CHECKPOINT, published.text, signature)) === 'checked') checked += 1;
  // Whoever asks for a witness or an authority is not told that everything holds when nobody was heard.
  for (const witness of witnesses) if (!heard.has(witness)) wrong(`the witness ${witness.name}`, 'nothing in this bag is cosigned by it');
  if (options.timestampFault !== undefined && timestamps === 0) wrong('the authority given', 'no time-stamp is in this bag');
  return { checked: paths.length === 0 && checked === 0 ? null : `${checked} cosignatures and time-stamps`, notes };

  async function checkTimestamp(path: string, { text }: ParsedNote): Promise<'checked' | null> {
    const response = bag.bytes(path);
    if (response === null) return null;
    if (!includesBytes(response, await sha256(utf8(text)))) wrong(path, 'it is not a time-stamp over the checkpoint beside it');
    else if (options.timestampFault === undefined) notes.push(`${path} is over the checkpoint beside it; the authority's signature is not checked here: openssl ts -verify does (README.txt)`);
    else {
      const fault = await options.timestampFault(response, text);
      timestamps += 1;
      if (fault !== null) wrong(path, fault);
      return 'checked';
    }
    return null;
  }

  async function checkCosignature(path: string, { text }: ParsedNote): Promise<'checked' | null> {
    const signature = parseSignatureLine((bag.text(path) ?? '').replace(/\n$/, ''));
    if (signature === null) wrong(path, 'altered: it does not read as a cosignature');
    const result = signature === null ? null : await checkSigned(path, text, signature);
    if (signature !== null && result === null) notes.push(`${path} is by ${signature.name}, whose key was not given`);
    return result;
  }

  async function checkSigned(path: string, text: string, signature: ParsedNote['signatures'][number]): Promise<'checked' | null> {
    const witness = witnesses.find(({ id, name }) => id === signature.id && name === signature.name);
    if (witness === undefined) return null;
    heard.add(witness);
    const state = await checkSignature({ text, signatures: [signature] }, witness);
    if (state === 'unsupported') unsupported();
    if (state === 'bad') wrong(path, `the witness ${witness.name} did not sign this`);
    else if (witness.type === 4) notes.push(`${witness.name} saw the checkpoint of ${path} at ${new Date(Number(cosignedAt(signature.signature)) * 1000).toISOString()}`);
    return 'checked';
  }
}

function includesBytes(bytes: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= bytes.length; at += 1) if (sameBytes(bytes.subarray(at, at + part.length), part)) return true;
  return false;
}

export const keyText = (bag: LoadedBag): string | null => bag.text(KEY)?.replace(/\n$/, '') ?? null;
export const KEY = 'data/log.vkey';
