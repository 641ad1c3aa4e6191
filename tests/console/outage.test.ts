import { expect, test } from 'vitest';
import type { Role } from '../../cli/client.ts';
import { describeInBrowser } from './support/world.ts';

describeInBrowser('when the platform cannot be reached', (world) => {
  test.each<{ readonly path: string; readonly role: Role; readonly asks: string; readonly back: string }>([
    { path: '/search', role: 'auditor', asks: '**/api/v1/audit**', back: 'Save all as CSV' },
    { path: '/numbers', role: 'analyst', asks: '**/api/v1/numbers/**', back: 'Funnel' },
    { path: '/ledger', role: 'auditor', asks: '**/log/**', back: 'Whole and unaltered' },
    { path: '/policy', role: 'auditor', asks: '**/api/v1/policy', back: 'The policy to try' },
    { path: '/exports', role: 'auditor', asks: '**/api/v1/audit**', back: 'Made before' },
    { path: '/retention', role: 'operator', asks: '**/api/v1/retention/**', back: 'Due for deletion' },
  ])('$path says so and what to do, and goes on when it is back', async ({ path, role, asks, back }) => {
    const page = await world.open(role, '/welcome', { expectErrors: true });
    await page.route(asks, (route) => route.abort('connectionrefused'));
    await page.goto(path);
    const alert = page.getByRole('alert').first();
    await alert.getByText('The platform cannot be reached').waitFor();
    await alert.getByText('Check your connection').waitFor();
    expect(await page.locator('.loading').count()).toBe(0);
    await world.expectAccessible(page);
    await page.unroute(asks);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(back).first().waitFor();
    await page.getByText('The platform cannot be reached').waitFor({ state: 'detached' });
  });

  test('a page that was open says at the next step that nothing was done', async () => {
    const page = await world.open('operator', `/retention?applicant=${world.caseOf('gmc-pass')}`, { expectErrors: true });
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByLabel('Note').fill('Ordered by the court.');
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.getByRole('dialog').getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('The platform cannot be reached').waitFor();
    expect(await page.getByLabel('Note').inputValue()).toBe('Ordered by the court.');
    await page.reload();
    await page.getByText('The platform cannot be reached').waitFor();
  });
});
