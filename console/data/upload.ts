import type { Recorded } from './generated.ts';
import { ApiError, errorOf } from './problem.ts';

const patienceMs = 120_000;

/**
 * Sends one image as a form, telling how much of it (0 to 1) is on its way; fetch cannot. The same `idempotencyKey`
 * makes a repetition harmless. Throws ApiError.
 */
export function upload(path: string, form: FormData, options: { readonly idempotencyKey: string; readonly onProgress: (share: number) => void }): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.timeout = patienceMs;
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('idempotency-key', options.idempotencyKey);
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) options.onProgress(loaded / total);
    });
    const offline = (): void => reject(new ApiError({ status: 0, code: 'OFFLINE', said: 'The platform cannot be reached.' }));
    request.addEventListener('error', offline);
    request.addEventListener('abort', offline);
    request.addEventListener('timeout', () => reject(new ApiError({ status: 0, code: 'TIMEOUT', said: 'The platform did not answer in time.' })));
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Recorded);
      else void errorOf(new Response(request.responseText, { status: Math.max(200, request.status) })).then(reject);
    });
    request.send(form);
  });
}
