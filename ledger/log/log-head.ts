import { z } from 'zod';
import { Sha256 } from '../../events/vocabulary.ts';
import { LogInconsistent } from './errors.ts';
import { EMPTY_ROOT } from './hash.ts';

const Size = z.int().nonnegative();

/**
 * The one place where it is decided what the log is. `size` and `root` are the tree whose tiles all lie there; `pending`
 * is a batch that has been decided on and whose tiles are being written: whoever opens the log next completes it.
 */
export const LogHead = z.strictObject({
  /** Counts moves, so that no two heads are ever the same bytes. */
  move: z.int().nonnegative(),
  size: Size,
  root: Sha256,
  pending: z.strictObject({ size: Size, root: Sha256, batch: z.string().startsWith('state/batch-') }).nullable(),
});
export type LogHead = z.infer<typeof LogHead>;

export const NO_HEAD: LogHead = { move: 0, size: 0, root: Buffer.from(EMPTY_ROOT).toString('hex'), pending: null };

export function encodeHead(head: LogHead): Buffer {
  return Buffer.from(`${JSON.stringify(head)}\n`);
}

export function decodeHead(bytes: Uint8Array): LogHead {
  try {
    return LogHead.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch (cause) {
    throw new LogInconsistent('The head of the log does not read', { cause });
  }
}
