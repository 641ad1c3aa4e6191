import { concat, fromBase64, sameBytes, textOf, toHex, utf8, type Bytes } from './bytes.ts';
import { sha256, verifyEd25519 } from './web-crypto.ts';

/** A C2SP verifier key: `name+hex(id)+base64(type || public key)`. */
export interface NoteKey {
  readonly name: string;
  readonly id: string;
  /** 1: signs notes (the log). 4: cosigns checkpoints (a witness). */
  readonly type: 1 | 4;
  readonly publicKey: Bytes;
}

export interface ParsedNote {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: Bytes }[];
}

/** null for a text that is no verifier key, or whose id belongs to another. */
export async function parseNoteKey(text: string): Promise<NoteKey | null> {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? '');
  const type = bytes?.[0];
  if (name === undefined || id === undefined || bytes?.length !== 33 || (type !== 1 && type !== 4)) return null;
  const expected = toHex((await sha256(concat(utf8(`${name}\n`), bytes))).subarray(0, 4));
  return expected === id ? { name, id, type, publicKey: bytes.slice(1) } : null;
}

/** null for bytes that are no signed note (C2SP signed-note). */
export function parseSignedNote(bytes: Uint8Array): ParsedNote | null {
  const note = textOf(bytes);
  const split = note?.lastIndexOf('\n\n') ?? -1;
  if (note === null || split < 0 || !note.endsWith('\n') || split + 2 === note.length) return null;
  const lines = note.slice(split + 2, -1).split('\n');
  const signatures = lines.map(parseSignatureLine);
  return signatures.every((each) => each !== null) ? { text: note.slice(0, split + 1), signatures } : null;
}

export function parseSignatureLine(line: string): ParsedNote['signatures'][number] | null {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes === null || bytes.length <= 4) return null;
  return { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

export type SignatureState = 'good' | 'bad' | 'missing' | 'unsupported';

/** Did `key` sign the note? */
export async function checkSignature(note: ParsedNote, key: NoteKey): Promise<SignatureState> {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (own.length === 0) return 'missing';
  for (const { signature } of own) {
    const good = await holds(key, note.text, signature);
    if (good === null) return 'unsupported';
    if (!good) return 'bad';
  }
  return 'good';
}

async function holds(key: NoteKey, text: string, signature: Bytes): Promise<boolean | null> {
  if (key.type === 1) return signature.length === 64 && verifyEd25519(key.publicKey, utf8(text), signature);
  if (signature.length !== 72) return false;
  return verifyEd25519(key.publicKey, utf8(`cosignature/v1\ntime ${cosignedAt(signature)}\n${text}`), signature.slice(8));
}

/** Seconds since the epoch at which a witness says that it cosigned. */
export function cosignedAt(signature: Bytes): bigint {
  return new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
}

export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** What a checkpoint's text says (C2SP tlog-checkpoint); null where it is none. */
export function parseTreeHead(text: string): TreeHead | null {
  const [origin, digits, encoded, ...rest] = text.split('\n');
  const root = fromBase64(encoded ?? '');
  const size = wholeNumber(digits ?? '');
  if (origin === undefined || origin === '' || size === null || root?.length !== 32 || rest.at(-1) !== '') return null;
  return { origin, size, root };
}

export function wholeNumber(text: string): number | null {
  const value = Number(text);
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

export const sameHead = (a: TreeHead, b: TreeHead): boolean => a.origin === b.origin && a.size === b.size && sameBytes(a.root, b.root);
