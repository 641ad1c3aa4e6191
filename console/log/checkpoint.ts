import { concat, fromBase64, sha256, toHex, utf8, type Bytes } from './bytes.ts';

/** Why a log cannot be believed. `message` is for people; it never carries anything personal. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** What a signed checkpoint says: this log, at this size, has this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** The note, verbatim. */
  readonly note: string;
}

/** Key of a log (C2SP verifier key, `name+id+base64`), Ed25519. */
export interface LogKey {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Bytes;
}

/** Throws LogBroken for a text that is no Ed25519 verifier key or whose id belongs to another. */
export async function parseLogKey(text: string): Promise<LogKey> {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || id === undefined || bytes?.length !== 33 || bytes[0] !== 1) throw new LogBroken('The key of the log cannot be read.');
  const expected = toHex((await sha256(concat(utf8(`${name}\n`), bytes))).subarray(0, 4));
  if (expected !== id) throw new LogBroken('The id of the log\'s key belongs to another key.');
  return { name, id, publicKey: bytes.slice(1) };
}

/** The text of a signed note (C2SP signed-note) that the key signed. `what` names it in what is thrown. Throws LogBroken. */
export async function openNote(note: string, key: LogKey, what: string): Promise<string> {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw new LogBroken(`${what} is no signed note.`);
  const text = note.slice(0, split + 1);
  const signatures = note.slice(split + 2, -1).split('\n').map((line) => {
    const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = fromBase64(encoded ?? '');
    return name === undefined || bytes === null || bytes.length <= 4 ? null : { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
  });
  if (signatures.includes(null)) throw new LogBroken(`A signature line of ${what.toLowerCase()} cannot be read.`);
  const own = signatures.filter((each) => each?.name === key.name && each.id === key.id);
  if (own.length === 0) throw new LogBroken(`${what} is not signed by the log's key.`);
  const imported = await crypto.subtle.importKey('raw', key.publicKey, { name: 'Ed25519' }, false, ['verify']);
  for (const each of own) {
    if (each === null || !await crypto.subtle.verify({ name: 'Ed25519' }, imported, each.signature, utf8(text))) throw new LogBroken(`The signature of ${what.toLowerCase()} is bad.`);
  }
  return text;
}

/** Reads and verifies a signed checkpoint. Throws LogBroken. */
export async function openCheckpoint(note: string, key: LogKey): Promise<Checkpoint> {
  const [origin = '', digits = '', encodedRoot = ''] = (await openNote(note, key, 'The checkpoint')).split('\n');
  const root = fromBase64(encodedRoot);
  const size = Number(digits);
  if (origin !== key.name) throw new LogBroken('The checkpoint is of another log.');
  if (!/^(?:0|[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(size) || root?.length !== 32) throw new LogBroken('The checkpoint cannot be read.');
  return { origin, size, root, note };
}
