import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const page = readFileSync('docs/guarantees.md', 'utf8');

/** Every test named on the page, with the guarantee it stands under. */
const cited = page.split(/^(?=\*\*G-\d+\.)/m).slice(1).flatMap((section) => {
  const number = /^\*\*G-(\d+)\./.exec(section)?.[1] ?? '';
  return [...section.matchAll(/^- `(?<file>[^`]+)`: (?<title>.+)$/gm)].map(({ groups }) => ({ number, file: groups?.['file'] ?? '', title: groups?.['title'] ?? '' }));
});
const numbers = [...page.matchAll(/^\*\*G-(\d+)\./gm)].map(([, number]) => Number(number));

describe('docs/guarantees.md', () => {
  test('numbers the guarantees 1, 2, 3 …, and each names a test', () => {
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect(new Set(cited.map(({ number }) => Number(number)))).toEqual(new Set(numbers));
  });

  test.each(cited)('G-$number is held by a test of $file', ({ number, file, title }) => {
    const lines = readFileSync(file, 'utf8').replaceAll("\\'", "'").split('\n');
    expect(lines.some((line) => line.includes(`G-${number}: `) && line.includes(title))).toBe(true);
  });

  test('knows every guarantee that a test claims to hold', () => {
    const claimed = globSync('tests/**/*.ts').filter((file) => !file.startsWith('tests/docs/')).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/['"`]G-(\d+): /g)].map(([, number]) => `${file} G-${number ?? ''}`));
    const known = new Set(cited.map(({ file, number }) => `${file} G-${number}`));
    expect(claimed.filter((each) => !known.has(each))).toEqual([]);
    expect(claimed.length).toBeGreaterThan(20);
  });
});

describe('the pages', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];

  test.each(pages)('%s links to nothing that is not there', (name) => {
    const folder = name.includes('/') ? `${name.slice(0, name.lastIndexOf('/'))}/` : '';
    const links = [...readFileSync(name, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) => target ?? '');
    const missing = links.filter((target) => globSync(`${folder}${target}`.replace(/\/$/, '')).length === 0);
    expect(missing).toEqual([]);
  });

  test('CONTRIBUTING names files that are there', () => {
    const named = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/`((?:[a-z-]+\/)+[\w.-]+\.(?:ts|sql|json|mjs))`/g)].map(([, file]) => file ?? '');
    expect(named.length).toBeGreaterThan(8);
    const ofTheHouse = named.filter((file) => globSync(file.split('/')[0] ?? '').length === 1);
    expect(ofTheHouse.filter((file) => globSync(file).length === 0)).toEqual([]);
  });
});
