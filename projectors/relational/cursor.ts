import { z } from 'zod';
import { Timestamp } from '../../events/vocabulary.ts';
import { ProjectorError } from '../errors.ts';

/** Where a page ended: the moment it is sorted by, and the row's id. */
export interface Cursor {
  readonly at: string;
  readonly key: bigint;
}

const Parts = z.tuple([Timestamp, z.string().regex(/^\d{1,19}$/)]);

export function writeCursor({ at, key }: Cursor): string {
  return Buffer.from(JSON.stringify([at, String(key)])).toString('base64url');
}

/** Throws CURSOR_INVALID for anything that no page has given. */
export function readCursor(text: string): Cursor {
  try {
    const [at, key] = Parts.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at, key: BigInt(key) };
  } catch (cause) {
    throw new ProjectorError('CURSOR_INVALID', 'The cursor is not one that a page has given', { cause });
  }
}
