import { decodeBase64, encodeBase64 } from './base64.ts';
import { cosignatureFault, cosignatureTime } from './cosignature.ts';
import { LogMalformed, NoteRefused } from './errors.ts';
import { COSIGNATURE_V1, isKeyName, type NoteSignature, type NoteSigner, verifierKey, type VerifierKey, verifyEd25519 } from './note-key.ts';

/** A text and the lines of those who signed it (C2SP signed-note). Nothing of it is verified yet. */
export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that holds, and whose. `time` (seconds since the epoch) where the signature vouches for one. */
export interface Vouched {
  readonly key: VerifierKey;
  readonly time: number | null;
}

const MAX_SIGNATURES = 100;
const ID_SIZE = 4;

/** Reads a note without verifying it. The signatures come after the last blank line; at most 100. */
export function parseNote(bytes: Uint8Array | string): Note {
  const note = decodeText(bytes);
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n') || split + 2 === note.length) throw new LogMalformed('note', 'it has no signatures');
  return { text: note.slice(0, split + 1), signatures: parseSignatureLines(note.slice(split + 2)) };
}

/** Lines of the form `— name base64(id || signature)`, each ending with a newline. */
export function parseSignatureLines(block: string): NoteSignature[] {
  if (!block.endsWith('\n')) throw new LogMalformed('note', 'a signature line does not end');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new LogMalformed('note', `it has more than ${MAX_SIGNATURES} signatures`);
  return lines.map((line) => {
    const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = decodeBase64(encoded ?? '');
    if (name === undefined || !isKeyName(name) || bytes === null || bytes.length <= ID_SIZE) {
      throw new LogMalformed('note', 'a signature line is not in the right form');
    }
    return { name, id: bytes.toString('hex', 0, ID_SIZE), signature: bytes.subarray(ID_SIZE) };
  });
}

export function formatSignatureLine({ name, id, signature }: NoteSignature): string {
  return `— ${name} ${encodeBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;
}

/** The note as it is published. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`;
}

/** Signs `text`, which must end with a newline, as `name`. */
export async function signNote(text: string, name: string, signer: NoteSigner): Promise<Note> {
  requireText(text);
  if (!text.endsWith('\n')) throw new LogMalformed('note', 'the text does not end with a newline');
  const { id } = verifierKey(name, await signer.publicKey());
  return { text, signatures: [{ name, id, signature: await signer.sign(Buffer.from(text)) }] };
}

/**
 * Who of `keys` signed the note; signatures of other keys are ignored.
 * Throws NoteRefused when a known key's signature is bad, or when none of the keys signed.
 */
export function openNote(note: Note, keys: readonly VerifierKey[]): Vouched[] {
  const vouched = vouchedBy(note.text, note.signatures, keys);
  if (vouched.length === 0) throw new NoteRefused('No known key signed the note');
  return vouched;
}

/** As openNote, for signature lines that travel without their text; nobody having signed is no error here. */
export function vouchedBy(text: string, signatures: readonly NoteSignature[], keys: readonly VerifierKey[]): Vouched[] {
  return signatures.flatMap(({ name, id, signature }) => {
    const known = keys.filter((key) => key.name === name && key.id === id);
    if (known.length === 0) return [];
    const key = known.find((each) => holds(each, text, signature));
    if (key === undefined) throw new NoteRefused(`The signature of ${name} is bad`);
    return [{ key, time: key.type === COSIGNATURE_V1 ? cosignatureTime(signature) : null }];
  });
}

function holds(key: VerifierKey, text: string, signature: Uint8Array): boolean {
  return key.type === COSIGNATURE_V1
    ? cosignatureFault(key, text, signature) === null
    : verifyEd25519(key.publicKey, Buffer.from(text), signature);
}

function decodeText(bytes: Uint8Array | string): string {
  if (typeof bytes === 'string') return requireText(bytes);
  try {
    return requireText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    if (cause instanceof LogMalformed) throw cause;
    throw new LogMalformed('note', 'it is not UTF-8', { cause });
  }
}

function requireText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the format forbids exactly these
  if (!text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new LogMalformed('note', 'it holds control characters');
  return text;
}
