import { hkdfSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hkdf32 } from '../../ledger/hkdf.ts';

describe('key derivation', () => {
  it('is what Node calls HKDF-SHA-256 with an empty salt', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 300 }), (secret, info) => {
        expect(hkdf32(secret, info).equals(Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, 32)))).toBe(true);
      }),
    );
  });

  it('gives the first 32 bytes of test case 3 of RFC 5869 (no salt, no info)', () => {
    const okm = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d';
    expect(hkdf32(new Uint8Array(22).fill(0x0b), new Uint8Array()).toString('hex')).toBe(okm);
  });
});
