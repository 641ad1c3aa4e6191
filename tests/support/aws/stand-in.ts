import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsClientConfig } from '../../../gateways/aws/config.ts';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a service answers; null where the request is not for it. */
export type Service = (asked: Asked) => Promise<Answer | null> | Answer | null;

export interface StandIn {
  readonly endpoint: string;
  /** Everything that was asked, in order. */
  readonly asked: readonly Asked[];
  /** The next `count` requests are answered so instead. */
  fault(count: number, answer: Answer): void;
  close(): Promise<void>;
}

/** A local server that answers as AWS services do; each is a function of the request. */
export async function startStandIn(...services: readonly Service[]): Promise<StandIn> {
  const asked: Asked[] = [];
  const faults: Answer[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      void (async () => {
        const each: Asked = {
          method: request.method ?? '', url: new URL(request.url ?? '/', 'http://stand-in'), headers: request.headers, body: Buffer.concat(parts),
        };
        asked.push(each);
        let answer: Answer | null = faults.shift() ?? null;
        for (const service of services) answer ??= await service(each);
        const { status, headers = {}, body } = answer ?? { status: 501 };
        response.writeHead(status, { 'x-amzn-requestid': `request-${asked.length}`, ...headers });
        response.end(body);
      })();
    });
  });
  server.keepAliveTimeout = 100;
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    asked,
    fault: (count, answer) => faults.push(...Array.from({ length: count }, () => answer)),
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** As every client of the platform, at the stand-in, with hardly a pause between attempts. */
export function clientAt(endpoint: string) {
  return {
    ...awsClientConfig,
    endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    retryStrategy: quickRetries(awsClientConfig.maxAttempts),
  };
}

type Token = { count: number; getRetryCount(): number; getRetryDelay(): number };

/** The SDK's own idea of what may be tried again, without its pauses. */
function quickRetries(maxAttempts: number) {
  const token = (count: number): Token => ({ count, getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (used: { getRetryCount(): number }, error: { errorType: string }) => {
      const retryable = ['THROTTLING', 'TRANSIENT', 'SERVER_ERROR'].includes(error.errorType);
      if (!retryable || used.getRetryCount() + 1 >= maxAttempts) throw new Error('no more attempts');
      return token(used.getRetryCount() + 1);
    },
    recordSuccess: () => undefined,
  };
}

/** A service of the JSON protocols, by operation. An operation may throw AwsFault. */
export function jsonService(prefix: string, operations: Readonly<Record<string, (input: never) => unknown>>): Service {
  return async ({ headers, body }) => {
    const target = headers['x-amz-target'];
    if (typeof target !== 'string' || !target.startsWith(`${prefix}.`)) return null;
    const operation = operations[target.slice(prefix.length + 1)];
    if (operation === undefined) return { status: 400, body: JSON.stringify({ __type: 'UnknownOperationException' }) };
    const type = { 'content-type': String(headers['content-type'] ?? 'application/json') };
    try {
      return { status: 200, headers: type, body: JSON.stringify(await operation(JSON.parse(body.toString() || '{}') as never) ?? {}) };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { status: error.status, headers: type, body: JSON.stringify({ __type: error.name, message: error.message }) };
    }
  };
}

export class AwsFault extends Error {
  readonly status: number;
  constructor(name: string, status = 400, message = 'refused by the stand-in') {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** A fault of the JSON protocols. */
export const faultOf = (name: string, status = 400): Answer => ({
  status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify({ __type: name, message: 'refused by the stand-in' }),
});
