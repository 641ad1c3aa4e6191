import { fromBase64, toBase64 } from '../../log/bytes.ts';
import type { Checkpoint } from '../../log/checkpoint.ts';

/** What this browser saw of the log before: what it is held to. */
export interface Seen {
  readonly size: number;
  readonly root: Uint8Array<ArrayBuffer>;
  readonly verifierKey: string;
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
    return typeof kept.size !== 'number' || root === null ? null : { size: kept.size, root, verifierKey: String(kept.verifierKey), at: String(kept.at) };
  } catch {
    return null;
  }
}

/** Keeps a checkpoint that was found consistent. A broken one is never kept. */
export function remember({ size, root }: Checkpoint, verifierKey: string): void {
  try {
    localStorage.setItem(place, JSON.stringify({ size, root: toBase64(root), verifierKey, at: new Date().toISOString() }));
  } catch {
    // A browser that keeps nothing checks everything but what it cannot remember.
  }
}

export function forget(): void {
  localStorage.removeItem(place);
}
