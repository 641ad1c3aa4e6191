import type { Post } from './witness.ts';

/** Checkpoints, cosignatures and time-stamps are small; more than this is a mistake or an attack. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts over HTTP(S): gives up after `timeoutMs`, follows no redirect, and takes no answer over 64 KB. */
export function httpPost(timeoutMs: number): Post {
  return async (url, contentType, body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: await readLimited(response) };
  };
}

async function readLimited(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) throw new RangeError(`The answer has more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
