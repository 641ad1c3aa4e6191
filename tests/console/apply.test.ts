import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import sharp from 'sharp';
import { z } from 'zod';
import { waitForDecision } from '../../cli/commands/cases.ts';
import { randomApplicant } from '../../cli/specimens/random-applicant.ts';
import type { Sample } from '../../cli/specimens/samples.ts';
import { submitSample } from './support/demo-platform.ts';
import { openAsApplicant, register, send, withDrawn } from './support/applicant.ts';
import { describeInBrowser } from './support/world.ts';

const History = z.object({ events: z.array(z.looseObject({ type: z.string(), data: z.looseObject({}) })) });
const someone = () => randomApplicant(Math.floor(Math.random() * 90_000)).sample;

describeInBrowser('an applicant', (world) => {
  test('is told what is missing before anything is sent, and where it is', async () => {
    const { page } = await openAsApplicant(world);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('A GMC number has 7 digits').waitFor();
    await page.locator(':focus[aria-invalid=true]').waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe(await page.getByLabel('Registration number').getAttribute('id'));
    await page.getByLabel('Register', { exact: true }).selectOption('NMC');
    await page.getByLabel('Registration number').fill('12345');
    await page.getByText('A NMC number has 2 digits, letter').waitFor();
    expect(await page.getByLabel('Surname').getAttribute('aria-invalid')).toBe('true');
    await world.expectAccessible(page);
  });

  test('registers, agrees, sends a file and a photo of the camera, and follows what becomes of it', async () => {
    const sample = someone();
    const { page, id } = await openAsApplicant(world, { width: 390, height: 844, theme: 'dark' });
    await register(page, sample);
    await page.getByText('biometric data, so we ask you first').waitFor();
    await world.expectAccessible(page);
    await page.getByRole('button', { name: 'Yes, I agree' }).click();

    await withDrawn(sample, async ({ document }) => {
      await send(page, document);
      await page.getByText('We have your document.').waitFor();
    });
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByRole('button', { name: 'Take the photo' }).click();
    await world.expectAccessible(page);
    await page.getByRole('button', { name: /^Send (this photo|it anyway)$/ }).click();
    await page.getByText('We have your photo.').waitFor();
    await page.getByRole('heading', { name: 'A person is looking at it' }).waitFor({ timeout: 60_000 });
    await world.expectAccessible(page);

    const { events } = await world.api('auditor').get(`/applicants/${id}/history`, History);
    expect(events.find(({ type }) => type === 'ConsentRecorded')?.data).toEqual({ purpose: 'biometrics', given: true, textVersion: 'console-1' });
    // What could tip somebody off stays with the staff.
    expect(await page.locator('main').innerText()).not.toMatch(/register has no entry|similar/i);
  });

  test('may say no to the comparison by computer, and take an agreement back', async () => {
    const { page } = await openAsApplicant(world);
    await register(page, someone());
    await page.getByRole('button', { name: 'No, I want a person to do it' }).click();
    await page.getByText('A person compares your photos.').waitFor();
    await page.getByRole('button', { name: 'Change: comparing your photos' }).click();
    await page.getByRole('button', { name: 'Yes, I agree' }).click();
    await page.getByText('You agreed to a comparison by computer.').waitFor();
    await page.getByRole('button', { name: 'Change: comparing your photos' }).click();
    await page.getByRole('button', { name: 'Take my agreement back' }).click();
    await page.getByText('A person compares your photos.').waitFor();
  });

  test('sees what is wrong with a file before it is sent', async () => {
    const { page } = await openAsApplicant(world);
    await register(page, someone());
    await page.getByRole('button', { name: 'Yes, I agree' }).click();
    const file = page.getByLabel('Image file');
    await file.waitFor({ state: 'attached' });
    // Where the step before was worked on is gone; the keyboard is at the next one.
    expect(await page.locator(':focus').innerText()).toBe('Identity document');
    for (const [name, bytes, says] of [
      ['empty.jpg', '', 'The file is empty'], ['phone.heic', '\0\0\0\x18ftypheic\0\0\0\0', 'This is a HEIC photo'], ['scan.pdf', '%PDF-1.7\n', 'This is a PDF'],
      ['large.jpg', `\xff\xd8\xff${'\0'.repeat(10 * 1024 * 1024)}`, 'larger than 10 MB'], ['damaged.jpg', `\xff\xd8\xff${'\x07'.repeat(5_000)}`, 'The image cannot be opened'],
    ] as const) {
      await file.setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.from(bytes, 'latin1') });
      await page.getByText(says).waitFor();
      expect(await page.getByRole('button', { name: /^Send (this photo|it anyway)$/ }).count()).toBe(0);
      await page.getByRole('button', { name: 'Take another' }).click();
    }
    await file.setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not an image at all') });
    await page.getByText('neither a JPEG nor a PNG').waitFor();
    expect(await page.getByRole('button', { name: /^Send (this photo|it anyway)$/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Take another' }).click();
    const grey = sharp({ create: { width: 300, height: 200, channels: 3, background: '#777' } });
    await file.setInputFiles({ name: 'small.png', mimeType: 'image/png', buffer: await grey.png().toBuffer() });
    await page.getByText('too small to be read').waitFor();
    await page.getByRole('button', { name: 'Take another' }).click();
    await file.setInputFiles({ name: 'grey.jpg', mimeType: 'image/jpeg', buffer: await grey.resize(1200, 900).jpeg().toBuffer() });
    await page.getByText('The photo looks blurred').waitFor();
    await page.getByRole('button', { name: 'Send it anyway' }).waitFor();
    await world.expectAccessible(page);
  });

  test('loses nothing to a lost connection, a double click or a reload midway, and sends each photo once', async () => {
    const sample = someone();
    const { page, id } = await openAsApplicant(world, { expectErrors: true });
    await register(page, sample);
    await page.getByRole('button', { name: 'Yes, I agree' }).dblclick();
    await withDrawn(sample, async ({ document, selfie }) => {
      await page.getByLabel('Image file').setInputFiles(document);
      const button = page.getByRole('button', { name: /^Send (this photo|it anyway)$/ });
      await page.context().setOffline(true);
      await button.click();
      await page.getByRole('alert').getByText('Check your connection').waitFor();
      await page.context().setOffline(false);
      // The first answer is lost on its way: what is sent again is the same photo.
      let lost = false;
      await page.route('**/documents', async (route) => {
        if (lost) return route.continue();
        lost = true;
        await route.fetch();
        return route.abort();
      });
      await button.click();
      await page.getByRole('alert').getByText('Check your connection').waitFor();
      await button.dblclick();
      await page.getByText('We have your document.').waitFor();
      await page.reload();
      await page.getByText('We have your document.').waitFor();
      await send(page, selfie);
      await page.getByText('We have your photo.').waitFor();
    });
    const { events } = await world.api('auditor').get(`/applicants/${id}/history`, History);
    for (const type of ['ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded']) {
      expect(events.filter((event) => event.type === type)).toHaveLength(1);
    }
  });

  test('without a camera, or without leave to use it, is shown the other way', async () => {
    const { page } = await openAsApplicant(world);
    await register(page, someone());
    await page.getByRole('button', { name: 'Yes, I agree' }).click();
    for (const [name, says] of [['NotAllowedError', 'The browser may not use the camera'], ['NotFoundError', 'No camera was found'], ['NotReadableError', 'in use by another program']] as const) {
      await page.evaluate(`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${name}'))`);
      await page.getByRole('button', { name: 'Use the camera' }).click();
      await page.getByRole('alert').getByText(says).waitFor();
      await world.expectAccessible(page);
      await page.getByRole('button', { name: 'Back' }).click();
      expect(await page.locator(':focus').innerText()).toBe('Use the camera');
    }
  });

  test('who was refused reads why in safe words, and contests it', async () => {
    const drawn = someone();
    const expired: Sample = { ...drawn, documentType: 'passport', drawing: { ...drawn.drawing, expiresInDays: -40 } };
    const folder = await mkdtemp(join(tmpdir(), 'kyc-expired-'));
    const id = await submitSample(world.api('operator'), expired, folder);
    await rm(folder, { recursive: true, force: true });
    await waitForDecision(world.api('operator'), id, 60_000);
    const { page } = await openAsApplicant(world, {}, id);
    await page.getByRole('heading', { name: 'Not verified' }).waitFor();
    await page.getByText('Your identity document has expired.').waitFor();
    await page.getByRole('button', { name: 'Contest this decision' }).click();
    await page.getByLabel('Why do you think').fill('I have sent the new passport by post.');
    await world.expectAccessible(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/looking at your case/).first().waitFor();
    expect(await page.getByRole('button', { name: 'Contest this decision' }).count()).toBe(0);
  });
});
