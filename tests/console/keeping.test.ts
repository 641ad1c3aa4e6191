import { expect, test } from 'vitest';
import { z } from 'zod';
import { savedBytes } from './support/saved.ts';
import { describeInBrowser } from './support/world.ts';

const Accesses = z.looseObject({ accesses: z.array(z.looseObject({ type: z.string(), data: z.looseObject({}) })) });

describeInBrowser('exports', (world) => {
  test('are made, fetched and verified in the browser; a changed one is found out', async () => {
    const page = await world.open('auditor', `/exports?applicant=${world.caseOf('gmc-pass')}`);
    await page.getByRole('button', { name: 'Make it' }).waitFor();
    await world.expectAccessible(page);
    await page.getByLabel('What it is made for').fill('A request');
    await page.getByText('A code: capital letters').waitFor();
    await page.getByLabel('What it is made for').fill('REGULATOR_REQUEST');
    await page.getByRole('button', { name: 'Make it' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const archive = await savedBytes(saved);
    await page.getByText('It holds.').waitFor();
    await page.getByRole('region', { name: 'Exports, newest first' }).getByText('local-auditor').first().waitFor();
    const { accesses } = await world.api('auditor').get(`/applicants/${world.caseOf('gmc-pass')}/accesses`, Accesses);
    expect(accesses.at(-1)).toMatchObject({ type: 'RecordExported', data: { basis: 'REGULATOR_REQUEST' } });
    await world.expectAccessible(page);

    // One byte in the directory of the archive is enough to lose a file; one in a file to alter it.
    const changed = Buffer.from(archive);
    const at = changed.lastIndexOf('data/checkpoint');
    changed.write('data/checkpoinX', at);
    await page.getByLabel('An export', { exact: true }).setInputFiles({ name: 'changed.zip', mimeType: 'application/zip', buffer: changed });
    await page.getByText('It does not hold.').waitFor();
    await page.getByLabel('An export', { exact: true }).setInputFiles({ name: 'no.zip', mimeType: 'application/zip', buffer: Buffer.from('nothing of the kind') });
    await page.getByText('This is no zip archive').waitFor();
  });
});

describeInBrowser('retention', (world) => {
  test('an operator ends, holds, lifts and erases; each leaves its event', async () => {
    const id = await world.newCase();
    const page = await world.open('operator', `/retention?applicant=${id}`, { expectErrors: true });
    await page.getByRole('button', { name: 'Place a hold' }).waitFor();
    await world.expectAccessible(page);
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByLabel('Note').fill('Ordered by the court.');
    await page.getByRole('dialog').getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByText('Held: Litigation').waitFor();

    await page.getByRole('button', { name: 'Erase' }).click();
    const erase = page.getByRole('dialog').getByRole('button', { name: 'Destroy the personal data' });
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel('Type the applicant').fill(id);
    await world.expectAccessible(page);
    await erase.click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'Lift', exact: true }).click();
    await page.getByLabel('Note').fill('The case is closed.');
    await page.getByRole('dialog').getByRole('button', { name: 'Lift it' }).click();
    await page.getByText('Kept: the relationship goes on').waitFor();
    await page.getByRole('button', { name: 'End the relationship' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await page.getByText('Kept until due').waitFor();

    const auditor = await world.open('auditor', `/retention?applicant=${id}`, { width: 390, height: 844, theme: 'dark' });
    await auditor.getByRole('cell', { name: 'Retention held' }).first().waitFor();
    await auditor.getByRole('cell', { name: 'Relationship ended' }).first().waitFor();
    expect(await auditor.getByRole('button', { name: 'Place a hold' }).count()).toBe(0);
    await world.expectAccessible(auditor);
  });
});
