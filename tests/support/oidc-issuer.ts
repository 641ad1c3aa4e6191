import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

/** What is different from an honest token. `now` is the issuer's clock. */
export interface Forgery {
  readonly claims?: JWTPayload;
  readonly drop?: readonly string[];
  readonly signedBy?: 'pool' | 'stranger' | 'stranger under a known id' | 'nobody' | 'a shared secret';
  readonly expiresInSeconds?: number;
}

export interface TestIssuer {
  readonly issuer: string;
  readonly domain: string;
  readonly clientId: string;
  /** Who signs in next, and with what sort of token. */
  next: { subject: string; groups: readonly string[] | null; forgery: Forgery };
  /** Every answer of the token endpoint is this status until it is null again. */
  fault: number | null;
  readonly asked: string[];
  close(): Promise<void>;
}

const json = (body: unknown, status = 200) => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/**
 * An issuer with the endpoints of a Cognito user pool, which signs real tokens. Its sign-in page lets in at once whoever
 * `next` names; its token endpoint holds to PKCE and takes each code once.
 */
export async function startTestIssuer(clock: () => Date): Promise<TestIssuer> {
  const [pool, stranger] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(pool.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, { challenge: string; redirectUri: string; nonce: string }>();
  const issuer: TestIssuer = {
    issuer: '', domain: '', clientId: 'console0client', next: { subject: randomUUID(), groups: ['reviewer'], forgery: {} }, fault: null, asked: [],
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };

  async function token(nonce: string): Promise<string> {
    const { subject, groups, forgery: { claims, drop = [], signedBy = 'pool', expiresInSeconds = 1800 } } = issuer.next;
    const now = Math.floor(clock().getTime() / 1000);
    const all: JWTPayload = {
      sub: subject, iss: issuer.issuer, aud: issuer.clientId, token_use: 'id', nonce, iat: now, auth_time: now, exp: now + expiresInSeconds,
      email: 'staff@example.org', ...(groups !== null && { 'cognito:groups': groups }), ...claims,
    };
    const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !drop.includes(name)));
    switch (signedBy) {
      case 'nobody': return new UnsecuredJWT(payload).encode();
      case 'a shared secret': return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(new TextEncoder().encode(JSON.stringify(jwk)));
      case 'stranger': return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'key-9' }).sign(stranger.privateKey);
      case 'stranger under a known id': return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(stranger.privateKey);
      case 'pool': return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(pool.privateKey);
    }
  }

  async function answer(url: URL, body: string): Promise<{ status: number; headers?: Record<string, string>; body?: string }> {
    issuer.asked.push(`${url.pathname}${url.search}`);
    if (url.pathname === '/pool/.well-known/jwks.json') return json({ keys: [jwk] });
    if (url.pathname === '/oauth2/authorize') {
      const asked = Object.fromEntries(url.searchParams);
      if (asked['client_id'] !== issuer.clientId || asked['code_challenge_method'] !== 'S256' || asked['response_type'] !== 'code') return json({ error: 'invalid_request' }, 400);
      const code = randomUUID();
      codes.set(code, { challenge: asked['code_challenge'] ?? '', redirectUri: asked['redirect_uri'] ?? '', nonce: asked['nonce'] ?? '' });
      const back = new URL(asked['redirect_uri'] ?? '');
      back.search = new URLSearchParams({ code, state: asked['state'] ?? '' }).toString();
      return { status: 302, headers: { location: back.href } };
    }
    if (url.pathname === '/oauth2/token') {
      if (issuer.fault !== null) return { status: issuer.fault };
      const form = new URLSearchParams(body);
      const kept = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
      if (kept === undefined || kept.challenge !== challenge || kept.redirectUri !== form.get('redirect_uri') || form.get('client_id') !== issuer.clientId) return json({ error: 'invalid_grant' }, 400);
      return json({ id_token: await token(kept.nonce), access_token: 'opaque', refresh_token: 'opaque', token_type: 'Bearer', expires_in: 1800 });
    }
    return { status: 404 };
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => void (async () => {
      const { status, headers = {}, body } = await answer(new URL(request.url ?? '/', 'http://issuer'), Buffer.concat(parts).toString());
      response.writeHead(status, headers);
      response.end(body);
    })());
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(issuer, { issuer: `${origin}/pool`, domain: origin });
}
