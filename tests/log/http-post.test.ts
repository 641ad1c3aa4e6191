import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpPost } from '../../ledger/log/http-post.ts';

describe('posting to a witness or an authority', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/silent') return;
      if (request.url === '/elsewhere') {
        response.writeHead(307, { location: '/echo' }).end();
        return;
      }
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = request.url === '/big' ? Buffer.alloc(65 * 1024) : Buffer.concat(parts);
        response.writeHead(409, { 'content-type': `${request.method} ${request.headers['content-type']}` }).end(body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('brings back status, type and bytes, whatever the status', async () => {
    const answer = await httpPost(5000)(`${url}/echo`, 'text/plain', Buffer.from([0, 255, 10]));
    expect({ ...answer, body: Buffer.from(answer.body) }).toEqual({ status: 409, contentType: 'POST text/plain', body: Buffer.from([0, 255, 10]) });
  });

  it.each([['does not answer in time', '/silent'], ['sends us elsewhere', '/elsewhere'], ['answers with too much', '/big']])('fails when it %s', async (_, path) => {
    await expect(httpPost(300)(`${url}${path}`, 'text/plain', Buffer.from('x'))).rejects.toThrow(/abort|timeout|fetch failed|more than/);
  });
});
