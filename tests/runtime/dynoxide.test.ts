import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoClient } from '../../ledger/dynamodb/client.ts';
import { ensureTables } from '../../ledger/dynamodb/tables.ts';
import { DynoxideUnusable, startDynoxide } from '../../runtime/embedded/dynoxide.ts';
import { isAlive, processIdentity, waitUntil } from '../../runtime/embedded/processes.ts';
import { anApplicant, recorded } from '../support/events.ts';

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'kyc-dynoxide-'));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

const gone = async (pid: number): Promise<boolean> => (await processIdentity(pid)) === null;

/** A platform of its own that starts dynoxide and then waits; answers with its process and dynoxide's. */
async function otherPlatform(): Promise<{ readonly platform: ReturnType<typeof spawn>; readonly pid: number }> {
  const script = join(dataFolder, 'platform.ts');
  const module = new URL('../../runtime/embedded/dynoxide.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { startDynoxide } from ${JSON.stringify(module)};
     const server = await startDynoxide({ dataFolder: ${JSON.stringify(dataFolder)} });
     process.stdout.write(String(server.pid) + '\\n');
     process.on('SIGINT', () => undefined);
     setInterval(() => undefined, 1000);`,
  );
  const platform = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const [line] = await once(platform.stdout, 'data');
  return { platform, pid: Number(String(line)) };
}

describe('dynoxide', () => {
  it('keeps what was written over a stop and a start, and leaves no process behind', async () => {
    const stream = anApplicant();
    const first = await startDynoxide({ dataFolder });
    const before = createDynamoClient({ endpoint: first.endpoint });
    await createDynamoEventStore({ client: before, tables: await ensureTables(before, 'kyc-') }).append(stream, 0, [recorded(stream, 1)]);
    before.destroy();
    await first.stop();
    await first.stop();
    expect(await gone(first.pid ?? 0)).toBe(true);

    const second = await startDynoxide({ dataFolder });
    const after = createDynamoClient({ endpoint: second.endpoint });
    const events = await createDynamoEventStore({ client: after, tables: await ensureTables(after, 'kyc-') }).load(stream);
    after.destroy();
    await second.stop();
    expect(events.map((event) => event.version)).toEqual([1]);
  });

  it('stops the server that a killed platform left behind, and starts its own', async () => {
    const { platform, pid } = await otherPlatform();
    platform.kill('SIGKILL');
    await once(platform, 'exit');
    expect(isAlive(pid)).toBe(true);
    const server = await startDynoxide({ dataFolder });
    expect(await gone(pid)).toBe(true);
    await server.stop();
  });

  it('leaves a living platform alone and says who it is; its Ctrl-C does not reach the server', async () => {
    const { platform, pid } = await otherPlatform();
    await expect(startDynoxide({ dataFolder })).rejects.toThrow(new RegExp(`process id ${platform.pid} is using`));
    process.kill(-(platform.pid ?? 0), 'SIGINT');
    expect(await waitUntil(() => gone(pid), 200)).toBe(false);
    platform.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => gone(pid), 5_000);
  });

  it('tells when the server ends by itself', async () => {
    const ended = Promise.withResolvers<number | null>();
    const server = await startDynoxide({ dataFolder, onExit: ended.resolve });
    process.kill(server.pid ?? 0, 'SIGKILL');
    expect(await ended.promise).toBeNull();
    await server.stop();
  });

  it('starts nothing where an endpoint is given, and refuses one that does not answer', async () => {
    const running = await startDynoxide({ dataFolder });
    const given = await startDynoxide({ dataFolder, endpoint: running.endpoint });
    expect(given).toMatchObject({ endpoint: running.endpoint, pid: null });
    await given.stop();
    await running.stop();
    await expect(startDynoxide({ dataFolder, endpoint: running.endpoint })).rejects.toThrow(DynoxideUnusable);
  });
});
