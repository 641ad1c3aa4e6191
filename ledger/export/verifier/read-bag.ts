import { type Bytes, textOf } from './bytes.ts';
import { hashHex } from './bagit.ts';
import type { Check, Finding } from './report.ts';

/** A bag wherever it is. A page that was opened by double-click sees only the copy inside itself. */
export interface BagFiles {
  readonly scope: 'bag' | 'page';
  paths(): Promise<readonly string[]>;
  /** null for what is not there, does not read, is larger than MAX_FILE or no plain file. */
  read(path: string): Promise<Bytes | null>;
}

/** Bytes that no file of a bag reaches: what is not evidence has 256 MiB at most together, its copy in the page less. */
export const MAX_FILE = 512 * 1024 * 1024;

/** Everything in a bag, read once. Of evidence only the hashes are kept: it may be large. */
export interface LoadedBag {
  readonly scope: BagFiles['scope'];
  /** SHA-256 in hex, of every file. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly payloadBytes: number;
  /** What is listed and cannot be read: damaged, links, devices, far too large, names that are there twice. */
  readonly unreadable: readonly string[];
  bytes(path: string): Bytes | null;
  text(path: string): string | null;
}

export const isEvidence = (path: string): boolean => path.startsWith('data/evidence/');

export async function loadBag(files: BagFiles, onProgress: (done: number, total: number) => void): Promise<LoadedBag> {
  const hashes = new Map<string, string>();
  const kept = new Map<string, Bytes>();
  const unreadable: string[] = [];
  let payloadBytes = 0;
  const paths = await files.paths();
  for (const [at, path] of paths.entries()) {
    const bytes = await files.read(path);
    if (bytes === null) unreadable.push(path);
    else {
      hashes.set(path, await hashHex(bytes));
      if (path.startsWith('data/')) payloadBytes += bytes.length;
      if (!isEvidence(path)) kept.set(path, bytes);
    }
    if (at % 100 === 0) onProgress(at, paths.length);
  }
  onProgress(paths.length, paths.length);
  return {
    scope: files.scope, hashes, payloadBytes, unreadable,
    bytes: (path) => kept.get(path) ?? null,
    text: (path) => {
      const bytes = kept.get(path);
      return bytes === undefined ? null : textOf(bytes);
    },
  };
}

/** Takes down what is wrong. */
export class Findings {
  readonly #all = new Map<string, Finding>();

  /** The same thing twice is one finding. */
  add(check: Check, where: string, what: string): void {
    this.#all.set(JSON.stringify([check, where, what]), { check, where, what });
  }

  get all(): readonly Finding[] {
    return [...this.#all.values()];
  }
}
