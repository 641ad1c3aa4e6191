import { z } from 'zod';

/** A page ends at an entry; the next begins after it in the order (recordedAt, stream, version), newest first. */
const Cursor = z.tuple([z.iso.datetime({ precision: 3 }), z.string().max(100), z.int().positive()]);
export type Cursor = z.infer<typeof Cursor>;

export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
  readonly code = 'CURSOR_INVALID';
}

export function writeCursor(last: { readonly recordedAt: string; readonly stream: string; readonly version: number }): string {
  return Buffer.from(JSON.stringify([last.recordedAt, last.stream, last.version])).toString('base64url');
}

/** Throws CursorInvalid for anything that no page has given. */
export function readCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new CursorInvalid('The cursor is not one that a page has given', { cause });
  }
}

/** Entries a page: what was asked for, between 1 and 200; 50 when nothing was. */
export function pageSize(limit: number | undefined): number {
  return Math.max(1, Math.min(limit ?? 50, 200));
}
