import { generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import type { RecordedEvent, Sealed } from '../../events/envelope.ts';
import type { NoteSigner } from '../../ledger/log/note-key.ts';

/** A fresh Ed25519 key behind the signer's port. */
export function makeSigner(): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { sign: async (data) => sign(null, data, privateKey), publicKey: async () => raw };
}

const started = Date.UTC(2026, 2, 1);

/** The `version`th event of the `stream`th applicant, different from every other in every field that may differ. */
export function makeEvent(stream: number, version: number, over: Partial<RecordedEvent> = {}): RecordedEvent {
  const time = new Date(started + (stream * 7 + version) * 1000).toISOString();
  const digits = (stream * 1_000_000 + version).toString(16).padStart(12, '0');
  return {
    id: `0195a000-0000-7000-8000-${digits}`,
    stream: streamName(stream),
    version,
    type: version === 1 ? 'ApplicantRegistered' : 'ReviewNoted',
    schemaVersion: 1,
    occurredAt: time,
    recordedAt: time,
    actor: { kind: 'system', id: 'test' },
    correlationId: `case-${stream}`,
    causationId: null,
    data: { number: stream, note: `note ${version}` },
    sealed: makeSealed(stream * 1000 + version),
    ...over,
  };
}

export function streamName(stream: number): string {
  return `applicant-00000000-0000-4000-8000-${stream.toString(16).padStart(12, '0')}`;
}

export function makeSealed(seed: number): Sealed {
  const bytes = (length: number) => Buffer.alloc(length, `sealed ${seed}`).toString('base64');
  return { alg: 'A256GCM', iv: bytes(12), ciphertext: bytes(40), tag: bytes(16), commitment: bytes(32) };
}

/** A field called __proto__ is none to zod, which drops it, so no event has one: it is refused as a leaf. */
const fieldName = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__');

/** Any recorded event the envelope allows. */
export const anyEvent: fc.Arbitrary<RecordedEvent> = fc.record({
  stream: fc.nat(50),
  version: fc.integer({ min: 1, max: 1_000_000 }),
  type: fc.string({ minLength: 1, unit: 'grapheme' }),
  data: fc.dictionary(fieldName, fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 })),
  sealed: fc.boolean(),
}).map(({ stream, version, type, data, sealed }) =>
  makeEvent(stream, version, { type, data: JSON.parse(JSON.stringify(data)), ...(sealed ? {} : { sealed: null }) }));
