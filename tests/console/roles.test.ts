import { expect, test } from 'vitest';
import { may, type Permission, type Role } from '../../api/access-policy.ts';
import { describeInBrowser } from './support/world.ts';

/** Every page with its place in the navigation (null: none) and what it takes to see it. */
const pages: readonly { readonly path: string; readonly nav: string | null; readonly needs: Permission | null; readonly only?: Role }[] = [
  { path: '/queue', nav: 'Queue', needs: 'reviews.read' },
  { path: '/apply', nav: 'Your verification', needs: 'applicants.submit', only: 'applicant' },
  { path: '/applicants', nav: 'Applicants', needs: 'applicants.list' },
  { path: '/applicants/:id', nav: null, needs: 'history.read' },
  { path: '/search', nav: 'Audit trail', needs: 'audit.search' },
  { path: '/numbers', nav: 'Numbers', needs: 'numbers.read' },
  { path: '/ledger', nav: 'Ledger', needs: 'ledger.read' },
  { path: '/policy', nav: 'Policy lab', needs: 'policy.try' },
  { path: '/exports', nav: 'Exports', needs: 'exports.make' },
  { path: '/retention', nav: 'Retention', needs: 'retention.read' },
  { path: '/cases/:id', nav: null, needs: 'cases.read' },
  { path: '/welcome', nav: null, needs: null },
];
const isFor = (role: Role) => ({ needs, only }: (typeof pages)[number]): boolean => (needs === null || may(role, needs)) && (only === undefined || only === role);

describeInBrowser('every role', (world) => {
  test.each(['reviewer', 'senior_reviewer', 'auditor', 'analyst', 'operator'] as const)('%s sees the pages of its permissions and no others; a page that it may not see asks the API for nothing', async (role) => {
    const page = await world.open(role, '/welcome');
    const navigation = page.getByRole('navigation', { name: 'Pages' });
    await navigation.waitFor();
    const open = pages.filter(isFor(role));
    expect((await navigation.getByRole('link').allInnerTexts()).map((words) => words.trim())).toEqual(open.flatMap(({ nav }) => nav ?? []));

    let asked: string[] = [];
    const refused: string[] = [];
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.startsWith('/api/') && pathname !== '/api/v1/me') asked.push(pathname);
      if (response.status() === 403) refused.push(pathname);
    });
    const seen: string[] = [];
    const askedUnseen: string[] = [];
    for (const { path } of pages) {
      // What the page before it still waits for is not this one's.
      await page.goto('about:blank');
      asked = [];
      await page.goto(path.replace(':id', world.caseOf('gmc-pass')));
      await page.locator('main h1').first().waitFor();
      if (await page.getByText('Your role does not see this page').count() === 0) seen.push(path);
      else askedUnseen.push(...asked);
    }
    expect(seen).toEqual(open.map(({ path }) => path));
    expect({ refused, askedUnseen }).toEqual({ refused: [], askedUnseen: [] });
  });
});
