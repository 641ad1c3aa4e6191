import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Role } from '../../cli/client.ts';
import { describeInBrowser } from './support/world.ts';

/** Read as text: the pages themselves are for the browser. */
const paths = [...readFileSync('console/pages.ts', 'utf8').matchAll(/path: '(?<path>\/[^']*)'/g)].map(({ groups }) => groups?.['path'] ?? '');
/** Who looks at a page here; the applicant's is in apply.test.ts, which has one to sign in. */
const seenBy: Readonly<Record<string, Role>> = { '/applicants': 'operator', '/retention': 'operator', '/queue': 'reviewer', '/cases/:id': 'reviewer', '/numbers': 'analyst', '/welcome': 'analyst' };
const looks = [
  { theme: 'light', width: 1280, height: 860 }, { theme: 'dark', width: 1280, height: 860 },
  { theme: 'light', width: 390, height: 844 }, { theme: 'dark', width: 320, height: 568 },
] as const;

describeInBrowser('every page', (world) => {
  test('is in the list', () => {
    expect(paths.length).toBeGreaterThan(11);
  });

  test.each(paths.filter((path) => path !== '/apply'))('%s breaks no rule of accessibility and scrolls one way only, light and dark, from 320 pixels on', async (path) => {
    const id = world.caseOf('not-on-register');
    for (const look of looks) {
      const page = await world.open(seenBy[path] ?? 'auditor', path.replace(':id', id), look);
      await page.locator('main h1').first().waitFor();
      await expect.poll(() => page.locator('.loading').count(), { timeout: 15_000 }).toBe(0);
      await world.expectAccessible(page);
      await page.close();
    }
  });
});
