import { createPublicKey, randomBytes, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyRefused } from '../../gateways/keys/errors.ts';
import type { Keys } from '../../gateways/keys/port.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Verifies as a stranger would, from the 32 raw bytes of the public key (SubjectPublicKeyInfo of RFC 8410 around them). */
function verifies(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, data, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}

/** What every keeper of the master keys must do. `another` is the same keys as a second process has them. */
export function describeKeysContract(name: string, makeSubject: () => Promise<{ keys: Keys; another: () => Promise<Keys> }>): void {
  describe(`keys: ${name}`, () => {
    let keys: Keys;
    let another: Keys;
    beforeAll(async () => {
      const subject = await makeSubject();
      keys = subject.keys;
      another = await subject.another();
    });

    it('unwraps what was wrapped, in any process', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string({ maxLength: 50 }), async (key, context) => {
          expect(Buffer.from(await another.unwrap(await keys.wrap(key, context), context))).toEqual(Buffer.from(key));
        }),
        { numRuns: 20 },
      );
    });

    it('wraps the same key differently each time, and never in the clear', async () => {
      const key = randomBytes(32);
      const [one, two] = [Buffer.from(await keys.wrap(key, 'a')), Buffer.from(await keys.wrap(key, 'a'))];
      expect(one.equals(two)).toBe(false);
      expect(one.includes(key.subarray(0, 8))).toBe(false);
    });

    it('refuses another context, and a wrapped key that was altered or cut anywhere', async () => {
      const wrapped = await keys.wrap(randomBytes(32), 'applicant-1');
      await expect(keys.unwrap(wrapped, 'applicant-2')).rejects.toThrow(KeyRefused);
      await expect(keys.unwrap(new Uint8Array(), 'applicant-1')).rejects.toThrow(KeyRefused);
      await fc.assert(
        fc.asyncProperty(fc.nat(wrapped.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const altered = Uint8Array.from(wrapped, (byte, i) => (i === at ? byte ^ change : byte));
          await expect(keys.unwrap(altered, 'applicant-1')).rejects.toThrow(KeyRefused);
          await expect(keys.unwrap(wrapped.slice(0, at), 'applicant-1')).rejects.toThrow(KeyRefused);
        }),
        { numRuns: 20 },
      );
    });

    it('makes a MAC of 32 bytes, the same in any process, another for other data', async () => {
      const mac = Buffer.from(await keys.mac(bytes('value')));
      expect(mac).toHaveLength(32);
      expect(Buffer.from(await another.mac(bytes('value')))).toEqual(mac);
      expect(Buffer.from(await keys.mac(bytes('valuf')))).not.toEqual(mac);
    });

    it('signs so that anybody with the public key can verify (RFC 8032)', async () => {
      const publicKey = await keys.publicKey();
      expect(publicKey).toHaveLength(32);
      expect(await another.publicKey()).toEqual(publicKey);
      const data = bytes('kyc.example/ledger\n1\n');
      const signature = await keys.sign(data);
      expect(signature).toHaveLength(64);
      expect(verifies(publicKey, data, signature)).toBe(true);
      expect(verifies(publicKey, bytes('kyc.example/ledger\n2\n'), signature)).toBe(false);
    });
  });
}
