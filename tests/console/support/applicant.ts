import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { drawSample } from '../../../cli/specimens/draw.ts';
import type { Sample } from '../../../cli/specimens/samples.ts';
import type { OpenOptions, World } from './world.ts';

const Link = z.object({ url: z.string() });

/** The applicant's own page, signed in by a fresh link. A new id is somebody who has not registered yet. */
export async function openAsApplicant(world: World, options: OpenOptions = {}, id: string = randomUUID()): Promise<{ readonly page: Page; readonly id: string }> {
  const { url } = await world.api('operator').post(`/applicants/${id}/sign-in-links`, {}, Link);
  const { pathname, hash } = new URL(url);
  const page = await world.open(null, pathname + hash, options);
  await page.getByRole('heading', { name: 'Your verification' }).waitFor();
  return { page, id };
}

/** Draws a sample's document and selfie, hands over their paths, and takes them away again. */
export async function withDrawn<T>(sample: Sample, use: (files: { readonly document: string; readonly selfie: string }) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-drawn-'));
  try {
    await mkdir(folder, { recursive: true });
    const drawn = await drawSample(sample, new Date().toISOString().slice(0, 10));
    const files = { document: join(folder, 'document.jpg'), selfie: join(folder, 'selfie.jpg') };
    await writeFile(files.document, drawn.document);
    await writeFile(files.selfie, drawn.selfie);
    return await use(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fills the form of the first step. */
export async function register(page: Page, sample: Sample): Promise<void> {
  await page.getByLabel('Register', { exact: true }).selectOption(sample.register);
  await page.getByLabel('Registration number').fill(sample.registrationNumber);
  await page.getByLabel('Given names').fill(sample.name.givenNames);
  await page.getByLabel('Surname').fill(sample.name.surname);
  await page.getByLabel('E-mail').fill(sample.email);
  await page.getByRole('button', { name: 'Go on' }).click();
}

/** Chooses a file in the step that is open, and sends it whatever the checks say. */
export async function send(page: Page, file: string): Promise<void> {
  await page.getByLabel('Image file').setInputFiles(file);
  await page.getByRole('button', { name: /^Send (this photo|it anyway)$/ }).click();
}
