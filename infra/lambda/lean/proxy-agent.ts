import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';

/**
 * In the place of the package proxy-agent, which the Apify client loads for proxies named in the environment: a megabyte
 * of proxy protocols that a Lambda function never speaks. Keeps connections alive, over TLS where the request is.
 */
export class ProxyAgent extends HttpAgent {
  constructor(options?: AgentOptions) {
    super(options);
    // Both protocols are ours: Node takes the request's own where the agent names none.
    Object.assign(this, { protocol: undefined });
  }

  override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void): Duplex | null | undefined {
    const secure = options.protocol === 'https:';
    if (!secure) return super.createConnection(options, callback);
    const { host, port, path: _, ...rest } = options;
    const target = { ...rest, host: host ?? 'localhost', port: Number(port ?? 443), servername: host ?? 'localhost' };
    return tlsConnect(tlsOptions(target));
  }

  /** Never share a connection between the protocols. */
  override getName(options?: ClientRequestArgs): string {
    return `${options?.protocol ?? ''}${super.getName(options)}`;
  }
}

function tlsOptions(options: object): ConnectionOptions {
  return options;
}
