import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeInBrowser } from './support/world.ts';

const Accesses = z.object({ accesses: z.array(z.object({ actor: z.object({ id: z.string() }), data: z.looseObject({ what: z.string() }) })) });
const Anything = z.looseObject({});
const Case = z.object({ status: z.looseObject({ version: z.number() }) });

const reveal = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { name: /^No\. \d+$/ }).waitFor();
  await page.keyboard.press('v');
  await page.getByRole('img', { name: 'Identity document' }).waitFor();
};

const judge = async (page: Page, key: string, reason: RegExp, note: string): Promise<void> => {
  await page.keyboard.press(key);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: reason }).check();
  await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
  await page.keyboard.press('Control+Enter');
};

describeInBrowser('a case', (world) => {
  test('hides names and images until they are asked for, and asking is recorded', async () => {
    const id = world.caseOf('former-name');
    const page = await world.open('reviewer', `/cases/${id}`);
    await page.getByText('The names match only by a former name').first().waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/Sunita|Desai/i);
    expect(await page.getByRole('img', { name: 'Identity document' }).count()).toBe(0);
    const viewed = async () => (await world.api('auditor').get(`/applicants/${id}/accesses`, Accesses)).accesses.filter(({ actor }) => actor.id === 'local-reviewer').map(({ data }) => data.what);
    expect(await viewed()).not.toContain('case');

    await reveal(page);
    await page.getByText('DESAI', { exact: true }).waitFor();
    await page.getByRole('img', { name: 'Selfie' }).waitFor();
    await expect.poll(viewed).toEqual(expect.arrayContaining(['history', 'case', 'evidence']));
  });

  test('shows claim, document and register side by side, with the rule that compared them and the register verbatim', async () => {
    const page = await world.open('reviewer', `/cases/${world.caseOf('restricted')}`);
    await reveal(page);
    const identity = page.getByRole('region', { name: 'Who it is, three times' });
    await identity.getByRole('columnheader', { name: 'The register says' }).waitFor();
    await identity.getByText('EXACT', { exact: true }).waitFor();
    await page.getByRole('region', { name: /^Register of the GDC/ }).locator('blockquote').getByText(/condition/i).waitFor();
    const rules = page.getByRole('region', { name: 'Policy 2026-11' });
    await rules.getByRole('row', { name: /Register status.*For a person/ }).waitFor();
    expect(await rules.getByRole('row').count()).toBeGreaterThan(12);
  });

  test('marks what was read on the document, and its images zoom and turn', async () => {
    const page = await world.open('reviewer', `/cases/${world.caseOf('bad-check-digit')}`);
    await reveal(page);
    await page.locator('.photo-mark.doubt').getByText('Machine-readable zone').waitFor();
    for (const field of ['Surname', 'Number', 'Expires']) await page.locator('.photo-mark.field').getByText(field).waitFor();
    const image = page.locator('.evidence-document .photo-page');
    await page.keyboard.press('+');
    await expect.poll(() => image.getAttribute('style')).toContain('scale(1.4)');
    await page.keyboard.press('t');
    await expect.poll(() => image.getAttribute('style')).toContain('rotate(90deg)');
    await page.keyboard.press('0');
    await expect.poll(() => image.getAttribute('style')).toContain('scale(1) rotate(0deg)');
    await page.keyboard.press('m');
    expect(await page.locator('.photo-mark').count()).toBe(0);
  });

  for (const theme of ['light', 'dark'] as const) {
    test(`breaks no rule of accessibility, ${theme}: hidden, shown, deciding, on a phone`, async () => {
      for (const width of [1440, 390]) {
        const page = await world.open('senior_reviewer', `/cases/${world.caseOf('other-person')}`, { theme, width });
        await page.getByRole('heading', { name: /^No\. \d+$/ }).waitFor();
        await world.expectAccessible(page);
        await reveal(page);
        await world.expectAccessible(page);
        await page.keyboard.press('r');
        await page.getByRole('dialog').getByText('Document photo and selfie show different persons').waitFor();
        await world.expectAccessible(page);
      }
    });
  }

  test('is claimed, noted and decided by keyboard, with a reason and a note, and leaves the queue', async () => {
    const id = await world.newCase();
    const page = await world.open('reviewer', `/cases/${id}?queue=reason%3DNOT_ON_REGISTER`);
    await page.getByRole('heading', { name: /^No\. \d+$/ }).waitFor();
    await page.keyboard.press('c');
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog').getByLabel('Note').fill('Called the register, line busy.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('The note is kept.').waitFor();
    await reveal(page);
    await page.getByText('Called the register, line busy.').waitFor();

    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await judge(page, 'a', /The register confirmed the entry directly/, 'The register confirmed by telephone.');
    await page.getByText(/is decided: pass/).waitFor();
    await page.getByText('Decided by a person').waitFor();
    await page.getByText('The register confirmed by telephone.').waitFor();
    await page.keyboard.press('u');
    await page.waitForURL('**/queue?reason=NOT_ON_REGISTER');
    expect(await page.locator(`a[href*="${id}"]`).count()).toBe(0);
  });

  test('turning a decision round takes two: the maker cannot approve, a second person can', async () => {
    const id = world.caseOf('suspended');
    const maker = await world.open('senior_reviewer', `/cases/${id}`);
    await reveal(maker);
    await judge(maker, 'a', /The checks went wrong/, 'The suspension was lifted last week; letter seen.');
    await maker.getByText(/proposed\. A second person has to approve/).waitFor();
    await maker.getByText('You made this proposal').waitFor();
    expect(await maker.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    await world.expectAccessible(maker);

    const junior = await world.open('reviewer', `/cases/${id}`);
    await junior.getByText('A senior reviewer has to answer it.').waitFor();
    const queue = await world.open('reviewer', '/queue?second=only');
    await queue.getByText('Second person').first().waitFor();
  });

  test('a second person declines, or approves and so decides', async () => {
    const id = world.caseOf('expired-document');
    const propose = async (): Promise<void> => {
      const { status } = await world.api('reviewer').get(`/reviews/${id}`, Case);
      await world.api('reviewer').post(`/reviews/${id}/outcome`, { outcome: 'PASS', reason: 'NEW_EVIDENCE', note: 'A renewed passport was shown.', seenVersion: status.version }, Anything);
    };
    await propose();
    const page = await world.open('senior_reviewer', `/cases/${id}`);
    await reveal(page);
    await page.getByRole('region', { name: 'Where it stands' }).getByText('A renewed passport was shown.').waitFor();
    await judge(page, 'x', /does not bear the proposal out/, 'The copy shows no new date.');
    await page.getByText(/The proposal on no\. \d+ is declined/).waitFor();
    await page.getByText('The copy shows no new date.').waitFor();

    await propose();
    await page.getByRole('button', { name: /I have looked/ }).click();
    await judge(page, 'y', /New evidence changes the picture/, 'Seen the renewed passport myself.');
    await page.getByText(/is decided: pass/).waitFor();
    await page.getByText('Decided by a person').waitFor();
  });

  test('what came in meanwhile is shown as new, and a judgement on an old view is refused in words', async () => {
    const id = await world.newCase();
    const page = await world.open('reviewer', `/cases/${id}`);
    await reveal(page);
    await page.locator('.live.live').waitFor();
    await world.api('senior_reviewer').post(`/reviews/${id}/notes`, { note: 'Wait for the letter.' }, Anything);
    await page.getByText('New since you looked: one event').waitFor();
    await world.expectAccessible(page);
    await page.keyboard.press('l');
    await page.getByText('Wait for the letter.').waitFor();

    const refused = await world.open('reviewer', `/cases/${id}`, { expectErrors: true });
    await refused.route('**/outcome', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', json: { type: 'about:blank', title: 'Conflict', status: 409, code: 'STALE_VIEW', detail: 'The case has changed since it was shown.', correlationId: 'c-2' } }));
    await reveal(refused);
    await judge(refused, 'r', /What is needed to decide has not been sent/, 'No letter.');
    await refused.getByText('The case has changed since it was shown.').waitFor();
    await refused.getByRole('button', { name: 'Close and look at it' }).click();
    expect(await refused.getByRole('dialog').count()).toBe(0);
  });

  test('with a colleague is theirs to decide', async () => {
    const id = world.caseOf('not-on-register');
    await world.api('senior_reviewer').post(`/reviews/${id}/claim`, {}, Anything);
    const page = await world.open('reviewer', `/cases/${id}`);
    await page.getByText('local-senior-reviewer works on this case').waitFor();
    await reveal(page);
    expect(await page.getByRole('button', { name: /^Approve/ }).isDisabled()).toBe(true);
    await world.api('senior_reviewer').post(`/reviews/${id}/release`, {}, Anything);
    await page.getByRole('button', { name: /^Claim/ }).waitFor();
  });

  test('is read by an auditor, who can decide nothing', async () => {
    const page = await world.open('auditor', `/cases/${world.caseOf('gmc-pass')}`);
    await reveal(page);
    expect(await page.getByRole('button', { name: /^(Approve|Reject|Claim|Note)/ }).count()).toBe(0);
    await world.expectAccessible(page);
  });

  test('that is not there says so', async () => {
    const page = await world.open('reviewer', '/cases/00000000-0000-4000-8000-000000000000', { expectErrors: true });
    await page.getByRole('alert').getByText('There is no such applicant').waitFor();
    await world.expectAccessible(page);
  });
});
