import { expect, test } from 'vitest';
import { samples } from '../../cli/specimens/samples.ts';
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

  test('says when a save has stopped before its end', async () => {
    const page = await world.open('auditor', '/search');
    await page.getByRole('button', { name: 'Save all as CSV' }).waitFor();
    const entry = { id: 'e', stream: 'applicant-1', version: 1, type: 'KycStarted', recordedAt: '2026-03-01T09:00:00.000Z', occurredAt: '2026-03-01T09:00:00.000Z', actorKind: 'system', actorId: 's', reasons: [], summary: '', correlationId: 'c' };
    const body = JSON.stringify({ entries: Array.from({ length: 50_000 }, () => entry), cursor: 'more' });
    await page.route('**/api/v1/audit**', (route) => route.fulfill({ contentType: 'application/json', body }));
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save all as CSV' }).click();
    expect((await savedBytes(saved)).toString().trimEnd().split('\r\n')).toHaveLength(1 + 100_000);
    await page.getByText('Saved the newest 100,000 events; more fit. Narrow the days, or make an export.').waitFor();
  });

  test('says who looked at a record', async () => {
    const id = world.caseOf('restricted');
    const other = await world.open('reviewer', `/applicants/${id}`);
    await other.getByText(/of \d+: /).first().waitFor();
    const page = await world.open('auditor', `/search?view=accesses&applicant=${id}`, { width: 390, height: 844, theme: 'dark' });
    await page.getByRole('cell', { name: /local-reviewer/ }).first().waitFor();
    await world.expectAccessible(page);
  });

  test('finds a person by name for those who may, keeps what was typed out of the address, and records it', async () => {
    const page = await world.open('auditor', '/search');
    await page.getByRole('button', { name: 'Find a person' }).click();
    await page.getByLabel('Name, e-mail').fill('nobody-of-that-name');
    await page.keyboard.press('Enter');
    await page.getByText('Nobody fits').waitFor();
    const [{ name }] = samples.filter(({ id }) => id === 'gmc-pass') as [(typeof samples)[number]];
    await page.getByLabel('Name, e-mail').fill(`${name.surname} ${name.givenNames}`);
    await page.keyboard.press('Enter');
    const found = page.getByRole('list', { name: 'Found' }).getByRole('button').filter({ hasText: world.caseOf('gmc-pass') });
    await found.waitFor();
    await world.expectAccessible(page);
    await found.click();
    await page.waitForURL(`**/search?applicant=${world.caseOf('gmc-pass')}`);
    expect(page.url()).not.toContain(name.surname);
    await page.getByRole('tab', { name: 'Who looked at a record' }).click();
    await page.getByRole('cell', { name: /local-auditor/ }).first().waitFor();

    const reviewer = await world.open('operator', '/retention');
    await reviewer.getByRole('heading', { name: 'Retention' }).waitFor();
    expect(await reviewer.getByRole('button', { name: 'Find a person' }).count()).toBe(0);
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

  test('says how far it has come, can be stopped, and says so when the connection breaks', async () => {
    const page = await world.open('auditor', '/policy', { expectErrors: true });
    const asked: (() => void)[] = [];
    await page.route('**/policy/backtest/lines', () => new Promise((resolve) => { asked.push(() => resolve(undefined)); }));
    await page.getByRole('button', { name: 'Try it on the whole history' }).click();
    await page.getByRole('progressbar', { name: 'Events gone through' }).waitFor();
    await world.expectAccessible(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    for (const end of asked) end();
    await page.unroute('**/policy/backtest/lines');
    await page.route('**/policy/backtest/lines', (route) => route.fulfill({ status: 200, contentType: 'application/x-ndjson', body: '{"events":1000,"of":2000}\n' }));
    await page.getByRole('button', { name: 'Try it on the whole history' }).click();
    await page.getByRole('alert').getByText('The connection broke before there was a result.').waitFor();
  });
});
