import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { costTable, lines, peakPerSecond, scales } from '../../infra/cost/cost.ts';
import { firstLimit, limitTable } from '../../infra/cost/limits.ts';
import { priceTable } from '../../infra/cost/prices.ts';

const document = await readFile(new URL('../../docs/cost.md', import.meta.url), 'utf8');

test.each([['costs', costTable()], ['prices', priceTable()], ['limits', limitTable()]])('the table of %s in docs/cost.md is what the formulas give', (_, table) => {
  expect(document).toContain(table);
});

test('more applicants never cost less', () => {
  for (const { dollars, item } of lines) {
    const [few = 0, more = 0, many = 0] = scales.map(dollars);
    expect([item, few <= more && more <= many]).toEqual([item, true]);
  }
});

test('the document says what a busy second is, and which limit comes first', () => {
  for (const scale of scales) {
    expect(document).toContain(`${peakPerSecond(scale).toPrecision(2)} applicants a second`);
    expect(document).toContain(`${firstLimit(scale).what.split(',')[0]}, ${Math.round(firstLimit(scale).share * 100).toLocaleString('en-GB')} %`);
  }
});

test('a busy second of a million applicants, counted by hand: 22 days of 8 hours, three times the mean', () => {
  // 1,000,000 / 633,600 s = 1.578 a second; times three.
  expect(peakPerSecond(1_000_000)).toBeCloseTo(4.735, 3);
});
