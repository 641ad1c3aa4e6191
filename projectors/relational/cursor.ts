import { z } from 'zod';
import { Timestamp } from '../../events/vocabulary.ts';
import { ProjectorError } from '../errors.ts';

/** Where a page ended: the moment it is sorted by, and the row's id. */
export interface Cursor {
  readonly at: string;
  readonly key: bigint;
  /** Of a list in two parts: does the page end in the second one? */
  readonly second?: boolean;
}

const Parts = z.tuple([Timestamp, z.string().regex(/^\d{1,19}$/), z.boolean().optional()]);

export function writeCursor({ at, key, second }: Cursor): string {
  return Buffer.from(JSON.stringify([at, String(key), ...(second === undefined ? [] : [second])])).toString('base64url');
}

/** Throws CURSOR_INVALID for anything that no page has given. */
export function readCursor(text: string): Cursor {
  try {
    const [at, key, second] = Parts.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at, key: BigInt(key), ...(second !== undefined && { second }) };
  } catch (cause) {
    throw new ProjectorError('CURSOR_INVALID', 'The cursor is not one that a page has given', { cause });
  }
}
