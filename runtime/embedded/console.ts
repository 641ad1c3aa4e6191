import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../handlers/deps.ts';
import { cachingOf, consoleHeaders } from '../console-headers.ts';
import { errorFields } from '../log.ts';
import { builtConsole } from './console-build.ts';

/** `env`: what the HTTP server knows of the connection; the API asks it for the client's address. */
type Fetch = (request: Request, env?: object) => Response | Promise<Response>;

interface Asset {
  readonly type: string;
  readonly immutable: boolean;
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer> | null;
  readonly gzip: Uint8Array<ArrayBuffer> | null;
}

type Site = ReadonlyMap<string, Asset>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml', png: 'image/png', woff2: 'font/woff2', wasm: 'application/wasm', json: 'application/json',
};

/** Paths of the API and the log; all others may be pages of the console. */
const notPages = /^\/(api|log)\/|^\/(health|openapi\.json)$/;

/** The console's files, served beside the API. */
export interface ConsoleSite {
  /** Builds, where needed, and loads the files; otherwise the first request for a page does. Never rejects. */
  prepare(): Promise<void>;
  /** The API with the console in front of it. */
  over(api: Fetch): Fetch;
}

/** `fallback`: where a build may be kept if the project's own folder cannot be written. */
export function openConsole(options: { readonly fallback: string; readonly log: Log }): ConsoleSite {
  let loading: Promise<Site> | null = null;
  const site = (): Promise<Site> => {
    loading ??= builtConsole(options.fallback).then(loadSite);
    // What failed once is tried again by the next request.
    loading.catch(() => {
      loading = null;
    });
    return loading;
  };
  return {
    prepare: async () => {
      await site().catch((error: unknown) => options.log.error('the console could not be built', errorFields(error)));
    },
    over: (api) => async (request, env) => {
      const { pathname } = new URL(request.url);
      if (!['GET', 'HEAD'].includes(request.method) || notPages.test(pathname)) return api(request, env);
      const isPage = (request.headers.get('accept') ?? '').includes('text/html');
      const isFile = /^\/(assets\/.+|[\w-]+\.(svg|js|png))$/.test(pathname);
      if (!isPage && !isFile) return api(request, env);
      const files = await site().catch(() => null);
      if (files === null) return unavailable();
      const asset = files.get(pathname) ?? (isPage && !isFile ? files.get('/index.html') : undefined);
      return asset === undefined ? api(request, env) : answer(request, asset);
    },
  };
}

function answer(request: Request, asset: Asset): Response {
  const accepted = request.headers.get('accept-encoding') ?? '';
  const encoding = asset.br !== null && /\bbr\b/.test(accepted) ? 'br' : asset.gzip !== null && /\bgzip\b/.test(accepted) ? 'gzip' : null;
  const all = {
    ...consoleHeaders,
    'content-type': asset.type,
    'cache-control': cachingOf(asset.immutable),
    vary: 'accept-encoding',
    ...(asset.immutable ? { etag: asset.etag } : {}),
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  };
  if (asset.immutable && request.headers.get('if-none-match') === asset.etag) return new Response(null, { status: 304, headers: all });
  const body = encoding === 'br' ? asset.br : encoding === 'gzip' ? asset.gzip : asset.plain;
  return new Response(request.method === 'HEAD' ? null : body, { headers: { ...all, 'content-length': String(body?.length ?? 0) } });
}

function unavailable(): Response {
  const text = 'The console could not be built. Run npm run build:console to see why; the API and the command line work without it.\n';
  return new Response(text, { status: 503, headers: { ...consoleHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '10' } });
}

/** All files in memory: they are few and small, and a later build cannot pull them away. */
async function loadSite(folder: string): Promise<Site> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
  const loaded = await Promise.all(paths.filter((path) => !/\.(br|gz)$/.test(path)).map(async (path): Promise<[string, Asset]> => {
    const plain = await readFile(join(folder, path));
    const compressed = async (suffix: string): Promise<Uint8Array<ArrayBuffer> | null> => (paths.includes(path + suffix) ? new Uint8Array(await readFile(join(folder, path + suffix))) : null);
    return [path, {
      type: types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      immutable: path.startsWith('/assets/'),
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      plain: new Uint8Array(plain),
      br: await compressed('.br'),
      gzip: await compressed('.gz'),
    }];
  }));
  return new Map(loaded);
}
