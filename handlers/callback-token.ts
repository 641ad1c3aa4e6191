import { createHash, timingSafeEqual } from 'node:crypto';

/** A one-time token (32 random bytes, base64url) and the hash (hex) that is kept in its place. */
export function newToken(random: (bytes: number) => Uint8Array): { readonly token: string; readonly hash: string } {
  const token = Buffer.from(random(32)).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** Is it the token of one of these hashes? Takes the same time whatever is wrong with it. */
export function isTokenOf(token: string, hashes: readonly string[]): boolean {
  const given = Buffer.from(hashOf(token), 'hex');
  const matches = hashes.map((hash) => {
    const kept = Buffer.from(hash, 'hex');
    return kept.length === given.length && timingSafeEqual(kept, given);
  });
  return matches.includes(true);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
