import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

type Source = string | ArrayBuffer | ArrayBufferView;

/** What the signer takes for a hash. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(chunk: Source): void {
    this.#hash.update(bytesOf(chunk));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {
    throw new Error('A hash is used once');
  }
}

function bytesOf(source: Source): Uint8Array {
  if (typeof source === 'string') return Buffer.from(source);
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningOptions {
  readonly region: string;
  /** Any AWS client's `config.credentials`: they are renewed there. */
  readonly credentials: () => Promise<Credentials>;
}

/** A `fetch` whose requests are signed (SigV4) for a service that has no client of its own, such as an OpenSearch domain (`es`). */
export function signedFetch(service: string, { region, credentials }: SigningOptions): (request: Request) => Promise<Response> {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  return async (request) => {
    const url = new URL(request.url);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const signed = await signer.sign({
      method: request.method, protocol: url.protocol, hostname: url.hostname, path: url.pathname,
      ...(url.port !== '' && { port: Number(url.port) }),
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(request.headers), host: url.host },
      ...(body !== undefined && { body }),
    });
    const { host: _, ...headers } = signed.headers;
    return fetch(url, { method: request.method, headers, signal: request.signal, ...(body !== undefined && { body }) });
  };
}

/**
 * A password for Aurora or RDS Proxy by IAM authentication, good for 15 minutes in which a connection can be opened
 * (Amazon RDS user guide, "IAM database authentication").
 */
export async function databaseToken(target: { readonly host: string; readonly port: number; readonly user: string }, { region, credentials }: SigningOptions): Promise<string> {
  const signer = new SignatureV4({ service: 'rds-db', region, credentials, sha256: Sha256 });
  const { host, port, user } = target;
  const request = {
    method: 'GET', protocol: 'https:', hostname: host, port, path: '/',
    query: { Action: 'connect', DBUser: user },
    headers: { host: `${host}:${port}` },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: 900 });
  const words = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return `${host}:${port}/?${words.join('&')}`;
}
