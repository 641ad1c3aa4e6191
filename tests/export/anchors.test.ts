import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { anchorCheckpoint } from '../../ledger/log/anchor.ts';
import { TimestampRefused } from '../../ledger/log/errors.ts';
import { formatVerifierKey } from '../../ledger/log/note-key.ts';
import { verifyTimestamp } from '../../ledger/log/timestamp.ts';
import { type Authority, hasOpenssl, makeAuthority } from '../log/openssl-authority.ts';
import { makeWitness, type TestWitness } from '../log/test-witness.ts';
import { exportBag, makeWorld, type MemoryBag, type World } from './support.ts';

const COSIGNATURE = /^data\/anchors\/\d{12}\/cosignature-[0-9a-f]{8}$/;
const TIMESTAMP = /^data\/anchors\/\d{12}\/timestamp-[a-z-]+\.tsr$/;

describe.skipIf(!hasOpenssl)('anchors go with the export and are verified', () => {
  let world: World;
  let witness: TestWitness;
  let authority: Authority;
  let bag: MemoryBag;
  const pathOf = (pattern: RegExp): string => [...bag.files.keys()].find((path) => pattern.test(path)) ?? '';

  beforeAll(async () => {
    world = await makeWorld(1);
    witness = await makeWitness(world.sequencer.key);
    authority = makeAuthority();
    const tsa = { name: 'local', url: 'https://tsa.example', roots: [authority.root] };
    const report = await anchorCheckpoint({
      tiles: world.tiles, sequencer: world.sequencer, witnesses: [witness], authorities: [tsa],
      post: async (url, type, body) =>
        url === tsa.url ? { status: 200, contentType: 'application/timestamp-reply', body: authority.reply(body) } : witness.post(url, type, body),
      random: (bytes) => randomBytes(bytes),
    });
    if (report.anchored.length !== 2) throw new Error('not anchored');
    await exportBag(world);
    bag = await exportBag(world);
  });

  const timestampFault = async (response: Uint8Array, text: string): Promise<string | null> => {
    try {
      await verifyTimestamp(response, Buffer.from(text), [authority.root]);
      return null;
    } catch (error) {
      if (error instanceof TimestampRefused) return error.message;
      throw error;
    }
  };

  test('and asked for where nobody vouched, or with a key that is none, they are not called verified', async () => {
    const plain = await exportBag(await makeWorld(1));
    const report = await verifyBag(plain, { witnesses: [formatVerifierKey(witness.key), 'nonsense'], timestampFault });
    expect(report.findings).toEqual([
      { check: 'anchors', where: 'the witness nonsense', what: 'that is no verifier key' },
      { check: 'anchors', where: `the witness ${witness.key.name}`, what: 'nothing in this bag is cosigned by it' },
      { check: 'anchors', where: 'the authority given', what: 'no time-stamp is in this bag' },
    ]);
  });

  test('with the witness\'s key and the authority\'s root, together with the proof that the log still contains what they saw', async () => {
    const report = await verifyBag(bag, { key: world.key, witnesses: [formatVerifierKey(witness.key)], timestampFault });
    expect(report.findings).toEqual([]);
    expect(report.checked.anchors).toBe('2 cosignatures and time-stamps');
    expect(report.notes.join('\n')).toContain(`${witness.key.name} saw the checkpoint`);
  });

  test('and said to be unchecked without', async () => {
    const report = await verifyBag(bag, { key: world.key });
    expect(report.verdict).toBe('verified');
    expect(report.notes.join('\n')).toMatch(/whose key was not given[^]*signature is not checked here/);
  });

  test.each([['a cosignature', COSIGNATURE], ['a time-stamp', TIMESTAMP], ['the proof from the anchored tree', /\/consistency$/]])('%s altered is found, whatever hashes are made to fit', async (_what, pattern) => {
    const spoiled = bag.copy();
    const path = [...bag.files.keys()].find((each) => each.startsWith('data/anchors/') && pattern.test(each)) ?? '';
    const bytes = spoiled.files.get(path) ?? new Uint8Array(1);
    if (pattern === TIMESTAMP) bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    // Base64 stays base64: one letter for another.
    else bytes[bytes.length - 12] = bytes[bytes.length - 12] === 0x41 ? 0x42 : 0x41;
    await spoiled.coverUp();
    const report = await verifyBag(spoiled, { key: world.key, witnesses: [formatVerifierKey(witness.key)], timestampFault });
    expect(report.findings.filter(({ check }) => check === 'anchors').map(({ where }) => where)).toEqual([path]);
  });

  test('a cosignature that is no base64 is found, and counts for nobody', async () => {
    const spoiled = bag.copy();
    const path = pathOf(COSIGNATURE);
    const bytes = spoiled.files.get(path) ?? new Uint8Array(1);
    bytes[bytes.length - 12] = 0x2a;
    await spoiled.coverUp();
    const report = await verifyBag(spoiled, { key: world.key, witnesses: [formatVerifierKey(witness.key)], timestampFault });
    expect(report.findings.filter(({ check }) => check === 'anchors').map(({ where }) => where)).toEqual([path, `the witness ${witness.key.name}`]);
  });

  test('a time-stamp over something else is found even without the authority\'s root', async () => {
    const spoiled = bag.copy();
    spoiled.set(pathOf(TIMESTAMP), 'something else');
    const report = await verifyBag(spoiled);
    expect(report.findings).toContainEqual({ check: 'anchors', where: pathOf(TIMESTAMP), what: 'it is not a time-stamp over the checkpoint beside it' });
  });
});
