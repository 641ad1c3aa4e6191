import { parseAnchorPath } from './anchor-files.ts';
import type { LogSource } from './ports.ts';
import { parseTilePath, TILE_WIDTH } from './tile-path.ts';

/** An HTTP answer, for whatever server stands in front. */
export interface LogAnswer {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const BINARY = 'application/octet-stream';
const TEXT = 'text/plain; charset=utf-8';
const FOR_EVER = 'public, max-age=31536000, immutable';
/** A partial tile never changes either, but it goes once the full one is there. */
const A_WHILE = 'public, max-age=3600';
const NOT_LONG = 'no-cache';

/**
 * Serves the log read-only by the paths of C2SP tlog-tiles: `checkpoint`, `tile/...`, and `anchors/...` beside them.
 * `path` is what follows the log's prefix, without a slash in front. Everything else, and what is not there, is 404.
 */
export function serveLog(source: Pick<LogSource, 'get'>): (path: string) => Promise<LogAnswer> {
  return async (path): Promise<LogAnswer> => {
    const headers = headersFor(path);
    const bytes = headers === null ? null : await source.get(path);
    if (headers === null || bytes === null) {
      return answer(404, { 'content-type': TEXT, 'cache-control': NOT_LONG }, Buffer.from('Not found\n'));
    }
    return answer(200, headers, bytes);
  };
}

function answer(status: LogAnswer['status'], headers: Readonly<Record<string, string>>, body: Uint8Array): LogAnswer {
  return { status, headers: { ...headers, 'x-content-type-options': 'nosniff' }, body };
}

function headersFor(path: string): Record<string, string> | null {
  if (path === 'checkpoint') return { 'content-type': TEXT, 'cache-control': NOT_LONG };
  const tile = parseTilePath(path);
  if (tile !== null) return { 'content-type': BINARY, 'cache-control': tile.width === TILE_WIDTH ? FOR_EVER : A_WHILE };
  const anchor = parseAnchorPath(path);
  if (anchor === null) return null;
  return { 'content-type': anchor.kind === 'timestamp' ? 'application/timestamp-reply' : TEXT, 'cache-control': FOR_EVER };
}
