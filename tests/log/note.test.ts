import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosign, cosignedMessage } from '../../ledger/log/cosignature.ts';
import { LogMalformed, NoteRefused } from '../../ledger/log/errors.ts';
import { formatNote, openNote, parseNote, signNote } from '../../ledger/log/note.ts';
import { COSIGNATURE_V1, formatVerifierKey, isKeyName, parseVerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { makeSigner } from './fixtures.ts';

/** The example of Go's golang.org/x/mod/sumdb/note, made by another implementation than ours. */
const peter = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note: 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n'
    + '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

async function party(name: string, type?: typeof COSIGNATURE_V1) {
  const signer = makeSigner();
  return { name, signer, key: verifierKey(name, await signer.publicKey(), type) };
}

describe('a signed note', () => {
  it('made by Go opens here', () => {
    const vouched = openNote(parseNote(peter.note), [parseVerifierKey(peter.key)]);
    expect(vouched.map(({ key }) => key.name)).toEqual(['PeterNeumann']);
    expect(formatNote(parseNote(peter.note))).toBe(peter.note);
  });

  it('opens for its key after any journey, whatever its text', async () => {
    const { name, signer, key } = await party('example.com/log');
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    await fc.assert(fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), async (lines) => {
      const text = `${lines.join('\n')}\n`;
      const travelled = parseNote(Buffer.from(formatNote(await signNote(text, name, signer))));
      expect(travelled.text).toBe(text);
      expect(openNote(travelled, [key])).toEqual([{ key, time: null }]);
    }), { numRuns: 50 });
  });

  it('is split at its last blank line', async () => {
    const { name, signer } = await party('example.com/log');
    const text = 'first\n\nsecond\n\n— not a signature\n';
    expect(parseNote(formatNote(await signNote(text, name, signer))).text).toBe(text);
  });

  it('may be signed by several; unknown keys are ignored', async () => {
    const [one, two, stranger] = [await party('one'), await party('two'), await party('stranger')];
    const text = 'text\n';
    const signatures = (await Promise.all([one, stranger, two].map((each) => signNote(text, each.name, each.signer))))
      .flatMap((note) => note.signatures);
    const note = parseNote(formatNote({ text, signatures }));
    expect(openNote(note, [one.key, two.key]).map(({ key }) => key.name)).toEqual(['one', 'two']);
  });

  it('is refused when nobody known signed', async () => {
    const [one, two] = [await party('one'), await party('one')];
    const note = await signNote('text\n', 'one', one.signer);
    expect(() => openNote(note, [two.key])).toThrow(NoteRefused);
    expect(() => openNote(note, [])).toThrow(NoteRefused);
  });

  it('is refused when a known key signed wrongly, though another signed rightly', async () => {
    const [one, two] = [await party('one'), await party('two')];
    const [right, other] = [await signNote('text\n', 'one', one.signer), await signNote('other\n', 'two', two.signer)];
    const note = { text: 'text\n', signatures: [...right.signatures, ...other.signatures] };
    expect(() => openNote(note, [one.key, two.key])).toThrow('The signature of two is bad');
    expect(openNote(note, [one.key])).toHaveLength(1);
  });

  it.each([
    ['no blank line', peter.note.replace('\n\n', '\n')],
    ['no signature', peter.note.slice(0, peter.note.indexOf('—'))],
    ['no last newline', peter.note.slice(0, -1)],
    ['a hyphen for the dash', peter.note.replace('—', '-')],
    ['two spaces', peter.note.replace('Neumann x08', 'Neumann  x08')],
    ['a plus in the name', peter.note.replace('— PeterNeumann', '— Peter+Neumann')],
    ['base64 that does not end right', peter.note.replace('AM=\n', 'AM\n')],
    ['a control character', peter.note.replace('If', '\u0001If')],
    ['a carriage return', peter.note.replace(',\n', ',\r\n')],
    ['a signature of nothing but an id', peter.note.replace(/x08\S+/, 'x08gow==')],
    ['more than 100 signatures', peter.note + peter.note.slice(peter.note.indexOf('—')).repeat(100)],
  ])('is refused with %s', (_, bad) => {
    expect(() => parseNote(bad)).toThrow(LogMalformed);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(peter.note)]))).toThrow(LogMalformed);
  });
});

describe('a verifier key', () => {
  it('reads back, of either type', async () => {
    for (const { key } of [await party('example.com/log'), await party('witness.example/w', COSIGNATURE_V1)]) {
      expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
    }
  });

  it('is split at the first two plus signs only, as base64 has them too', () => {
    const key = verifierKey('example.com/log', Buffer.alloc(32, 0xfb));
    expect(formatVerifierKey(key).split('+').length).toBeGreaterThan(3);
    expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
  });

  it.each([
    ['another name', peter.key.replace('Peter', 'Paul')],
    ['another id', peter.key.replace('c74f20a3', 'c74f20a4')],
    ['an unknown type', peter.key.replace('+AR', '+AhR')],
    ['no id', 'name+key'],
    ['too few bytes', 'name+00000000+AQ=='],
  ])('is refused with %s', (_, bad) => {
    expect(() => parseVerifierKey(bad)).toThrow(LogMalformed);
  });

  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2003b'])('has no name like %j', (name) => {
    expect(isKeyName(name)).toBe(false);
    expect(() => verifierKey(name, Buffer.alloc(32))).toThrow(LogMalformed);
  });
});

describe('a cosignature', () => {
  const text = 'example.com/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';

  it('signs the header, the time and the whole text', () => {
    expect(cosignedMessage(text, 1_679_315_147).toString()).toBe(`cosignature/v1\ntime 1679315147\n${text}`);
  });

  it('vouches for the time beside the log, and is 72 bytes', async () => {
    const [log, witness] = [await party('example.com/log'), await party('witness.example/w', COSIGNATURE_V1)];
    const signed = await signNote(text, log.name, log.signer);
    const cosignature = await cosign(text, witness.name, 1_679_315_147, witness.signer);
    expect(cosignature.signature).toHaveLength(72);
    const note = parseNote(formatNote({ text, signatures: [...signed.signatures, cosignature] }));
    expect(openNote(note, [log.key, witness.key])).toEqual([{ key: log.key, time: null }, { key: witness.key, time: 1_679_315_147 }]);
  });

  it('does not hold for another text, another time, or cut short', async () => {
    const witness = await party('witness.example/w', COSIGNATURE_V1);
    const cosignature = await cosign(text, witness.name, 1000, witness.signer);
    const later = Buffer.from(cosignature.signature);
    later.writeBigUInt64BE(1001n);
    const open = (body: string, signature: Uint8Array) => openNote({ text: body, signatures: [{ ...cosignature, signature }] }, [witness.key]);
    expect(open(text, cosignature.signature)).toHaveLength(1);
    expect(() => open(text.replace('1', '2'), cosignature.signature)).toThrow(NoteRefused);
    expect(() => open(text, later)).toThrow(NoteRefused);
    expect(() => open(text, cosignature.signature.subarray(0, 71))).toThrow(NoteRefused);
  });

  it('and a plain signature never pass for one another', async () => {
    const signer = makeSigner();
    const raw = await signer.publicKey();
    const [plain, witness] = [verifierKey('same', raw), verifierKey('same', raw, COSIGNATURE_V1)];
    expect(plain.id).not.toBe(witness.id);
    expect(() => openNote({ text, signatures: [] }, [plain, witness])).toThrow(NoteRefused);
    const signed = await signNote(text, 'same', signer);
    expect(() => openNote(signed, [witness])).toThrow(NoteRefused);
  });
});
