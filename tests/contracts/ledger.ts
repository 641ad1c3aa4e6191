import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { RecordedEvent, Sealed } from '../../events/envelope.ts';
import { EvidenceAltered, EvidenceConflict, EvidenceMissing, InvalidAppend, SealBroken, SubjectErased } from '../../ledger/errors.ts';
import type { DisclosingLedger } from '../../ledger/create-ledger.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import { LeafTooLarge } from '../../ledger/log/errors.ts';
import { leafBytes } from '../../ledger/log/leaf.ts';
import { openPersonal } from '../../ledger/sealing.ts';
import { anApplicant, newEvent, recorded } from '../support/events.ts';

export interface LedgerSubject {
  readonly ledger: DisclosingLedger;
  readonly store: EventStore;
  /** The same ledger as another process has it: nothing cached. */
  readonly another: () => DisclosingLedger;
  /** Everything that lies anywhere, as text: items of all tables, and evidence in Latin-1. */
  readonly raw: () => Promise<string>;
  /** Overwrites or adds sealed bytes behind the ledger's back. */
  readonly tamper: (key: string, bytes: Uint8Array) => Promise<void>;
}

const note = (text: string): DomainEvent => ({ type: 'ReviewNoted', data: { decisionVersion: 3 }, personal: { note: text } });
const published = (channels: number, letters: number): DomainEvent => ({
  type: 'ResultPublished',
  data: {
    decisionVersion: 3,
    channels: Array.from({ length: channels }, (_, i) => ({ channel: 'webhook', messageId: '€'.repeat(i > 1 ? 200 : Math.min(200, Math.max(0, letters - 200 * i))) })),
  },
  personal: null,
});
const erasure: DomainEvent = { type: 'ErasureRequested', data: { basis: 'RETENTION_ENDED' }, personal: null };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytes = new TextEncoder().encode('the answer of the reader');

async function sealedAt(store: EventStore, stream: string, version: number): Promise<RecordedEvent & { readonly sealed: Sealed }> {
  const [event] = await store.load(stream, { from: version, to: version });
  if (event === undefined || event.sealed === null) throw new Error('nothing sealed there');
  return { ...event, sealed: event.sealed };
}

