import { randomUUID } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';
import { z } from 'zod';
import type { StaffRole } from '../runtime/embedded/owner-access.ts';
import { findRunning, type RunningPlatform } from '../runtime/running.ts';
import { readSettings } from '../runtime/settings.ts';
import { CommandFailed, exitCode } from './output.ts';

export type Role = StaffRole;

const Problem = z.object({ title: z.string(), detail: z.string().optional(), code: z.string().optional() });

/** Calls the API of the platform that runs on the data folder, in one role. */
export class ApiClient {
  readonly platform: RunningPlatform;
  readonly #role: Role;

  constructor(platform: RunningPlatform, role: Role) {
    this.platform = platform;
    this.#role = role;
  }

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#call(path, {}, schema);
  }

  /** Each call carries an Idempotency-Key of its own, so that a retry below this level is harmless. */
  post<T>(path: string, body: unknown, schema: z.ZodType<T>, idempotencyKey: string = randomUUID()): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    return this.#call(path, { method: 'POST', headers, body: JSON.stringify(body) }, schema);
  }

  postForm<T>(path: string, form: FormData, schema: z.ZodType<T>): Promise<T> {
    return this.#call(path, { method: 'POST', headers: { 'idempotency-key': randomUUID() }, body: form }, schema);
  }

  async bytes(path: string): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
    const response = await this.#send(path, {});
    if (!response.ok) throw refusal(response.status, await response.json().catch(() => null));
    return { bytes: new Uint8Array(await response.arrayBuffer()), mediaType: response.headers.get('content-type') ?? '' };
  }

  /** Fetches bytes into a file that must not be there yet, readable by its owner alone; what cannot be written throws as it is. */
  async download(path: string, file: string): Promise<void> {
    const response = await this.#send(path, {});
    if (!response.ok || response.body === null) throw refusal(response.status, await response.json().catch(() => null));
    await pipeline(Readable.fromWeb(response.body as NodeWebStream<Uint8Array>), createWriteStream(file, { flags: 'wx', mode: 0o600 })).catch((error: unknown) => {
      // A system call of the file's; whatever else breaks off is the connection.
      throw error instanceof Error && 'syscall' in error && error.syscall === 'write' ? error : stoppedAnswering();
    });
  }

  async #call<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#send(path, init);
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return schema.parse(body);
    throw refusal(response.status, body);
  }

  #send(path: string, init: RequestInit): Promise<Response> {
    const session = this.platform.sessions[this.#role];
    return fetch(new URL(`/api/v1${path}`, this.platform.url), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${session ?? ''}` },
    }).catch(() => {
      throw stoppedAnswering();
    });
  }
}

const stoppedAnswering = (): CommandFailed => new CommandFailed('The platform stopped answering.', exitCode.notRunning, 'NOT_RUNNING');

function refusal(status: number, body: unknown): CommandFailed {
  const problem = Problem.safeParse(body);
  const said = problem.success ? (problem.data.detail ?? problem.data.title) : `The platform answered ${status}.`;
  return new CommandFailed(said, exitCode.refused, (problem.success ? problem.data.code : undefined) ?? `HTTP_${status}`);
}

/** The running platform, as `role`. Fails with exit code 3 and one sentence when none runs on the data folder. */
export async function connect(role: Role): Promise<ApiClient> {
  const { dataFolder } = readSettings(process.env);
  const running = await findRunning(dataFolder);
  if (running === null) {
    throw new CommandFailed(`No platform runs on ${dataFolder}; start one with: npm start`, exitCode.notRunning, 'NOT_RUNNING');
  }
  return new ApiClient(running, role);
}

/** A form with one image in it, read from disk as it is sent. The media type is left to the platform to find out. */
export async function imageForm(path: string, fields: Readonly<Record<string, string>>): Promise<FormData> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw new CommandFailed(`There is no file ${path}.`, exitCode.usage, 'NO_SUCH_FILE');
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', await openAsBlob(path), basename(path));
  return form;
}
