import type { Operations } from './generated.ts';
import { ApiError, asApiError, errorOf } from './problem.ts';

type Path<Method extends string> = keyof Operations extends infer Key ? (Key extends `${Method} ${infer Rest}` ? Rest : never) : never;
type Operation<Method extends string, P extends string> = `${Method} ${P}` extends keyof Operations ? Operations[`${Method} ${P}`] : never;
type Part<O, Name extends string> = O extends Record<Name, infer Value> ? (Value extends null ? Record<never, never> : Record<Name, Value>) : never;
type Answer<O> = O extends { answer: infer A } ? A : never;
type Optional<T> = Record<never, never> extends T ? T | undefined : T;

export type GetPath = Path<'GET'>;
export type PostPath = Path<'POST'>;
type QueryPart<O> = O extends { query: infer Q } ? (Q extends null ? Record<never, never> : { query?: Q }) : never;
export type GetOptions<P extends GetPath> = Part<Operation<'GET', P>, 'params'> & QueryPart<Operation<'GET', P>> & { signal?: AbortSignal };
export type GetAnswer<P extends GetPath> = Answer<Operation<'GET', P>>;
export type PostOptions<P extends PostPath> = Part<Operation<'POST', P>, 'params'> & Part<Operation<'POST', P>, 'body'> & { signal?: AbortSignal; idempotencyKey?: string; patienceMs?: number };
export type PostAnswer<P extends PostPath> = Answer<Operation<'POST', P>>;

/** No request is waited for longer than this; uploads get more. */
const patienceMs = 20_000;
const uploadPatienceMs = 120_000;
/** For a whole answer that comes line by line, each of which is waited for no longer than anything else. */
const lineTimeMs = 3_600_000;
const retries = [300, 1200];

let era = 0;
/** Somebody has just signed in: what was asked before says nothing about this session. */
export function beginSession(): void {
  era += 1;
}

const signedOut = new Set<() => void>();
/** Calls back when the API says that nobody is signed in. Answers how to stop that. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/**
 * GET below /api/v1, typed by the OpenAPI document. What is likely to pass (no connection, 429, 503) is tried again twice.
 *
 *     const { cases } = await get('/reviews', { query: { registerType: 'GMC' }, signal });
 */
export async function get<P extends GetPath>(path: P, ...[options]: Optional<GetOptions<P>> extends infer O ? (undefined extends O ? [options?: O] : [options: O]) : never): Promise<GetAnswer<P>> {
  const given = parts(options);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await send(addressOf(path, given), { method: 'GET', signal: given.signal ?? null }, patienceMs);
      // The types are generated from the document that the API's own tests hold it to.
      return (await response.json()) as GetAnswer<P>;
    } catch (thrown) {
      if (given.signal?.aborted === true) throw thrown;
      const error = asApiError(thrown);
      const pause = retries[attempt];
      if (!error.passing || pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** POST below /api/v1 with an Idempotency-Key, so that a repetition is harmless. Throws ApiError. */
export async function post<P extends PostPath>(path: P, options: PostOptions<P>): Promise<PostAnswer<P>> {
  const given = parts(options);
  const form = given.body instanceof FormData;
  const response = await send(addressOf(path, given), {
    method: 'POST',
    signal: given.signal ?? null,
    headers: { 'idempotency-key': given.idempotencyKey ?? crypto.randomUUID(), ...(form || given.body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: given.body === undefined ? null : given.body instanceof FormData ? given.body : JSON.stringify(given.body),
  }, given.patienceMs ?? (form ? uploadPatienceMs : patienceMs)).catch((thrown: unknown) => {
    throw asApiError(thrown);
  });
  return (response.status === 204 ? null : await response.json()) as PostAnswer<P>;
}

/** Bytes of evidence, as the API serves them; recorded as viewed. */
export async function getBlob(path: string, signal?: AbortSignal, patience = patienceMs): Promise<Blob> {
  try {
    return await (await send(`/api/v1${path}`, { method: 'GET', signal: signal ?? null }, patience)).blob();
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    throw asApiError(thrown);
  }
}

/**
 * POST whose answer comes line by line (JSON lines). `onLine` gets each; no next line within the patience is a timeout.
 * Throws ApiError, and the signal's reason once it is aborted.
 */
export async function postLines<P extends PostPath>(path: P, options: PostOptions<P> & { readonly onLine: (line: unknown) => void }): Promise<void> {
  const given = parts(options);
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(new DOMException('No line came in time', 'TimeoutError')), given.patienceMs ?? patienceMs);
  };
  try {
    wait();
    const signal = given.signal === undefined ? late.signal : AbortSignal.any([given.signal, late.signal]);
    const response = await send(addressOf(path, given), { method: 'POST', signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify(given.body) }, lineTimeMs);
    const decoder = new TextDecoder();
    let rest = '';
    for (const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader(); ;) {
      const { done, value } = await reader.read();
      wait();
      const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') options.onLine(JSON.parse(line));
      if (done) return;
    }
  } catch (thrown) {
    if (given.signal?.aborted === true) throw thrown;
    throw asApiError(thrown);
  } finally {
    clearTimeout(timer);
    // Whatever made us stop reading, nothing more is to be sent.
    late.abort();
  }
}

async function send(address: string, init: RequestInit, patience: number): Promise<Response> {
  const asked = era;
  const timeout = AbortSignal.timeout(patience);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  const response = await fetch(address, { ...init, signal, credentials: 'same-origin', headers: { accept: 'application/json', ...init.headers } });
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.code === 'NOT_SIGNED_IN' && asked === era) for (const listener of signedOut) listener();
  throw error;
}

interface Given {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
  patienceMs?: number;
}

const parts = (options: unknown): Given => (options ?? {}) as Given;

function addressOf(path: string, { params, query }: Given): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  return `/api/v1${filled}${search.size > 0 ? `?${search}` : ''}`;
}

export { ApiError };
