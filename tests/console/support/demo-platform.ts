import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiClient } from '../../../cli/client.ts';
import { submit, waitForDecision } from '../../../cli/commands/cases.ts';
import { drawSample } from '../../../cli/specimens/draw.ts';
import { samples, type Sample } from '../../../cli/specimens/samples.ts';
import { startPlatform, type Platform } from '../../../runtime/embedded.ts';
import { readSettings } from '../../../runtime/settings.ts';

export interface DemoPlatform {
  readonly platform: Platform;
  /** Applicants by the sample's id. */
  readonly cases: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const decisionMs = 300_000;

/** The platform on a fresh data folder with sample applicants, submitted through the API and decided. */
export async function startDemo(wanted: readonly string[]): Promise<DemoPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-console-'));
  const platform = await startPlatform(readSettings({ KYC_DATA: folder, KYC_PORT: '0', KYC_LOG: 'error', KYC_REGISTER_DEADLINE_SECONDS: '5' }));
  const stop = async (): Promise<void> => {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const api = new ApiClient(platform.running, 'operator');
    const chosen = samples.filter(({ id }) => wanted.includes(id));
    const [cases] = await Promise.all([submitAll(api, chosen, folder), platform.prepareConsole()]);
    await Promise.all(Object.values(cases).map((id) => waitForDecision(api, id, decisionMs)));
    return { platform, cases, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The platform on the data folder that a demo left, with all its samples: they were numbered in their order. */
export async function reopenDemo(folder: string): Promise<DemoPlatform> {
  const platform = await startPlatform(readSettings({ KYC_DATA: folder, KYC_PORT: '0', KYC_LOG: 'error' }));
  const Applicants = z.object({ applicants: z.array(z.object({ id: z.string(), number: z.number() })) });
  const { applicants } = await new ApiClient(platform.running, 'operator').get('/applicants?limit=100', Applicants);
  await platform.prepareConsole();
  const cases = samples.flatMap(({ id }, index) => applicants.filter(({ number }) => number === index + 1).map((each) => [id, each.id] as const));
  return { platform, cases: Object.fromEntries(cases), stop: () => platform.stop() };
}

async function submitAll(api: ApiClient, chosen: readonly Sample[], folder: string): Promise<Record<string, string>> {
  const cases: Record<string, string> = {};
  for (const sample of chosen) cases[sample.id] = await submitSample(api, sample, folder);
  return cases;
}

/** Draws and submits one sample. Answers the applicant's id. */
export async function submitSample(api: ApiClient, sample: Sample, folder: string): Promise<string> {
  const pictures = join(folder, 'pictures', sample.id);
  await mkdir(pictures, { recursive: true });
  const drawn = await drawSample(sample, new Date().toISOString().slice(0, 10));
  await writeFile(join(pictures, 'document.jpg'), drawn.document);
  await writeFile(join(pictures, 'selfie.jpg'), drawn.selfie);
  return submit(api, {
    register: sample.register,
    number: sample.registrationNumber,
    email: sample.email,
    surname: sample.name.surname,
    givenNames: sample.name.givenNames,
    documentType: sample.documentType,
    document: join(pictures, 'document.jpg'),
    selfie: join(pictures, 'selfie.jpg'),
    consent: true,
  });
}
