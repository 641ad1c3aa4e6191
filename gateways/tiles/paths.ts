import { PathRefused } from './errors.ts';

const PLAIN = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;
/** The folders of a log. */
export const AREAS = ['tile/', 'anchors/', 'state/'] as const;

/** Refuses everything but plain relative paths in the areas of a log: no `..`, no hidden files, no capitals. */
export function requirePlainPath(path: string): void {
  const known = path === 'checkpoint' || AREAS.some((area) => path.startsWith(area));
  if (!known || !PLAIN.test(path)) throw new PathRefused(path, 'it is no path of a log');
}

/** `checkpoint` and everything below `state/` may change. */
export function isReplaceable(path: string): boolean {
  return path === 'checkpoint' || path.startsWith('state/');
}

/** A partial tile or bundle (C2SP tlog-tiles). */
export function isPartial(path: string): boolean {
  return path.startsWith('tile/') && /\.p\/\d{1,3}$/.test(path);
}
