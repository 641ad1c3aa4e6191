import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeInBrowser } from './support/world.ts';

const Case = z.object({ status: z.looseObject({ version: z.number() }) });
const Anything = z.looseObject({});
const rows = (page: Page) => page.locator('.windowed tbody tr:not(.spacer, .hole)');

describeInBrowser('the review queue', (world) => {
  test('shows who waits, second approvals first, then oldest first, each with its reasons in words', async () => {
    const id = await world.newCase();
    const decide = async (outcome: string): Promise<void> => {
      const { status } = await world.api('reviewer').get(`/reviews/${id}`, Case);
      await world.api('reviewer').post(`/reviews/${id}/outcome`, { outcome, reason: 'MACHINE_ERROR', note: 'Seen by eye.', seenVersion: status.version }, Anything);
    };
    await decide('FAIL');
    await decide('PASS');
    const page = await world.open('reviewer', '/queue');
    await rows(page).first().getByText('Second person').waitFor();
    const shown = await rows(page).evaluateAll((all) => all.map((row) => ({
      second: row.textContent?.includes('Second person') === true, since: row.querySelector('time')?.getAttribute('datetime') ?? '',
    })));
    const inOrder = (second: boolean) => shown.filter((row) => row.second === second).toSorted((a, b) => (a.since < b.since ? -1 : 1));
    expect(shown).toEqual([...inOrder(true), ...inOrder(false)]);
    expect((await rows(page).allInnerTexts()).join('\n')).toContain('The faces are less alike than the policy asks for');
  });

  test('is usable within a second, on less than 200 kB of JavaScript: that of the pages that may follow included', async () => {
    const page = await world.open('reviewer', '/welcome');
    await page.addInitScript(`new MutationObserver(() => {
      if (document.querySelector('main .loading')?.textContent?.includes('Opening the page')) window.blinked = true;
      if (window.firstRow === undefined && document.querySelector('.windowed tbody tr:not(.spacer, .hole)')) window.firstRow = performance.now();
    }).observe(document, { subtree: true, childList: true })`);
    await page.goto('/queue');
    await rows(page).first().waitFor();
    expect(await page.evaluate<number>('window.firstRow')).toBeLessThan(1_000);
    // Its code came with the answer who is there: nothing stood in its place meanwhile.
    expect(await page.evaluate('window.blinked')).toBeUndefined();
    await expect.poll(() => page.evaluate<boolean>('performance.getEntriesByType("resource").some(({ name }) => /case-page.*\\.js$/.test(name))'), { timeout: 10_000 }).toBe(true);
    const bytes = await page.evaluate<number>('performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)');
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  });

  for (const theme of ['light', 'dark'] as const) {
    test(`breaks no rule of accessibility, ${theme}, wide and on a phone`, async () => {
      for (const width of [1440, 390]) {
        const page = await world.open('reviewer', '/queue', { theme, width });
        await rows(page).first().waitFor();
        await world.expectAccessible(page);
      }
    });
  }

  test('keeps its filters in the address, and tells an empty queue from a filtered one', async () => {
    const page = await world.open('senior_reviewer', '/queue');
    await page.getByLabel('Register').selectOption('GMC');
    await page.waitForURL(/register=GMC/);
    await page.getByLabel('Reason').selectOption('NO_FACE_IN_SELFIE');
    await page.getByText('No case fits these filters').waitFor();
    await page.reload();
    await page.getByText('No case fits these filters').waitFor();
    await page.getByRole('button', { name: 'Show the whole queue' }).click();
    await rows(page).first().waitFor();
    expect(new URL(page.url()).search).toBe('');

    await page.route('**/api/v1/reviews?*', (route) => route.fulfill({ json: { cases: [], cursor: null, total: 0 } }));
    await page.reload();
    await page.getByText('Nothing waits for a person').waitFor();
    await world.expectAccessible(page);
  });

  test('is worked by keyboard: down, claim, open', async () => {
    const id = world.caseOf('restricted');
    const page = await world.open('reviewer', '/queue?reason=REGISTER_RESTRICTED');
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('c');
    await rows(page).first().getByText('you', { exact: true }).waitFor();
    await page.keyboard.press('c');
    await rows(page).first().getByText('nobody').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Open the case').waitFor();
    await world.expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/cases/${id}*`);
  });

  test('lets its keys be switched off, and on again', async () => {
    const page = await world.open('reviewer', '/queue');
    await rows(page).nth(1).waitFor();
    await page.keyboard.press('?');
    await page.getByLabel('Listen to these keys').uncheck();
    await world.expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.reload();
    await rows(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('?');
    expect(await page.locator('tr.at').count() + await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Show keys' }).click();
    await page.getByLabel('Listen to these keys').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.locator('tr.at').waitFor();
  });

  test('follows what others do without being asked', async () => {
    const id = world.caseOf('other-name');
    const page = await world.open('reviewer', '/queue?reason=REGISTER_NAME_MISMATCH');
    await page.locator('.live.live').waitFor();
    await rows(page).first().getByText('nobody').waitFor();
    const colleague = await world.open('senior_reviewer', '/queue?reason=REGISTER_NAME_MISMATCH');
    await colleague.getByRole('button', { name: /^Claim no/ }).click();
    await rows(page).first().getByText('local-senior-reviewer').waitFor();
    await colleague.getByRole('button', { name: /^Release no/ }).click();
    await rows(page).first().getByText('nobody').waitFor();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('says what to do when the platform does not answer, and goes on when it does', async () => {
    const page = await world.open('reviewer', '/queue', { expectErrors: true });
    await rows(page).first().waitFor();
    await page.route('**/api/v1/reviews?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: 'about:blank', title: 'Not available at the moment', status: 503, code: 'UNAVAILABLE', correlationId: 'c-1' } }));
    await page.reload();
    await page.getByRole('alert').getByText('Not available at the moment').waitFor();
    await page.getByText('c-1').waitFor();
    await world.expectAccessible(page);
    await page.unroute('**/api/v1/reviews?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
  });

  test('leads on from case to case in its order, by the filters it had', async () => {
    for (let each = 0; each < 3; each += 1) await world.newCase();
    const page = await world.open('reviewer', '/queue?reason=NOT_ON_REGISTER&claimed=nobody');
    await rows(page).nth(2).waitFor();
    const shown = await rows(page).locator('.queue-case').allInnerTexts();
    await rows(page).first().locator('.queue-case').click();
    for (const number of [...shown, shown[0]]) {
      await page.getByRole('heading', { name: number ?? '', exact: true }).waitFor();
      await page.keyboard.press('.');
    }
  });

  test('says so when the code of a page cannot be fetched, and goes on elsewhere', async () => {
    const page = await world.open('reviewer', '/queue', { expectErrors: true });
    await rows(page).first().waitFor();
    await page.route('**/assets/numbers-page-*', (route) => route.abort());
    await page.getByRole('link', { name: 'Numbers' }).click();
    await page.getByText('This page could not be shown').waitFor();
    await world.expectAccessible(page);
    await page.unroute('**/assets/numbers-page-*');
    await page.getByRole('link', { name: 'Queue' }).click();
    await rows(page).first().waitFor();
  });

  test('scrolls through a hundred thousand cases, drawing only those in view', async () => {
    const page = await world.open('reviewer', '/queue');
    await rows(page).first().waitFor();
    // Rows of the API's own form; tests/slow/long-queue.test.ts has them from the database.
    await page.route('**/api/v1/reviews?*', (route) => {
      const query = new URL(route.request().url()).searchParams;
      const from = Number(query.get('offset') ?? 0);
      const cases = Array.from({ length: Math.min(Number(query.get('limit')), 100_000 - from) }, (_, index) => ({
        id: `00000000-0000-4000-8000-${String(from + index).padStart(12, '0')}`, number: from + index + 1, registerType: 'GMC', reasons: ['MRZ_INVALID'],
        since: '2026-01-01T00:00:00.000Z', claimedBy: null, awaitsSecond: false, appeal: false, version: 9,
      }));
      return route.fulfill({ json: { cases, cursor: null, total: 100_000 } });
    });
    await page.reload();
    await page.getByText('No. 1', { exact: true }).waitFor();
    await page.getByText('100,000 cases wait').waitFor();
    const box = page.locator('.windowed');
    const began = Date.now();
    for (const share of [0.25, 0.9, 0.1, 0.5, 1]) await box.evaluate((element, at) => element.scrollTo({ top: element.scrollHeight * at }), share);
    await page.getByText('No. 100000', { exact: true }).waitFor();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await page.locator('.windowed tbody tr').count()).toBeLessThan(80);
    await page.getByText('overdue').first().waitFor();
    await page.keyboard.press('Home');
    await page.locator('tr.at').getByText('No. 1', { exact: true }).waitFor();
    await page.keyboard.press('End');
    await page.locator('tr.at').getByText('No. 100000', { exact: true }).waitFor();
  });

  test('is not for analysts', async () => {
    const page = await world.open('analyst', '/queue');
    await page.getByText('Your role does not see this page').waitFor();
    await world.expectAccessible(page);
  });
});
