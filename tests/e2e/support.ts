import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunning, type RunningPlatform } from '../../runtime/running.ts';

export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bin/kyc` as a user would. */
export function kyc(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliAnswer> {
  return new Promise((resolve) => {
    execFile(join('bin', 'kyc'), args, { env: { PATH: process.env['PATH'], HOME: folder, KYC_DATA: folder, ...env }, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

export class PlatformProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  output = '';

  constructor(folder: string, env: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    this.child = spawn(join('bin', 'kyc'), ['start'], {
      env: { PATH: process.env['PATH'], HOME: folder, KYC_DATA: folder, KYC_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  async up(): Promise<RunningPlatform> {
    for (let waited = 0; waited < 60_000; waited += 100) {
      const running = await findRunning(this.folder);
      if (running !== null) return running;
      if (this.child.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`the platform did not come up: ${this.output}`);
  }

  /** As Ctrl-C in a terminal does: the signal goes to the whole foreground process group. Answers the exit code. */
  async interrupt(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
    return ended;
  }
}

/** Command names of processes that still have to do with a folder: by command line or working directory. */
export async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (command.includes(folder) || directory.startsWith(folder)) found.push(command);
  }
  return found;
}

export function session(running: RunningPlatform, role: string): { authorization: string } {
  return { authorization: `Bearer ${running.sessions[role] ?? ''}` };
}

/** The upload service on its own, writing into the folder that a platform with the same data folder watches. */
export class UploadServiceProcess {
  readonly #child: ChildProcess;
  #output = '';

  constructor(folder: string) {
    this.#child = spawn(join('bin', 'kyc'), ['--json', 'upload-service'], {
      env: { PATH: process.env['PATH'], HOME: folder, KYC_DATA: folder, KYC_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  async up(): Promise<string> {
    for (let waited = 0; waited < 20_000; waited += 100) {
      const url = /"url": "([^"]+)"/.exec(this.#output)?.[1];
      if (url !== undefined) return url;
      await sleep(100);
    }
    throw new Error('the upload service did not come up');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
