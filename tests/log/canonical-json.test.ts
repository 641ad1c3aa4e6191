import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../ledger/log/canonical-json.ts';
import { anyEvent } from './fixtures.ts';

describe('canonical JSON', () => {
  it('is what npm canonicalize gives, for events and for any JSON', () => {
    const anyKey = fc.oneof(fc.string({ unit: 'binary' }).filter((key) => key.isWellFormed()), fc.constantFrom('10', '9', '__proto__', 'toJSON', '', 'é', '\u{1f600}', '\ufb33', '\\ud800'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), anyKey, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(anyKey, tie('tree')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries))),
    }));
    fc.assert(fc.property(fc.oneof(anyEvent, tree), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }), { numRuns: 2000 });
  });

  /** RFC 8785 section 3.2.3 and appendix B. */
  it.each([
    [{ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }, '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}'],
    [[333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0, 1e21], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21]'],
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
  ])('of the standard\'s example %#', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([['a lone surrogate', '\ud800'], ['one within', { a: ['x\udfff'] }], ['a name with one', { '\ud800': 1 }], ['infinity', [Infinity]], ['no number', { a: NaN }], ['nothing', undefined]])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(/surrogate|not allowed|no JSON/);
  });
});
