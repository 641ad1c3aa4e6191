import { fromBase64, toBase64 } from '../../log/bytes.ts';
import type { Checkpoint } from '../../log/checkpoint.ts';

/** What this browser saw of the log before: what it is held to. */
export interface Seen {
  readonly size: number;
  readonly root: Uint8Array<ArrayBuffer>;
  readonly verifierKey: string;
  /** When somebody compared the key with one that they had been given by another way (RFC 3339); null: never. */
  readonly comparedAt: string | null;
  /** RFC 3339. */
  readonly at: string;
}

const place = 'ledger-seen';

/** null at the first visit, and in a browser that keeps nothing. */
export function lastSeen(): Seen | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('size' in kept) || !('root' in kept) || !('verifierKey' in kept) || !('at' in kept)) return null;
    const root = fromBase64(String(kept.root));
    const comparedAt = 'comparedAt' in kept && typeof kept.comparedAt === 'string' ? kept.comparedAt : null;
    return typeof kept.size !== 'number' || root === null ? null : { size: kept.size, root, verifierKey: String(kept.verifierKey), comparedAt, at: String(kept.at) };
  } catch {
    return null;
  }
}

/** Keeps a checkpoint that was found consistent. A broken one is never kept. */
export function remember({ size, root }: Pick<Checkpoint, 'size' | 'root'>, verifierKey: string, comparedAt: string | null): void {
  try {
    localStorage.setItem(place, JSON.stringify({ size, root: toBase64(root), verifierKey, comparedAt, at: new Date().toISOString() }));
  } catch {
    // A browser that keeps nothing checks everything but what it cannot remember.
  }
}

/** The key was given by another way and is this one: held to from now on, and what was seen under another is let go. */
export function keyCompared(verifierKey: string): void {
  const before = lastSeen();
  const now = new Date().toISOString();
  if (before?.verifierKey === verifierKey) remember(before, verifierKey, now);
  else remember({ size: 0, root: new Uint8Array(32) }, verifierKey, now);
}
