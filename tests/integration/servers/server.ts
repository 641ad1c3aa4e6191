import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/servers', import.meta.url));

export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

/** Folder into which `.ci/servers` has put a server, or null with one line that says so. */
export function fetched(name: string): string | null {
  const folder = join(cache, name);
  if (existsSync(join(folder, '.fetched'))) return folder;
  console.warn(`skipped: ${name} is not here; .ci/servers fetches it where the machine can have it`);
  return null;
}

/** Is there such a program? Without it one line says what is skipped. */
export function available(program: string, server: string): boolean {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
  if (!found) console.warn(`skipped: ${server} needs ${program}, which is not on the PATH`);
  return found;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly as?: number;
  /** What the server prints when it is ready; its first group is the port, unless `port` says it. */
  readonly ready: RegExp;
  readonly port?: number;
  readonly seconds?: number;
}

/** Starts a server and waits until it says that it is ready. It ends with its standard input, or by SIGTERM. */
export async function startServer(start: Start): Promise<Server> {
  const child = spawn(start.command, start.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...start.environment },
    ...(start.cwd !== undefined && { cwd: start.cwd }),
    ...(start.as !== undefined && { uid: start.as, gid: start.as }),
  });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const stop = async () => {
    child.stdin.end();
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(kill);
  };
  try {
    return { port: await readiness(child, start), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readiness(child: ChildProcess, start: Start): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`${start.command} was not ready in time:\n${said.slice(-2000)}`)), (start.seconds ?? 240) * 1000);
    const listen = (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-20_000);
      const found = start.ready.exec(said);
      if (found === null) return;
      clearTimeout(late);
      resolve(start.port ?? Number(found[1]));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${start.command} ended with ${code}:\n${said.slice(-2000)}`)));
  });
}
