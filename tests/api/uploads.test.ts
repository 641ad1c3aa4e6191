import { serve } from '@hono/node-server';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { removeLeftovers } from '../../api/uploads/receive-to-disk.ts';
import { applicantId, form, makeWorld, otherApplicant, type World } from './support/world.ts';

const selfies = `/applicants/${applicantId}/selfies`;
const documents = `/applicants/${applicantId}/documents`;
const multipart = (text: string) => ({ headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: text.replaceAll('\n', '\r\n') });
const part = (disposition: string, content: string): string => `--b\nContent-Disposition: form-data; ${disposition}\n\n${content}\n`;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 500) throw new Error('it did not come to pass');
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
const nothingLeft = async (world: World): Promise<boolean> => (await readdir(world.uploads)).length === 0;

describe('an upload', () => {
  test('is there as a file while the handler works, byte for byte, and gone afterwards', async () => {
    const world = makeWorld();
    const image = new Uint8Array(randomBytes(90_000));
    let seen: Buffer | undefined;
    world.answers.uploadImage = async ({ file }: { file: string }) => {
      seen = await readFile(file);
      return { kind: 'done', version: 3 };
    };
    const response = await world.send('POST', documents, { as: 'applicant', body: form({ documentType: 'passport' }, image) });
    expect(await response.json()).toEqual({ id: applicantId, version: 3 });
    expect(seen?.equals(image)).toBe(true);
    expect(await nothingLeft(world)).toBe(true);
  });

  test.each([
    ['a refusal', () => ({ kind: 'refused', code: 'TYPE_NOT_SUPPORTED', message: 'Only JPEG and PNG.' }), 415],
    ['an error', () => { throw new Error('disk on fire'); }, 500],
  ])('leaves nothing behind after %s', async (_what, answer, status) => {
    const world = makeWorld();
    world.answers.uploadImage = answer;
    expect((await world.send('POST', selfies, { as: 'applicant', body: form({}) })).status).toBe(status);
    expect(await nothingLeft(world)).toBe(true);
  });

  test.each([
    '../../../etc/passwd', '..\\..\\windows\\system32', '/etc/cron.d/evil', 'C:\\evil.jpg', 'a\u0000b.jpg', '.', '..', '', 'x'.repeat(5000),
    'photo.jpg/../../x', '%2e%2e%2fx', '\u202egpj.exe', "'; DROP TABLE users; --.jpg",
  ])('whose file is named %j takes no path from it', async (name) => {
    const world = makeWorld();
    const body = `${part(`name="file"; filename="${name}"`, 'x')}--b--\n`;
    const response = await world.send('POST', selfies, { as: 'applicant', ...multipart(body) });
    expect([202, 400]).toContain(response.status);
    for (const { file } of world.commands('uploadImage') as { file: string }[]) {
      expect(file).toMatch(/\/upload-[A-Za-z0-9]{6}\/file$/);
      expect(file.startsWith(world.uploads)).toBe(true);
    }
    expect(await nothingLeft(world)).toBe(true);
  });

  test.each([
    ['JSON', { json: { file: 'x' } }, 415],
    ['a form without a boundary', { headers: { 'content-type': 'multipart/form-data' }, body: 'x' }, 415],
    ['a form with an empty boundary', { headers: { 'content-type': 'multipart/form-data; boundary=' }, body: 'x' }, 400],
    ['no body', {}, 415],
    ['a body that is no form', multipart('hello'), 400],
    ['a form that breaks off', multipart(part('name="file"; filename="a.jpg"', 'abc').slice(0, -4)), 400],
    ['no file', multipart('--b--\n'), 422],
    ['two files', multipart(`${part('name="file"; filename="a"', 'x')}${part('name="file"; filename="b"', 'y')}--b--\n`), 422],
    ['a file in another field', multipart(`${part('name="photo"; filename="a"', 'x')}--b--\n`), 422],
    ['an unknown text field', multipart(`${part('name="file"; filename="a"', 'x')}${part('name="admin"', 'true')}--b--\n`), 422],
    ['a text field twice', multipart(`${part('name="x"', '1')}${part('name="x"', '2')}${part('name="file"; filename="a"', 'x')}--b--\n`), 422],
    ['a field named __proto__', multipart(`${part('name="__proto__"', '1')}${part('name="file"; filename="a"', 'x')}--b--\n`), 422],
    ['a huge text field', multipart(`${part('name="x"', 'y'.repeat(5000))}${part('name="file"; filename="a"', 'x')}--b--\n`), 413],
    ['a crowd of fields', multipart(`${Array.from({ length: 50 }, (_, each) => part(`name="f${each}"`, '1')).join('')}--b--\n`), 422],
    ['a file of one byte too many', { body: form({}, new Uint8Array(100_001)) }, 413],
  ])('with %s is refused in problem+json, with nothing kept', async (_what, request, status) => {
    const world = makeWorld();
    const response = await world.send('POST', selfies, { as: 'applicant', ...request });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect({ status: response.status, ...(await response.json() as object) }).toMatchObject({ status });
    expect(world.calls).toEqual([]);
    expect(await nothingLeft(world)).toBe(true);
  });

  test('may have exactly as many bytes as are allowed', async () => {
    const world = makeWorld();
    expect((await world.send('POST', selfies, { as: 'applicant', body: form({}, new Uint8Array(100_000)) })).status).toBe(202);
  });

  test.each([[{}], [{ documentType: 'library_card' }], [{ documentType: '' }]])('of a document needs a known kind, not %j', async (fields) => {
    const world = makeWorld();
    const response = await world.send('POST', documents, { as: 'applicant', body: form(fields) });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '#/documentType' }] });
  });

  test('for another applicant is not even received', async () => {
    const world = makeWorld();
    expect((await world.send('POST', `/applicants/${otherApplicant}/selfies`, { as: 'applicant', body: form({}) })).status).toBe(403);
    expect((await world.send('POST', '/applicants/not-an-id/selfies', { as: 'operator', body: form({}) })).status).toBe(404);
    expect(await nothingLeft(world)).toBe(true);
  });

  test('that a crash left on the disk is removed at the next start', async () => {
    const world = makeWorld();
    mkdirSync(join(world.uploads, 'upload-abc123'));
    writeFileSync(join(world.uploads, 'upload-abc123', 'file'), 'half an image');
    mkdirSync(join(world.uploads, 'something-else'));
    expect(await removeLeftovers(world.uploads)).toBe(1);
    expect(await readdir(world.uploads)).toEqual(['something-else']);
    expect(await removeLeftovers(join(world.uploads, 'never-made'))).toBe(0);
  });
});

