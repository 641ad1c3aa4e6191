import { decodeBase64, encodeBase64 } from './base64.ts';
import { LogMalformed } from './errors.ts';
import { HASH_SIZE } from './hash.ts';

/** What a checkpoint says (C2SP tlog-checkpoint): this log, at this size, has this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Lines after the root; ours has none. */
  readonly extensions: readonly string[];
}

/** The note's text, with its last newline. */
export function formatCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'> & Partial<Checkpoint>): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  return `${[origin, String(size), encodeBase64(root), ...extensions].join('\n')}\n`;
}

/** Reads a note's text. Refuses sizes over 2^53 - 1, leading zeros and roots that are not 32 bytes. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new LogMalformed('checkpoint', 'the last line does not end');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (origin === undefined || origin === '' || extensions.includes('')) throw new LogMalformed('checkpoint', 'a line is empty');
  const bytes = decodeBase64(root ?? '');
  if (bytes?.length !== HASH_SIZE) throw new LogMalformed('checkpoint', 'the third line is no root hash');
  return { origin, size: parseSize(size ?? '', 'checkpoint'), root: bytes, extensions };
}

/** A tree size or index as the formats write it: ASCII digits without leading zeros. */
export function parseSize(text: string, what: string): number {
  const size = Number(text);
  if (!/^(?:0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(size)) throw new LogMalformed(what, 'a size is not a whole number in plain digits');
  return size;
}
