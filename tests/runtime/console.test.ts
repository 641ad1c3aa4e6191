import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtConsole } from '../../runtime/embedded/console-build.ts';
import { openConsole } from '../../runtime/embedded/console.ts';
import { createLog } from '../../runtime/log.ts';

const log = createLog({ level: 'silent' });
const page = { headers: { accept: 'text/html,application/xhtml+xml', 'accept-encoding': 'gzip, br' } };
let fallback: string;
let fetchFrom: (path: string, init?: RequestInit) => Promise<Response>;

beforeAll(async () => {
  fallback = await mkdtemp(join(tmpdir(), 'kyc-console-'));
  const served = openConsole({ fallback, log }).over(() => new Response('from the API'));
  fetchFrom = async (path, init) => served(new Request(`http://127.0.0.1${path}`, init));
});
afterAll(() => rm(fallback, { recursive: true, force: true }));

describe('the console beside the API', () => {
  test.each(['/', '/queue', '/cases/0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f', '/sign-in'])('%s is its page, never kept, under a policy that runs nothing inline', async (path) => {
    const response = await fetchFrom(path, page);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('text/html');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('its page has no script or style inline, so that the policy holds', async () => {
    const html = await readFile(join(await builtConsole(fallback), 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  test('its files are kept for ever under names that change with them, and travel compressed', async () => {
    const html = await readFile(join(await builtConsole(fallback), 'index.html'), 'utf8');
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const response = await fetchFrom(script, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await fetchFrom(script, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test.each(['/api/v1/me', '/health', '/openapi.json', '/log/checkpoint', '/api/nothing'])('%s stays the API\'s, for browsers too', async (path) => {
    expect(await (await fetchFrom(path, page)).text()).toBe('from the API');
  });

  test.each([['/queue', {}], ['/assets/gone.js', page], ['/../package.json', {}], ['/queue', { method: 'POST', ...page }]])('%s with %j is no page of the console', async (path, init) => {
    expect(await (await fetchFrom(path, init)).text()).toBe('from the API');
  });
});

test('the first load is under 100 kB of JavaScript, and so is each other part, compressed', async () => {
  const folder = await builtConsole(fallback);
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const first = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  const size = async (path: string): Promise<number> => (await readFile(join(folder, `${path}.br`))).length;
  const total = (await Promise.all(first.map(size))).reduce((sum, each) => sum + each, 0);
  expect(total).toBeGreaterThan(20_000);
  expect(total).toBeLessThan(100_000);
  const pages = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'));
  for (const name of pages) expect(`${name} ${(await size(`/assets/${name}`)) < 100_000}`).toBe(`${name} true`);
});
