import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';

export interface ReceivedCallback {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Listens on a free port of 127.0.0.1 and keeps what is posted to it; `answers` are the status codes, the last one for ever. */
export async function receiveCallbacks(answers: readonly number[] = [204]) {
  const received: ReceivedCallback[] = [];
  const server = createServer((request, response) => {
    json(request).then((body) => {
      response.statusCode = answers[received.length] ?? answers.at(-1) ?? 204;
      received.push({ path: request.url ?? '', headers: request.headers, body });
      return response.end();
    }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/callbacks/registers/one`,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
