import { expect, test } from 'vitest';
import { z } from 'zod';
import { randomApplicant } from '../../cli/specimens/random-applicant.ts';
import type { Sample } from '../../cli/specimens/samples.ts';
import { openAsApplicant, register, send, withDrawn } from './support/applicant.ts';
import { savedBytes } from './support/saved.ts';
import { describeInBrowser } from './support/world.ts';

const Accesses = z.object({ accesses: z.array(z.object({ type: z.string(), actor: z.object({ id: z.string() }) })) });

describeInBrowser('the whole story', (world) => {
  test('somebody applies and contests, two people decide, an auditor travels in time, verifies and exports', async () => {
    const drawn = randomApplicant(Math.floor(Math.random() * 90_000)).sample;
    const sample: Sample = { ...drawn, documentType: 'passport', drawing: { ...drawn.drawing, expiresInDays: -40 } };

    // The applicant, on a phone.
    const { page: applicant, id } = await openAsApplicant(world, { width: 390, height: 844 });
    await register(applicant, sample);
    await applicant.getByRole('button', { name: 'Yes, I agree' }).click();
    await withDrawn(sample, async ({ document, selfie }) => {
      await send(applicant, document);
      await applicant.getByText('We have your document.').waitFor();
      await send(applicant, selfie);
      await applicant.getByText('We have your photo.').waitFor();
    });
    // The passport has expired: the policy may say no by itself, and the applicant contests it.
    await applicant.getByRole('heading', { name: 'Not verified' }).waitFor({ timeout: 60_000 });
    await applicant.getByRole('button', { name: 'Contest this decision' }).click();
    await applicant.getByLabel('Why do you think').fill('I showed the new passport at the counter yesterday.');
    await applicant.getByRole('button', { name: 'Send', exact: true }).click();
    await applicant.getByText(/looking at your case/).first().waitFor();

    // Turning the decision round takes two: one proposes, another one approves.
    const decide = async (role: 'reviewer' | 'senior_reviewer', key: string, note: string): Promise<void> => {
      const page = await world.open(role, `/cases/${id}`);
      await page.getByRole('heading', { name: /^No\. \d+$/ }).waitFor();
      await page.keyboard.press('v');
      await page.getByRole('img', { name: 'Identity document' }).waitFor();
      await page.keyboard.press(key);
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio').first().check();
      await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
      await page.keyboard.press('Control+Enter');
      await dialog.waitFor({ state: 'hidden' });
    };
    await decide('reviewer', 'a', 'The new passport was seen at the counter.');
    await decide('senior_reviewer', 'y', 'Seen the copy; agreed.');
    await applicant.getByRole('heading', { name: 'Verified', exact: true }).waitFor({ timeout: 20_000 });

    // The auditor goes back to the policy's decision, and proves that event.
    const auditor = await world.open('auditor', `/applicants/${id}`);
    await auditor.getByRole('navigation', { name: 'Events' }).getByRole('button', { name: /^Policy .* decided: Fail/ }).click();
    await auditor.getByRole('region', { name: 'The state then' }).getByText('Rejected').waitFor();
    await auditor.getByRole('link', { name: 'Prove this event' }).click();
    await auditor.getByText('It is in the log, unaltered.').waitFor();
    await auditor.getByText('DecisionMade', { exact: true }).waitFor();

    // And takes it all along.
    await auditor.goto(`/exports?applicant=${id}`);
    await auditor.getByRole('button', { name: 'Make it' }).click();
    const saved = auditor.waitForEvent('download');
    await auditor.getByRole('button', { name: 'Download' }).click();
    expect((await savedBytes(saved)).length).toBeGreaterThan(10_000);
    await auditor.getByText('It holds.').waitFor();
    const { accesses } = await world.api('auditor').get(`/applicants/${id}/accesses`, Accesses);
    expect(accesses.some(({ type, actor }) => type === 'RecordExported' && actor.id === 'local-auditor')).toBe(true);
  }, 240_000);
});