const head = (authorization: string, length: string): string => [
  `POST /api/v1${selfies} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${authorization}`,
  'Content-Type: multipart/form-data; boundary=b', length, '', '',
].join('\r\n');
const chunk = (content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), Buffer.from(content), Buffer.from('\r\n')]);

describe('over a real connection', () => {
  const closers: (() => void)[] = [];
  afterEach(() => { for (const close of closers.splice(0)) close(); });

  async function listen(world: World): Promise<number> {
    const started = Promise.withResolvers<AddressInfo>();
    const server = serve({ fetch: world.api.fetch, hostname: '127.0.0.1', port: 0 }, started.resolve);
    closers.push(() => { server.close(); if ('closeAllConnections' in server) server.closeAllConnections(); });
    return (await started.promise).port;
  }

  const begun = part('name="file"; filename="a.jpg"', '').trimEnd().replaceAll('\n', '\r\n') + '\r\n\r\n';

  test('a body that never ends is cut off at the limit, while it arrives', async () => {
    const world = makeWorld();
    const port = await listen(world);
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => { answer += String(data); });
    socket.on('error', () => undefined);
    socket.write(head((await world.as('applicant'))['authorization'] ?? '', 'Transfer-Encoding: chunked'));
    socket.write(chunk(begun));
    let sent = 0;
    await until(() => {
      if (sent < 2_000_000 && !socket.destroyed) socket.write(chunk(randomBytes(20_000)));
      sent += 20_000;
      return answer.includes('\r\n\r\n');
    });
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('FILE_TOO_LARGE');
    expect(sent).toBeLessThan(2_000_000);
    await until(() => nothingLeft(world));
    expect(world.calls).toEqual([]);
  });

  test('a body that says at once that it is too large is refused before it is sent', async () => {
    const world = makeWorld();
    const socket = connect(await listen(world), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => { answer += String(data); });
    socket.on('error', () => undefined);
    socket.write(head((await world.as('applicant'))['authorization'] ?? '', 'Content-Length: 999999999'));
    await until(() => answer.includes('\r\n\r\n'));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(await nothingLeft(world)).toBe(true);
  });

  test('a client that goes away in the middle leaves nothing, and the server goes on', async () => {
    const world = makeWorld();
    const port = await listen(world);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head((await world.as('applicant'))['authorization'] ?? '', 'Content-Length: 50000'));
    socket.write(begun);
    socket.write(randomBytes(10_000));
    await until(async () => !(await nothingLeft(world)));
    socket.destroy();
    await until(() => nothingLeft(world));
    expect(world.calls).toEqual([]);
    expect(existsSync(world.uploads)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });
});
