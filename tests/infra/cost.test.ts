import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { callsAMonth, costTable, lines, livenessDollars, peakPerSecond, scales } from '../../infra/cost/cost.ts';
import { firstLimit, limitTable } from '../../infra/cost/limits.ts';
import { lambdaEntries } from '../../infra/lambda/entries.ts';
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

test('the document says what live captures would add', () => {
  const largest = scales.at(-1) ?? 0;
  expect(livenessDollars(largest)).toBeGreaterThan(lines.reduce((sum, { dollars }) => sum + dollars(largest), 0));
  expect(document).toContain(`US$ ${scales.map((scale) => livenessDollars(scale).toLocaleString('en-GB')).join(', ')} a month`);
});

test('a busy second of a million applicants, counted by hand: 22 days of 8 hours, three times the mean', () => {
  // 1,000,000 / 633,600 s = 1.578 a second; times three.
  expect(peakPerSecond(1_000_000)).toBeCloseTo(4.735, 3);
});

test.each([['rate(1 minute)', 43_800], ['rate(5 minutes)', 8_760], ['rate(1 hour)', 730], ['cron(0 2 * * ? *)', 30.4], ['cron(0 6 ? * MON *)', 4.3]])('%s comes %d times a month', (expression, times) => {
  expect(callsAMonth(expression)).toBeCloseTo(times, 0);
});

test('the schedule of every function is one that costs are known of', () => {
  const schedules = lambdaEntries.flatMap(({ triggers }) => triggers.flatMap((trigger) => (trigger.kind === 'schedule' ? [trigger.expression] : [])));
  expect(schedules.length).toBeGreaterThan(7);
  for (const each of schedules) expect(callsAMonth(each)).toBeGreaterThan(0);
  expect(() => callsAMonth('at(2026-01-01T00:00:00)')).toThrow('is no schedule');
});
