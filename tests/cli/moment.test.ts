import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMoment } from '../../cli/moment.ts';
import { CommandFailed } from '../../cli/output.ts';

describe('a moment on the command line', () => {
  test.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.123456Z', '2026-11-22T10:00:00.123Z'],
    ['2026-11-22t10:00:00z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00+01:00', '2026-11-22T09:00:00.000Z'],
    ['2026-11-22 10:00 -0530', '2026-11-22T15:30:00.000Z'],
    ['2026-11-22T10:00+01', '2026-11-22T09:00:00.000Z'],
    ['2026-11-22 10:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22', '2026-11-22T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T23:59:59.999Z'],
    [' 2026-11-22 ', '2026-11-22T23:59:59.999Z'],
  ])('%s is %s, wherever the machine stands', (text, moment) => {
    expect(parseMoment(text)).toBe(moment);
  });

  test.each(['', '1', '2026', '2026-11', '20261122', '2026-02-30', '2026-02-29', '2026-13-01', '2026-11-22T25:00Z', '2026-11-22T24:00:00Z', '2026-11-22T10', '22/11/2026', '12026-11-22', 'now', 'yesterday', '2026-11-22T10:00:00 BST', '2026-11-22+01:00'])(
    '%j is refused', (text) => {
      expect(() => parseMoment(text)).toThrow(expect.objectContaining({ code: 'NOT_A_TIME' }));
    },
  );

  test('every moment comes back as it is', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
      expect(parseMoment(date.toISOString())).toBe(date.toISOString());
    }));
  });

  test('anything else is either a moment or a clear refusal', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9TZ:+. -]{1,30}$/)), (text) => {
      const answer = (() => {
        try {
          return parseMoment(text);
        } catch (error) {
          return error;
        }
      })();
      const isMoment = typeof answer === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(answer);
      expect(isMoment || (answer instanceof CommandFailed && answer.code === 'NOT_A_TIME')).toBe(true);
    }));
  });
});