/** What every ledger must do beyond keeping events: check, seal, open, forget. */
export function describeLedgerContract(name: string, makeSubject: () => Promise<LedgerSubject>): void {
  describe(`ledger: ${name}`, () => {
    let subject: LedgerSubject;
    let ledger: DisclosingLedger;
    beforeAll(async () => {
      subject = await makeSubject();
      ledger = subject.ledger;
    });

    async function noted(text = 'seen'): Promise<string> {
      const stream = anApplicant();
      await ledger.append(stream, 0, [newEvent(note(text))]);
      return stream;
    }

    describe('appending and loading', () => {
      it('gives back what was appended, opened, with the envelope filled in', async () => {
        const stream = anApplicant();
        const events = [newEvent(note('first')), newEvent(erasure)];
        const result = await ledger.append(stream, 0, events);
        const loaded = await ledger.load(stream);
        expect(loaded).toMatchObject(events.map(({ id, event, context }, i) => ({ id, stream, version: i + 1, ...event, ...context })));
        expect(result).toEqual({ kind: 'appended', events: loaded });
        expect(await subject.another().load(stream)).toEqual(loaded);
        expect(await ledger.load(stream, { from: 2 })).toEqual(loaded.slice(1));
      });

      it('answers a retry with what was recorded, and a conflict with what came in between', async () => {
        const stream = anApplicant();
        const event = newEvent(note('once'));
        await ledger.append(stream, 0, [event]);
        const loaded = await ledger.load(stream);
        expect(await ledger.append(stream, 0, [event])).toEqual({ kind: 'already_appended', events: loaded });
        expect(await ledger.append(stream, 0, [newEvent(note('other'))])).toEqual({ kind: 'conflict', since: loaded });
      });

      it('G-26: refuses an event whose leaf would not fit the log, before anything is recorded, and takes one that just fits', async () => {
        const stream = anApplicant();
        const sizeOf = async (event: DomainEvent) => {
          const other = anApplicant();
          await ledger.append(other, 0, [newEvent(event)]);
          return leafBytes((await subject.store.load(other))[0] ?? recorded(other, 1)).length;
        };
        const [rough, most] = [await sizeOf(published(100, 1)), 65_535];
        const channels = 100 + Math.floor((most - rough) / ((await sizeOf(published(101, 1))) - rough));
        const letters = 1 + Math.floor((most - (await sizeOf(published(channels, 1)))) / 3);
        expect(await sizeOf(published(channels, letters))).toBeGreaterThan(most - 3);
        await expect(ledger.append(stream, 0, [newEvent(note('first')), newEvent(published(channels, letters + 1))])).rejects.toThrow(LeafTooLarge);
        expect(await subject.store.load(stream)).toEqual([]);
      });

      it('passes reservations on', async () => {
        const [first, second] = [anApplicant(), anApplicant()];
        const reservation = { kind: 'email' as const, hash: await ledger.lookupHash('email', `${first}@example.org`) };
        await ledger.append(first, 0, [newEvent(note('a'))], [reservation]);
        const result = await ledger.append(second, 0, [newEvent(note('b'))], [reservation]);
        expect(result).toEqual({ kind: 'reserved', reservation, heldBy: first });
      });

      it('opens events of many streams in the order given', async () => {
        const streams = await Promise.all(Array.from({ length: 130 }, (_, i) => noted(`note ${i}`)));
        const events = (await Promise.all(streams.map((stream) => subject.store.load(stream)))).flat().toReversed();
        const opened = await subject.another().open(events);
        expect(opened.map((event) => event.personal)).toEqual(events.map((_, i) => ({ note: `note ${129 - i}` })));
      });

      it('refuses content that the catalogue does not know, before anything is written', async () => {
        const stream = anApplicant();
        const wrong: [unknown, RegExp][] = [
          [{ ...note('x'), personal: { note: '' } }, /note/],
          [{ ...note('x'), personal: null }, /personal/],
          [{ ...note('x'), data: { decisionVersion: 3, extra: true } }, /extra/],
          [{ ...note('x'), type: 'Unheard' }, /Unheard/],
        ];
        for (const [event, why] of wrong) {
          await expect(ledger.append(stream, 0, [newEvent(note('fine')), newEvent(event as DomainEvent)])).rejects.toThrow(why);
        }
        expect(await ledger.load(stream)).toEqual([]);
      });

      it('refuses an envelope that does not fit, and names no value of it', async () => {
        const misfit = newEvent(note('x'), { occurredAt: 'yesterday, said Angela' });
        const refusal = ledger.append(anApplicant(), 0, [misfit]);
        await expect(refusal).rejects.toThrow(InvalidAppend);
        await expect(refusal).rejects.toThrow(/^(?!.*Angela)/);
        await expect(ledger.append('Not A Stream', 0, [newEvent(note('x'))])).rejects.toThrow(InvalidAppend);
      });
    });

    describe('sealing', () => {
      it('G-6: writes no personal field anywhere but sealed', async () => {
        const text = fc.string({ minLength: 10, maxLength: 40, unit: 'grapheme' }).filter((value) => value.trim().length > 9);
        const surname = fc.stringMatching(/^[A-Z]{4}-[A-Z][a-z]{7,12}$/);
        await fc.assert(
          fc.asyncProperty(surname, surname, text, async (family, given, words) => {
            const stream = anApplicant();
            const registered: DomainEvent = {
              type: 'ApplicantRegistered',
              data: { number: 1, registerType: 'GMC', emailHash: await ledger.lookupHash('email', `${family}@example.org`) },
              personal: { email: `${family}@example.org`, registrationNumber: `${given}7`, name: { surname: family, givenNames: given } },
            };
            const hash = await ledger.lookupHash('email', `${family}@example.org`);
            await ledger.append(stream, 0, [newEvent(registered), newEvent(note(words))], [{ kind: 'email', hash }]);
            await ledger.keepEvidence(stream, 'ocr-1', new TextEncoder().encode(`${family} ${words}`), 'text/plain');
            const raw = await subject.raw();
            expect(raw).toContain(stream);
            for (const secret of [family, given, words, JSON.stringify(words).slice(1, -1)]) {
              const buffer = Buffer.from(secret);
              for (const form of [secret, buffer.toString('latin1'), buffer.toString('hex'), buffer.toString('base64').replaceAll('=', '')]) {
                expect(raw.includes(form)).toBe(false);
              }
            }
            expect((await ledger.load(stream))[0]?.personal).toEqual(registered.personal);
          }),
          { numRuns: 15 },
        );
      });

      it('G-7: opens a sealed event in its own place only', async () => {
        const stream = await noted('mine');
        const other = await noted('theirs');
        const [event, foreign] = [await sealedAt(subject.store, stream, 1), await sealedAt(subject.store, other, 1)];
        const flipped = Buffer.from(event.sealed.ciphertext, 'base64');
        flipped[0] = (flipped[0] ?? 0) ^ 1;
        const changes = [
          { stream: other },
          { version: 2 },
          { type: 'ReviewProposed' },
          { id: recorded(stream, 1).id },
          { sealed: foreign.sealed },
          { sealed: { ...event.sealed, ciphertext: flipped.toString('base64') } },
          { sealed: { ...event.sealed, iv: foreign.sealed.iv } },
          { sealed: { ...event.sealed, tag: foreign.sealed.tag } },
          { sealed: { ...event.sealed, tag: event.sealed.tag.slice(0, 8) } },
          { sealed: { ...event.sealed, commitment: foreign.sealed.commitment } },
        ];
        for (const change of changes) await expect(ledger.open([{ ...event, ...change }])).rejects.toThrow(SealBroken);
        expect((await ledger.open([event]))[0]?.personal).toEqual({ note: 'mine' });
      });

      it('G-7: discloses one event by its key, and no other', async () => {
        const stream = anApplicant();
        await ledger.append(stream, 0, [newEvent(note('one')), newEvent(note('two')), newEvent(erasure)]);
        const [one, two] = [await sealedAt(subject.store, stream, 1), await sealedAt(subject.store, stream, 2)];
        const key = (await ledger.eventKey(one)) ?? new Uint8Array();
        expect(openPersonal(key, one, one.sealed)).toEqual({ note: 'one' });
        expect(() => openPersonal(key, two, two.sealed)).toThrow(SealBroken);
        expect(await ledger.eventKey(recorded(stream, 3))).toBeNull();
      });

      it('refuses what is sealed for a stream that never had a key', async () => {
        const [event] = await subject.store.load(await noted());
        await expect(ledger.open([{ ...recorded(anApplicant(), 1), sealed: event?.sealed ?? null }])).rejects.toThrow(SealBroken);
      });

      it('makes one key when many begin a stream at once', async () => {
        const streams = Array.from({ length: 4 }, anApplicant);
        await Promise.all(
          streams.map(async (stream) => {
            const ledgers = Array.from({ length: 6 }, () => subject.another());
            await Promise.all(ledgers.map((each, i) => each.keepEvidence(stream, `page-${i}`, bytes, 'text/plain')));
            const refs = await Promise.all(ledgers.map((each, i) => each.keepEvidence(stream, `page-${i}`, bytes, 'text/plain')));
            const reader = subject.another();
            for (const { ref } of refs) expect(await reader.readEvidence(stream, ref)).toEqual(Buffer.from(bytes));
          }),
        );
      });
    });

    describe('evidence', () => {
      it('comes back as it was kept, under a reference to the sealed bytes', async () => {
        const stream = anApplicant();
        const { ref, plainSha256 } = await ledger.keepEvidence(stream, 'document-1', bytes, 'text/plain');
        expect(ref).toMatchObject({ key: `${stream}/document-1`, mediaType: 'text/plain' });
        expect(ref.sha256).not.toBe(plainSha256);
        expect(plainSha256).toBe(sha256(bytes));
        expect(await subject.another().readEvidence(stream, ref)).toEqual(Buffer.from(bytes));
      });

      it('kept again under its name is the same reference, and other bytes are refused', async () => {
        const stream = anApplicant();
        const first = await ledger.keepEvidence(stream, 'document-1', bytes, 'text/plain');
        expect(await subject.another().keepEvidence(stream, 'document-1', bytes, 'text/plain')).toEqual(first);
        await expect(ledger.keepEvidence(stream, 'document-1', bytes.slice(1), 'text/plain')).rejects.toThrow(EvidenceConflict);
      });

      it('keeps nothing and much', async () => {
        const stream = anApplicant();
        for (const [name_, payload] of [['nothing', new Uint8Array()], ['much', new Uint8Array(3_000_000).fill(7)]] as const) {
          const { ref } = await ledger.keepEvidence(stream, name_, payload, 'application/octet-stream');
          expect(sha256(await ledger.readEvidence(stream, ref))).toBe(sha256(payload));
        }
      });

      it('that is missing, altered or somebody else\'s is told apart', async () => {
        const stream = anApplicant();
        const { ref } = await ledger.keepEvidence(stream, 'document-1', bytes, 'text/plain');
        const absent = { ...ref, key: `${stream}/document-2` };
        await expect(ledger.readEvidence(stream, absent)).rejects.toThrow(EvidenceMissing);
        await expect(ledger.readEvidence(anApplicant(), ref)).rejects.toThrow(EvidenceMissing);
        await expect(ledger.readEvidence(stream, { ...ref, sha256: sha256(bytes) })).rejects.toThrow(EvidenceAltered);
        const forged = new Uint8Array(ref.bytes).fill(1);
        await subject.tamper(ref.key, forged);
        await expect(ledger.readEvidence(stream, ref)).rejects.toThrow(EvidenceAltered);
        await expect(ledger.readEvidence(stream, { ...ref, sha256: sha256(forged) })).rejects.toThrow(EvidenceAltered);
      });

      it.each(['', '../x', 'a/b', 'A', '.hidden', 'x'.repeat(200)])('has no name like %j', async (wrong) => {
        await expect(ledger.keepEvidence(anApplicant(), wrong, bytes, 'text/plain')).rejects.toThrow(InvalidAppend);
      });
    });

    describe('erasure', () => {
      it('G-9: makes everything sealed unreadable at once, and leaves the rest', async () => {
        const stream = anApplicant();
        await ledger.append(stream, 0, [newEvent(note('to be forgotten')), newEvent(erasure)]);
        const { ref } = await ledger.keepEvidence(stream, 'document-1', bytes, 'text/plain');
        const [before] = await subject.store.load(stream);
        await ledger.destroyKey(stream);
        for (const each of [ledger, subject.another()]) {
          expect((await each.load(stream)).map((event) => [event.type, event.personal])).toEqual([['ReviewNoted', null], ['ErasureRequested', null]]);
          await expect(each.readEvidence(stream, ref)).rejects.toThrow(SubjectErased);
          expect(before && (await each.eventKey(before))).toBeNull();
        }
      });

      it('lets nothing more be sealed, while open events go on', async () => {
        const stream = await noted();
        await ledger.destroyKey(stream);
        await ledger.destroyKey(stream);
        for (const each of [ledger, subject.another()]) {
          await expect(each.append(stream, 1, [newEvent(note('too late'))])).rejects.toThrow(SubjectErased);
          await expect(each.keepEvidence(stream, 'late', bytes, 'text/plain')).rejects.toThrow(SubjectErased);
        }
        expect(await ledger.append(stream, 1, [newEvent(erasure)])).toMatchObject({ kind: 'appended' });
      });

      it('of a stream that never had a key forbids one for ever', async () => {
        const stream = anApplicant();
        await ledger.destroyKey(stream);
        await expect(subject.another().append(stream, 0, [newEvent(note('never'))])).rejects.toThrow(SubjectErased);
      });

      it('G-9: does not touch another subject', async () => {
        const [gone, kept] = [await noted('gone'), await noted('kept')];
        await ledger.destroyKey(gone);
        expect((await ledger.load(kept))[0]?.personal).toEqual({ note: 'kept' });
      });
    });

    describe('lookup hashes', () => {
      it('are equal for equal values and purposes alone', async () => {
        const hash = await ledger.lookupHash('email', 'a@example.org');
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(await subject.another().lookupHash('email', 'a@example.org')).toBe(hash);
        const others = await Promise.all([
          ledger.lookupHash('email', 'b@example.org'),
          ledger.lookupHash('document_number', 'a@example.org'),
          ledger.lookupHash('registration', 'a@example.org'),
        ]);
        expect(new Set([hash, ...others]).size).toBe(4);
        expect(hash).not.toBe(sha256(new TextEncoder().encode('a@example.org')));
      });
    });
  });
}
