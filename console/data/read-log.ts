import type { Bytes } from '../log/bytes.ts';
import { ApiError, asApiError, errorOf } from './problem.ts';

/** A file of the log, as the server has it now: what is verified must not come from a cache. null where it is not there. */
export async function readLog(path: string): Promise<Bytes | null> {
  try {
    const response = await fetch(`/log/${path}`, { cache: 'reload', credentials: 'omit', signal: AbortSignal.timeout(20_000) });
    if (response.status === 404) return null;
    if (!response.ok) throw await errorOf(response);
    return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    throw thrown instanceof ApiError ? thrown : asApiError(thrown);
  }
}
