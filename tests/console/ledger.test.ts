import { expect, test } from 'vitest';
import { describeInBrowser } from './support/world.ts';

describeInBrowser('the ledger', (world) => {
  test('is verified by the browser: signature, growth since the last visit, every entry', async () => {
    const page = await world.open('auditor', '/ledger');
    await page.getByRole('heading', { name: 'Whole and unaltered' }).waitFor();
    await page.getByText('This is the first visit from this browser').waitFor();
    await page.getByRole('button', { name: 'Check every entry' }).click();
    await page.getByText('add up to the signed root').waitFor();
    await world.expectAccessible(page);
    await page.getByText('Taken from the platform itself').waitFor();
    const key = await page.locator('.ledger-key').innerText();
    await page.getByLabel('The key you were given').fill(`${key.slice(0, -4)}AAAA`);
    await page.getByText('It is another key').waitFor();
    expect(await page.getByRole('button', { name: 'It is this one' }).isDisabled()).toBe(true);
    await page.getByLabel('The key you were given').fill(key);
    await page.getByRole('button', { name: 'It is this one' }).click();
    await page.getByText('Compared on').waitFor();
    await world.newCase();
    await page.reload();
    await page.getByText(/entries of your last visit are the beginning of these \d+: proven with \d+ hashes/).waitFor();
  });

  test('proves an event by a link to it, by its place, and by applicant and version', async () => {
    const page = await world.open('reviewer', `/ledger?stream=applicant-${world.caseOf('gmc-pass')}&version=1`, { width: 390, height: 844, theme: 'dark' });
    await page.getByText('It is in the log, unaltered.').waitFor();
    await page.getByText('ApplicantRegistered', { exact: true }).waitFor();
    await world.expectAccessible(page);
    await page.getByRole('radio', { name: 'Place in the log' }).check();
    await page.getByRole('textbox', { name: 'Place in the log' }).fill('0');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Prove it' }).click();
    await page.getByText(/Entry 0 of \d+/).waitFor();
    await page.getByRole('button', { name: 'Save the proof' }).click();
    expect((await saved).suggestedFilename()).toBe('entry-0.tlog-proof');
  });

  test('that lost history, or rewrote it, is shown as broken', async () => {
    const page = await world.open('auditor', '/ledger');
    await page.getByRole('heading', { name: 'Whole and unaltered' }).waitFor();
    // What this browser remembers is made to be another past.
    await page.evaluate(() => {
      const seen: Record<string, unknown> = JSON.parse(localStorage.getItem('ledger-seen') ?? '{}');
      localStorage.setItem('ledger-seen', JSON.stringify({ ...seen, size: Number(seen['size']) - 1, root: btoa('x'.repeat(32)) }));
    });
    await page.reload();
    await page.getByRole('alert').getByRole('heading', { name: 'This log is broken' }).waitFor();
    await page.getByText('history was rewritten').waitFor();
    await world.expectAccessible(page);
    await page.evaluate(() => {
      const seen: Record<string, unknown> = JSON.parse(localStorage.getItem('ledger-seen') ?? '{}');
      localStorage.setItem('ledger-seen', JSON.stringify({ ...seen, size: 1_000_000 }));
    });
    await page.reload();
    await page.getByText('now it has only').waitFor();
  });

  test('that has another key than at the last visit is shown as broken until somebody brings that key', async () => {
    const page = await world.open('auditor', '/ledger');
    await page.getByText('Taken from the platform itself').waitFor();
    const key = await page.locator('.ledger-key').innerText();
    await page.evaluate(() => {
      const seen: Record<string, unknown> = JSON.parse(localStorage.getItem('ledger-seen') ?? '{}');
      localStorage.setItem('ledger-seen', JSON.stringify({ ...seen, verifierKey: 'somebody.example/log+00000000+AQAA' }));
    });
    await page.reload();
    await page.getByRole('alert').getByRole('heading', { name: 'This log is broken' }).waitFor();
    await page.getByText('Not the key of the last visit').waitFor();
    await world.expectAccessible(page);
    await page.getByLabel('The key you were given').fill(key);
    await page.getByRole('button', { name: 'begin anew' }).click();
    await page.getByRole('heading', { name: 'Whole and unaltered' }).waitFor();
    await page.getByText('Compared on').waitFor();
  });

  test('with a forged checkpoint or an altered entry is shown as broken', async () => {
    const page = await world.open('auditor', '/welcome', { expectErrors: true });
    await page.route('**/log/checkpoint', async (route) => {
      const note = await (await route.fetch()).text();
      await route.fulfill({ body: note.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`), contentType: 'text/plain' });
    });
    await page.goto('/ledger');
    await page.getByText('The signature of the checkpoint is bad').waitFor();
    await page.getByText('Do not rely on what this platform shows').waitFor();

    await page.unroute('**/log/checkpoint');
    await page.route('**/log/tile/entries/**', async (route) => {
      const answer = await route.fetch();
      if (!answer.ok()) return route.fulfill({ response: answer });
      const body = await answer.body();
      const at = body.indexOf('ConsentRecorded');
      if (at >= 0) body.write('ConsentRefuseed', at);
      return route.fulfill({ status: 200, body, contentType: 'application/octet-stream' });
    });
    await page.goto('/ledger');
    await page.getByText('at least one was altered').waitFor();
    await page.getByRole('heading', { name: 'This log is broken' }).waitFor();
  });
});
