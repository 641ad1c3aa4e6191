import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappers } from '../../gateways/registers/mappers/all.ts';
import { noResultsItem, readOutput } from '../../gateways/registers/mappers/mapper.ts';
import type { Registrant } from '../../gateways/registers/registrant.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const word = fc.stringMatching(/^[A-Z][a-zA-Z' -]{0,20}[a-z]$/);
const name = fc.record({ surname: word, givenNames: word });
const registrantOf = (register: Registrant['register']): fc.Arbitrary<Registrant> =>
  fc.record({
    register: fc.constant(register), number: fc.stringMatching(/^[0-9A-Z]{3,8}$/), surname: word, givenNames: word,
    formerNames: fc.array(name, { maxLength: 3 }), profession: word, statusWording: word, answers: fc.constant('promptly' as const),
  });

describe.each(Object.values(mappers))('the mapper of $register', (mapper) => {
  it('reads back whatever its actor says of a registrant', () => {
    fc.assert(fc.property(registrantOf(mapper.register), (registrant) => {
      const answer = readOutput(mapper, bytesOf([mapper.item(registrant)]));
      expect(answer).toMatchObject({
        kind: 'entry', registrationNumber: registrant.number,
        registeredName: { surname: registrant.surname, givenNames: registrant.givenNames },
        formerNames: registrant.formerNames, profession: registrant.profession, statusWording: registrant.statusWording,
      });
    }));
  });

  it('reads no results as not found', () => {
    expect(readOutput(mapper, bytesOf([noResultsItem('1234567')])).kind).toBe('not_found');
  });

  it.each([
    ['nothing', []], ['an object', {}], ['another shape', [{ title: 'Sign in to continue' }]],
    ['a number', 7], ['null', [null]],
  ])('reads %s as unreadable', (_, output) => {
    expect(readOutput(mapper, bytesOf(output)).kind).toBe('unreadable');
  });

  it('reads bytes that are no JSON as unreadable', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(readOutput(mapper, bytes).kind).toBe('unreadable');
    }));
  });

  it('reads two different registrants as unreadable rather than choosing one', () => {
    fc.assert(fc.property(registrantOf(mapper.register), registrantOf(mapper.register), (one, other) => {
      fc.pre(one.number !== other.number);
      expect(readOutput(mapper, bytesOf([mapper.item(one), mapper.item(other)])).kind).toBe('unreadable');
    }), { numRuns: 20 });
  });
});
