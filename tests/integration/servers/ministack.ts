import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Server, fetched, startServer } from './server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const REGION = 'eu-west-1';
const ACCOUNT = '000000000000';

/** Parts that MiniStack has no servers for, or whose resources fail a stack there. */
const without = ['network', 'database', 'audit-domain', 'archive', 'site', 'sign-in', 'monitoring', 'backup', 'deployment-task', 'termination-protection'];

export interface MiniStack extends Server {
  readonly endpoint: string;
  /** For clients of the SDK. */
  readonly client: { readonly endpoint: string; readonly region: string; readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } };
  /** Deploys the CDK app with these settings of its functions; answers the stacks' outputs by name. */
  deploy(settings: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>>;
  /** Calls a function and gives its answer. Throws with the function's error. */
  invoke(name: string, payload?: unknown): Promise<unknown>;
}

/** MiniStack on a free port; null where it was not fetched. */
export async function startMiniStack(): Promise<MiniStack | null> {
  const folder = fetched('ministack');
  if (folder === null) return null;
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const work = await mkdtemp(join(tmpdir(), 'kyc-ministack-'));
  const environment = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION };
  const server = await startServer({
    command: join(folder, 'bin', 'python3'),
    args: [fileURLToPath(new URL('ministack/start.py', import.meta.url))],
    cwd: work,
    // Functions run as plain processes of this very Node. Without IOT_MTLS_ENABLED=0 it listens on every interface.
    environment: { ...environment, BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), IOT_MTLS_ENABLED: '0', PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
    ready: /Running on http/,
    port,
  });
  // Ended with the server: a deployment that a time limit cut off would go on by itself.
  const ending = new AbortController();
  const cdk = (args: readonly string[], cwd: string) =>
    run(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--ci'], { cwd, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024, signal: ending.signal });
  return {
    port,
    endpoint,
    client: { endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' } },
    async deploy(settings) {
      const [stageFile, outputs] = [join(work, 'stage.json'), join(work, 'outputs.json')];
      const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
      await writeFile(stageFile, JSON.stringify({ ...names, account: ACCOUNT, region: REGION, architecture, lockMode: 'GOVERNANCE', lockDays: 1, without, settings }));
      // Built for this machine's processor, for the functions run on it.
      await run(process.execPath, ['infra/lambda/build.ts', '--cpu', process.arch], { cwd: root, signal: ending.signal }).catch((error: unknown) => {
        if (!(error instanceof Error && 'stderr' in error && String(error.stderr).startsWith('Over '))) throw error;
      });
      // Not in the project's folder, where it would synthesise the app first.
      await cdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], work);
      await cdk(['deploy', '--all', '-c', `stage-file=${stageFile}`, '--output', join(work, 'cdk.out'), '--require-approval', 'never', '--outputs-file', outputs], root);
      const stacks = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(await readFile(outputs, 'utf8')));
      return new Map(Object.values(stacks).flatMap((each) => Object.entries(each)));
    },
    async invoke(name, payload = {}) {
      const authorization = `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/lambda/aws4_request, SignedHeaders=host, Signature=0`;
      const answer = await fetch(`${endpoint}/2015-03-31/functions/${names.name}-${name}/invocations`, { method: 'POST', headers: { authorization }, body: JSON.stringify(payload) });
      const text = await answer.text();
      if (!answer.ok || answer.headers.has('x-amz-function-error')) throw new Error(`${name} answered: ${text.slice(0, 1000)}`);
      return text === '' ? null : JSON.parse(text);
    },
    async stop() {
      ending.abort();
      await server.stop();
      await rm(work, { recursive: true, force: true });
    },
  };
}

const names = { name: 'kyc', logOrigin: 'kyc.example.org/log', emailDomain: 'example.org', reviewerAddress: 'reviews@example.org', alarmAddress: 'alarms@example.org' };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => void server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('There is no free port');
  return address.port;
}
