import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeInBrowser } from './support/world.ts';

const Accesses = z.object({ accesses: z.array(z.object({ actor: z.object({ id: z.string() }), data: z.looseObject({ what: z.string() }) })) });

const Anything = z.looseObject({});

describeInBrowser('time travel', (world) => {
  test('shows state, evidence and tables as they were, and what a step changed; the moment is in the address', async () => {
    const id = world.caseOf('former-name');
    const page = await world.open('auditor', `/applicants/${id}?at=1`);
    await page.getByText(/^1 of \d+: Registered$/).waitFor();
    await page.getByRole('region', { name: 'What this step changed' }).getByText('New row in users').first().waitFor();
    await page.getByRole('region', { name: 'Evidence held then' }).getByText('None.').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('region', { name: 'What this step changed' }).getByText('New row in consents').first().waitFor();
    expect(page.url()).toContain('at=2');
    await page.keyboard.press('End');
    await page.getByRole('region', { name: 'The state then' }).getByText('Review').first().waitFor();
    await world.expectAccessible(page);

    const slider = page.getByRole('slider', { name: 'Event' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText(/^1 of \d+: Registered$/).waitFor();
    await page.goto(`/applicants/${id}?time=2001-01-01T00:00:00.000Z`);
    await page.getByText('Before anything was recorded').waitFor();
  });

  test('hides personal data until they are asked for, and asking is recorded', async () => {
    const id = world.caseOf('suspended');
    const page = await world.open('auditor', `/applicants/${id}`, { width: 390, height: 844, theme: 'dark' });
    const personal = page.getByRole('region', { name: 'Personal data then' });
    await personal.getByText('Hidden.').waitFor();
    await personal.getByRole('button', { name: 'Show' }).click();
    await personal.getByText('Registration number').waitFor();
    await world.expectAccessible(page);
    const { accesses } = await world.api('auditor').get(`/applicants/${id}/accesses`, Accesses);
    expect(accesses.filter(({ actor, data }) => actor.id === 'local-auditor' && data.what === 'personal').length).toBeGreaterThan(0);
  });

  test('of an erased person shows what happened, not who it was, and offers nothing that is gone', async () => {
    const id = await world.newCase();
    await world.api('operator').post(`/applicants/${id}/relationship-end`, { endedOn: '2019-01-01', reason: 'CONTRACT_ENDED' }, Anything);
    await world.api('operator').post(`/applicants/${id}/erasure`, { basis: 'RETENTION_PERIOD_OVER' }, Anything);
    const page = await world.open('auditor', `/applicants/${id}?at=6`);
    await page.getByText('This person was erased on').waitFor();
    await page.getByRole('region', { name: 'Evidence held then' }).getByText('destroyed').first().waitFor();
    expect(await page.locator('main').getByRole('button', { name: /^(Show|Open the image)/ }).count()).toBe(0);
    await world.expectAccessible(page);
    const reviewer = await world.open('reviewer', `/cases/${id}`);
    await reviewer.getByText('The personal data of this applicant were destroyed.').waitFor();
    expect(await reviewer.getByRole('button', { name: /^(Claim|Note|Approve|Reject|Show personal)/ }).count()).toBe(0);
    await world.expectAccessible(reviewer);
  });

  test('fits a phone, and leaves the pages gone to afterwards as they are', async () => {
    const page = await world.open('auditor', `/applicants/${world.caseOf('former-name')}?at=9`, { width: 375, height: 812 });
    await page.getByRole('region', { name: 'What this step changed' }).getByText('New row in').first().waitFor();
    await world.expectAccessible(page);
    await page.getByRole('link', { name: 'The case today' }).click();
    const table = page.getByRole('table').first();
    await table.waitFor();
    expect(await page.evaluate<string>(`getComputedStyle(document.querySelector('main table')).display`)).toBe('table');
    await world.expectAccessible(page);
  });

  test('starts from the list of applicants, with its filters in the address', async () => {
    const page = await world.open('auditor', '/applicants');
    await page.getByRole('table').waitFor();
    await world.expectAccessible(page);
    await page.getByLabel('Status').selectOption('REJECTED');
    await page.waitForURL('**/applicants?status=REJECTED');
    await page.getByRole('row', { name: /Rejected/ }).first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Time travel' }).waitFor();
    await page.route('**/api/v1/applicants?*', (route) => route.fulfill({ json: { applicants: [], cursor: null } }));
    await page.goto('/applicants?status=NEW&register=GDC');
    await page.getByText('Nobody fits these filters').waitFor();
  });
});
