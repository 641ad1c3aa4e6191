import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { costTable, lines, peakPerSecond, scales } from '../../infra/cost/cost.ts';

const document = await readFile(new URL('../../docs/cost.md', import.meta.url), 'utf8');

test('the table of docs/cost.md is what the formulas give', () => {
  expect(document).toContain(costTable());
});

test('more applicants never cost less', () => {
  for (const { dollars, item } of lines) {
    const [few = 0, more = 0, many = 0] = scales.map(dollars);
    expect([item, few <= more && more <= many]).toEqual([item, true]);
  }
});

test('the peaks that the limits are held against are those of the document', () => {
  for (const scale of scales) expect(document).toContain(`${peakPerSecond(scale).toPrecision(2)} applicants a second`);
});
