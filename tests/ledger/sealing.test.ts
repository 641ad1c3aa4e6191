import { createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealBroken } from '../../ledger/errors.ts';
import { bind, deriveEventKey, deriveEvidenceKey, openEvidence, openPersonal, sealEvidence, sealPersonal } from '../../ledger/sealing.ts';

const place = { stream: 'applicant-1', version: 7, type: 'ReviewNoted', id: '0190a7b4-0000-7000-8000-000000000000' };
const subjectKey = new Uint8Array(32).fill(1);
const iv = new Uint8Array(12).fill(2);

const wellFormed = (parts: readonly string[]): string[] => parts.map((part) => part.toWellFormed());

/** Length (32 bits, big-endian) and UTF-8, as the documentation says it. */
function prefixed(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}

describe('binding', () => {
  it('gives different bytes for different parts, however they are cut', () => {
    const parts = fc.array(fc.string({ maxLength: 6, unit: 'binary' }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const equal = JSON.stringify(wellFormed(a)) === JSON.stringify(wellFormed(b));
        expect(bind(...a).equals(bind(...b))).toBe(equal);
      }),
    );
    expect(bind('ab', 'c').equals(bind('a', 'bc'))).toBe(false);
    expect(bind('a').equals(bind('a', ''))).toBe(false);
  });
});

describe('sealed personal fields', () => {
  it('open to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.uint8Array({ minLength: 32, maxLength: 32 }), (personal, secret) => {
        const key = deriveEventKey(secret, place);
        const plain = JSON.parse(JSON.stringify(personal));
        expect(openPersonal(key, place, sealPersonal(key, place, personal, randomBytes(12)))).toEqual(plain);
      }),
    );
  });

  it('keep the form that is in the ledger for ever: a frozen one opens, and is made again', () => {
    const sealed = sealPersonal(deriveEventKey(subjectKey, place), place, { note: 'Łukasz' }, iv);
    expect(sealed).toEqual({
      alg: 'A256GCM',
      iv: 'AgICAgICAgICAgIC',
      ciphertext: 'sq55nPxm0Qf6QgL/wgPGzfB1',
      tag: 'E4+w8wHM+v65STAPI06lYw==',
      commitment: 'qBUXxu4Pjsy1jlzohgFjSQXya/zI/LGqV8Yk9yqRSlE=',
    });
  });

  it('can be opened by anybody with the documented steps and nothing of ours', () => {
    const info = Buffer.concat(['kyc-ledger/event-key/v1', 'applicant-1', '7', 'ReviewNoted', place.id].map(prefixed));
    const aad = Buffer.concat(['kyc-ledger/event-seal/v1', 'applicant-1', '7', 'ReviewNoted'].map(prefixed));
    const key = Buffer.from(hkdfSync('sha256', subjectKey, '', info, 32));
    const sealed = sealPersonal(deriveEventKey(subjectKey, place), place, { note: 'x' }, iv);
    const commitment = createHash('sha256').update('kyc-ledger/key-commitment/v1').update(key).digest('base64');
    expect(sealed.commitment).toBe(commitment);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64')).setAAD(aad).setAuthTag(Buffer.from(sealed.tag, 'base64'));
    expect(decipher.update(sealed.ciphertext, 'base64', 'utf8') + decipher.final('utf8')).toBe('{"note":"x"}');
  });
});

describe('sealed evidence', () => {
  const key = deriveEvidenceKey(subjectKey, 'applicant-1', 'document-1');
  const sealed = sealEvidence(key, 'applicant-1', 'document-1', Buffer.from('plain'), iv);

  it('has the documented form: KYCE 1, iv, commitment, as much ciphertext as plain bytes, tag', () => {
    expect(sealed.subarray(0, 5)).toEqual(Buffer.from('KYCE\u0001'));
    expect(sealed.subarray(5, 17)).toEqual(Buffer.from(iv));
    expect(sealed).toHaveLength(5 + 12 + 32 + 'plain'.length + 16);
    expect(createHash('sha256').update(sealed).digest('hex')).toBe('bd3450476cf47719b203b3441fe858c3405a20fb2cbf0bf367475b264caa4945');
  });

  it('opens in its place, and refuses every change of a byte, every cut, and every other place', () => {
    expect(openEvidence(key, 'applicant-1', 'document-1', sealed).toString()).toBe('plain');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ 0x80 : byte));
      expect(() => openEvidence(key, 'applicant-1', 'document-1', altered)).toThrow(SealBroken);
      expect(() => openEvidence(key, 'applicant-1', 'document-1', sealed.subarray(0, at))).toThrow(SealBroken);
    }
    const elsewhere = deriveEvidenceKey(subjectKey, 'applicant-1', 'document-2');
    expect(() => openEvidence(key, 'applicant-1', 'document-2', sealed)).toThrow(SealBroken);
    expect(() => openEvidence(elsewhere, 'applicant-1', 'document-2', sealed)).toThrow(SealBroken);
  });
});
