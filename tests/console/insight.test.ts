import { expect, test } from 'vitest';
import { savedBytes } from './support/saved.ts';
import { describeInBrowser } from './support/world.ts';

describeInBrowser('the audit trail', (world) => {
  test('is searched by what, who and why; the filters are in the address, and the rest is saved as CSV', async () => {
    const page = await world.open('auditor', '/search?reason=NOT_ON_REGISTER');
    await page.getByRole('row', { name: /Decision made/ }).first().waitFor();
    await world.expectAccessible(page);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save all as CSV' }).click();
    const csv = (await savedBytes(saved)).toString();
    expect(csv.split('\r\n')[0]).toContain('recorded_at,occurred_at,type');
    expect(csv).toContain('NOT_ON_REGISTER');
    await page.getByLabel('Who did it').fill('nobody-at-all');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('No event fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'What happened' }).selectOption('KycStarted');
    await page.getByRole('row', { name: /Kyc started/ }).first().waitFor();
    expect(page.url()).toContain('type=KycStarted');
  });

  test('says who looked at a record', async () => {
    const id = world.caseOf('restricted');
    const other = await world.open('reviewer', `/applicants/${id}`);
    await other.getByText(/of \d+: /).first().waitFor();
    const page = await world.open('auditor', `/search?view=accesses&applicant=${id}`, { width: 390, height: 844, theme: 'dark' });
    await page.getByRole('cell', { name: /local-reviewer/ }).first().waitFor();
    await world.expectAccessible(page);
  });

  test('is not for reviewers', async () => {
    const page = await world.open('reviewer', '/search');
    await page.getByText('Your role does not see this page').waitFor();
  });
});

describeInBrowser('the numbers', (world) => {
  test('show a picture, its table and its SQL for each question', async () => {
    const page = await world.open('analyst', '/numbers');
    for (const name of ['Funnel', 'Decisions', 'Time to decision', 'Reasons', 'Registers\' health', 'Reviewers beside the policy', 'Waiting for a person', 'Documents expiring']) {
      await page.getByRole('region', { name, exact: true }).waitFor();
    }
    const funnel = page.getByRole('region', { name: 'Funnel', exact: true });
    await funnel.getByText('The SQL behind it').click();
    await funnel.getByText('FROM kyc.funnel_by_day').waitFor();
    await funnel.getByText('As a table').click();
    await world.expectAccessible(page);
    const narrow = await world.open('analyst', '/numbers', { width: 390, height: 844, theme: 'dark' });
    await narrow.getByRole('region', { name: 'Funnel', exact: true }).waitFor();
    await world.expectAccessible(narrow);
    expect(await narrow.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });
});

describeInBrowser('the policy lab', (world) => {
  test('tries other thresholds on the past, in sum and case by case', async () => {
    const page = await world.open('auditor', '/policy');
    await page.getByRole('button', { name: 'Try it on the whole history' }).click();
    await page.getByText('No case would come out otherwise').waitFor();
    await page.getByLabel('A live capture is required').check();
    await page.getByRole('button', { name: 'Try it on the whole history' }).click();
    await page.getByRole('row', { name: /Pass.*Manual review.*No live capture/ }).first().waitFor();
    expect(page.url()).toContain('liveness=true');
    await world.expectAccessible(page);
    await page.getByRole('textbox', { name: 'Lowest similarity of faces' }).fill('2');
    await page.getByText('A number from 0 to 1.').waitFor();
  });
});
