import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSample } from './draw.ts';
import { samples } from './samples.ts';
import type { Sample } from './samples.ts';

/** Draws every sample into a folder of its own, `<folder>/<id>/document.jpg` and `selfie.jpg`, over what is there. `today`: `YYYY-MM-DD`. */
export async function writeSpecimens(folder: string, today = new Date().toISOString().slice(0, 10)): Promise<readonly Sample[]> {
  for (const sample of samples) await drawInto(folder, sample, today);
  return samples;
}

/** Draws one sample into `<folder>/<id>/` and answers that path. */
export async function drawInto(folder: string, sample: Sample, today: string): Promise<string> {
  const drawn = await drawSample(sample, today);
  const target = join(folder, sample.id);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'document.jpg'), drawn.document);
  await writeFile(join(target, 'selfie.jpg'), drawn.selfie);
  return target;
}
