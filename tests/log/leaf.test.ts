import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ENTRY_SIZE } from '../../ledger/log/entry-bundle.ts';
import { LeafTooLarge, LogMalformed } from '../../ledger/log/errors.ts';
import { leafBytes, leafPosition, parseLeaf, sealedHash } from '../../ledger/log/leaf.ts';
import { anyEvent, makeEvent, makeSealed } from './fixtures.ts';

describe('the leaf of an event', () => {
  it('is the canonical JSON of the envelope with the hash of what is sealed', () => {
    const event = makeEvent(1, 2, { type: 'ReviewNoted', data: { b: 1e21, a: 'é\n' } });
    const sealed = event.sealed;
    const canonicalSealed = `{"alg":"A256GCM","ciphertext":"${sealed?.ciphertext}","commitment":"${sealed?.commitment}","iv":"${sealed?.iv}","tag":"${sealed?.tag}"}`;
    const hash = createHash('sha256').update(canonicalSealed).digest('hex');
    expect(leafBytes(event).toString()).toBe(
      `{"actor":{"id":"test","kind":"system"},"causationId":null,"correlationId":"case-1","data":{"a":"é\\n","b":1e+21},`
      + `"id":"${event.id}","occurredAt":"${event.occurredAt}","recordedAt":"${event.recordedAt}","schemaVersion":1,`
      + `"sealed":"${hash}","stream":"${event.stream}","type":"ReviewNoted","version":2}`,
    );
  });

  it('says null where nothing was sealed', () => {
    expect(leafBytes(makeEvent(1, 1, { sealed: null })).toString()).toContain('"sealed":null');
  });

  it('is the same whatever order the fields were in', () => {
    fc.assert(fc.property(anyEvent, (event) => {
      const turned = Object.fromEntries(Object.entries(event).toReversed());
      expect(leafBytes({ ...event, ...turned })).toEqual(leafBytes(event));
    }));
  });

  it('reads back as the event, all but what was sealed', () => {
    fc.assert(fc.property(anyEvent, (event) => {
      expect(parseLeaf(leafBytes(event))).toEqual({ ...event, sealed: sealedHash(event.sealed) });
    }));
  });

  it('tells its stream and version from its end alone', () => {
    fc.assert(fc.property(anyEvent, (event) => {
      expect(leafPosition(leafBytes(event))).toEqual({ stream: event.stream, version: event.version });
    }));
  });

  it('is not mistaken when the type or the data pretend to be a stream', () => {
    const event = makeEvent(3, 4, {
      type: '","stream":"applicant-0","type":"X","version":9}',
      data: { x: '"stream":"applicant-0","type":"X","version":9}' },
    });
    expect(leafPosition(leafBytes(event))).toEqual({ stream: event.stream, version: 4 });
  });

  it('holds nothing of what is sealed', () => {
    const sealed = makeSealed(7);
    const text = leafBytes(makeEvent(1, 1, { sealed })).toString();
    for (const part of [sealed.ciphertext, sealed.iv, sealed.tag, sealed.commitment]) expect(text).not.toContain(part);
  });

  it('is refused over 65,535 bytes, and fits at exactly that', () => {
    const empty = leafBytes(makeEvent(1, 1, { data: { pad: '' } })).length;
    const padded = (bytes: number) => makeEvent(1, 1, { data: { pad: 'x'.repeat(bytes - empty) } });
    expect(leafBytes(padded(MAX_ENTRY_SIZE))).toHaveLength(MAX_ENTRY_SIZE);
    expect(() => leafBytes(padded(MAX_ENTRY_SIZE + 1))).toThrow(LeafTooLarge);
  });
});

describe('bytes that are not a leaf', () => {
  const good = leafBytes(makeEvent(1, 1)).toString();

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['JSON with spaces', good.replace(':', ': ')],
    ['an unknown field', good.replace('{', '{"a":1,')],
    ['a field that readers of JSON take for something else', good.replace('"data":{', '"data":{"__proto__":[],')],
    ['another order', good.replace('"actor":{"id":"test","kind":"system"}', '"actor":{"kind":"system","id":"test"}')],
    ['version 0', good.replace('"version":1}', '"version":0}')],
  ])('are refused: %s', (_, text) => {
    expect(() => parseLeaf(Buffer.from(text))).toThrow(LogMalformed);
  });

  it('have no position', () => {
    expect(leafPosition(Buffer.from('{"stream":"x"}'))).toBeNull();
  });
});
