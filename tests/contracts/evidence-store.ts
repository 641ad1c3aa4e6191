import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceStore } from '../../gateways/evidence-store/port.ts';

const fresh = (): string => `applicant-${randomUUID()}`;

/** What every evidence store must do. Tests share the store: each works under a prefix of its own. */
export function describeEvidenceStoreContract(name: string, makeSubject: () => Promise<EvidenceStore>): void {
  describe(`evidence store: ${name}`, () => {
    let store: EvidenceStore;
    beforeAll(async () => {
      store = await makeSubject();
    });
    const listed = async (prefix: string): Promise<string[]> => {
      const keys: string[] = [];
      for await (const key of store.list(prefix)) keys.push(key);
      return keys;
    };

    it('gives back the bytes, whatever they are', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
          const key = `${fresh()}/document`;
          expect(await store.put(key, bytes)).toBe('stored');
          expect(Buffer.from((await store.get(key)) ?? [0])).toEqual(Buffer.from(bytes));
        }),
        { numRuns: 20 },
      );
    });

    it('has nothing under a key that was never used', async () => {
      const stream = fresh();
      await store.put(`${stream}/document`, Uint8Array.of(1));
      expect(await store.get(`${stream}/selfie`)).toBeNull();
      expect(await store.get(stream)).toBeNull();
      expect(await store.get(`${stream}/document/page`)).toBeNull();
    });

    it('keeps the first bytes of a key', async () => {
      const key = `${fresh()}/document`;
      await store.put(key, Uint8Array.of(1));
      expect(await store.put(key, Uint8Array.of(2))).toBe('exists');
      expect(await store.put(key, Uint8Array.of(1))).toBe('exists');
      expect([...((await store.get(key)) ?? [])]).toEqual([1]);
    });

    it('lets one of many writers win, and its bytes are whole', async () => {
      const key = `${fresh()}/document`;
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => store.put(key, new Uint8Array(50_000).fill(i))));
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
      const bytes = (await store.get(key)) ?? new Uint8Array();
      expect(bytes).toHaveLength(50_000);
      expect(new Set(bytes)).toEqual(new Set([answers.indexOf('stored')]));
    });

    it('lists the keys of a prefix in order, and no others', async () => {
      const stream = fresh();
      const names = ['a', 'a-b', 'a.b', 'ab', 'b/c', 'b-c', 'b/a/x', 'b2'];
      for (const each of names) await store.put(`${stream}/${each}`, Uint8Array.of(1));
      const keys = names.map((each) => `${stream}/${each}`).toSorted();
      expect(await listed(`${stream}/`)).toEqual(keys);
      expect(await listed(stream)).toEqual(keys);
      expect(await listed(`${stream}/b`)).toEqual(keys.filter((key) => key.startsWith(`${stream}/b`)));
      expect(await listed(`${stream}/b/`)).toEqual([`${stream}/b/a/x`, `${stream}/b/c`]);
      expect(await listed(`${stream}/nothing`)).toEqual([]);
      expect(await listed('')).toEqual(expect.arrayContaining(keys));
    });

    it('deletes, also what is not there', async () => {
      const key = `${fresh()}/document`;
      await store.put(key, Uint8Array.of(1));
      expect(await store.delete(key)).toBe(true);
      expect(await store.get(key)).toBeNull();
      expect(await store.delete(key)).toBe(true);
    });

    it.each(['', '/', 'a/', '/a', 'a//b', '..', 'a/../b', './a', 'a/.hidden', 'A', 'a b', 'a\\b', 'a\u0000', 'ä', 'a'.repeat(301)])(
      'has no key like %j',
      async (key) => {
        await expect(store.put(key, Uint8Array.of(1))).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
        await expect(store.get(key)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
        await expect(store.delete(key)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
      },
    );
  });
}
