import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Server, available, fetched, startServer } from './server.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Amazon's DynamoDB Local, in memory; null where it was not fetched. */
export async function startDynamoDbLocal(): Promise<Server | null> {
  const jars = fetched('dynamodb-local');
  if (jars === null || !available('java', 'dynamodb-local')) return null;
  return startServer({
    command: 'java',
    args: ['-Xmx512m', `-Djava.library.path=${jars}`, '-cp', `${jars}/*`, source('dynamodb-local/StartDynamoDbLocal.java')],
    ready: /listening on (\d+)/,
  });
}

/** One OpenSearch node in a temporary folder; null where it was not fetched. */
export async function startOpenSearch(): Promise<Server | null> {
  const jars = fetched('opensearch');
  if (jars === null || !available('java', 'opensearch')) return null;
  const folder = await mkdtemp(join(tmpdir(), 'kyc-opensearch-'));
  const server = await startServer({
    command: 'java',
    args: ['-Xmx512m', '-cp', `${jars}/*`, source('opensearch/StartOpenSearch.java'), join(folder, 'node')],
    cwd: folder,
    ready: /listening on (\d+)/,
    seconds: 300,
  });
  return {
    port: server.port,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
