import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RecordedEvent } from '../../events/envelope.ts';
import { encodeBundle } from '../../ledger/log/entry-bundle.ts';
import { leafBytes } from '../../ledger/log/leaf.ts';
import { parseVerifierKey } from '../../ledger/log/note-key.ts';
import { parseProofFile, verifyProofFile } from '../../ledger/log/proof-file.ts';

const page = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');
const blocks = (language: string) => [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1] ?? '');
const sha256 = (...parts: (Buffer | string)[]) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

const events = blocks('json').map((text) => RecordedEvent.parse(JSON.parse(text)));
const leaves = blocks('leaf').map((text) => text.trimEnd());
const proof = blocks('proof')[0] ?? '';
const key = (blocks('key')[0] ?? '').trim();

describe('the worked example of docs/ledger.md', () => {
  it('is what the code makes of its events', () => {
    expect(events.map((event) => leafBytes(event).toString())).toEqual(leaves);
    const bundle = encodeBundle(leaves.map((leaf) => Buffer.from(leaf)));
    expect(page).toContain(`${leaves.map((leaf) => Buffer.byteLength(leaf)).join(' and ')} bytes`);
    expect(page).toContain(`of ${bundle.length} bytes`);
    expect(verifyProofFile(parseProofFile(proof), Buffer.from(leaves[1] ?? ''), parseVerifierKey(key))).toMatchObject({ index: 1, checkpoint: { size: 2 } });
  });

  it('is verified by a reader who has nothing but the page and SHA-256, Ed25519 and JSON', () => {
    const canonical = (value: unknown): string => typeof value === 'object' && value !== null
      ? `{${Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`
      : JSON.stringify(value);
    const leafOf = (event: RecordedEvent) => canonical({ ...event, sealed: event.sealed === null ? null : sha256(canonical(event.sealed)).toString('hex') });
    const hashes = events.map((event) => sha256(Buffer.of(0), leafOf(event)));
    const root = sha256(Buffer.of(1), ...hashes);
    for (const hash of [...hashes, root]) expect(page).toContain(`\`${hash.toString('hex')}\``);

    const [, index, sibling, , origin, size, signedRoot, , signature = ''] = proof.split('\n');
    expect([index, sibling]).toEqual(['index 1', hashes[0]?.toString('base64')]);
    expect(signedRoot).toBe(root.toString('base64'));
    const [name = '', id = '', encoded = ''] = key.split(/\+(.{8})\+/);
    const publicKey = Buffer.from(encoded, 'base64');
    expect(id).toBe(sha256(name, '\n', publicKey).toString('hex', 0, 4));
    const signed = Buffer.from(signature.split(' ')[2] ?? '', 'base64');
    expect(signed.toString('hex', 0, 4)).toBe(id);
    const ed25519 = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.subarray(1).toString('base64url') }, format: 'jwk' });
    expect(verify(null, Buffer.from(`${origin}\n${size}\n${signedRoot}\n`), ed25519, signed.subarray(4))).toBe(true);
  });
});
