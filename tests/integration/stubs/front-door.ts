import { request as send } from 'node:http';
import { type Listening, listen } from './listen.ts';

export interface FrontDoor extends Listening {
  /** The API behind it, once it is deployed. */
  leadTo(apiId: string): void;
}

/** What CloudFront is in front of the API: one address, known before the API is. */
export async function startFrontDoor(gateway: number): Promise<FrontDoor> {
  let host = '';
  const listening = await listen(
    (incoming, outgoing) =>
      new Promise((resolve, reject) => {
        const { method, url: path, headers } = incoming;
        const onward = send({ host: '127.0.0.1', port: gateway, method, path, headers: { ...headers, host } }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing).on('finish', resolve);
        });
        onward.on('error', reject);
        incoming.pipe(onward);
      }),
  );
  return { ...listening, leadTo: (apiId) => { host = `${apiId}.execute-api.localhost:${gateway}`; } };
}
