/** A key that is none: it could lead out of the folder, or would not be the same key on every file system. */
export class EvidenceKeyInvalid extends Error {
  override readonly name = 'EvidenceKeyInvalid';
  readonly code = 'EVIDENCE_KEY_INVALID';
  constructor() {
    super('A key has parts of lower-case letters, digits, dots, dashes and underscores, joined by slashes, at most 300 characters');
  }
}

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const PREFIX = /^([a-z0-9][a-z0-9._-]*\/)*([a-z0-9][a-z0-9._-]*)?$/;

/** Throws EvidenceKeyInvalid. */
export function requireKey(key: string): void {
  if (key.length > 300 || !KEY.test(key)) throw new EvidenceKeyInvalid();
}

/** Throws EvidenceKeyInvalid for what no key begins with. */
export function requirePrefix(prefix: string): void {
  if (!PREFIX.test(prefix)) throw new EvidenceKeyInvalid();
}
