import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { drawSample } from '../cli/specimens/draw.ts';
import { randomApplicant } from '../cli/specimens/random-applicant.ts';
import type { Sample } from '../cli/specimens/samples.ts';
import { findRunning, type RunningPlatform } from '../runtime/running.ts';
import type { Bench, Row } from './bench.ts';

/** Cases one after the other, for the latency of the decision. */
const CASES = 30;
/** Cases at once, for memory. */
const AT_ONCE = 10;

/**
 * Whole cases through the running platform: how long after the last signal was recorded the API shows the decision,
 * where the time of a case goes, and what memory it takes (resident, all processes of the platform together).
 */
export const bench: Bench = {
  name: 'cases',
  summary: `${CASES} cases end to end over HTTP, then ${AT_ONCE} at once; real OCR, faces and databases`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-bench-'));
    const people = Array.from({ length: CASES + AT_ONCE }, (_, seed) => randomApplicant(seed));
    await mkdir(folder, { recursive: true });
    const registrants = join(folder, 'registrants.json');
    await writeFile(registrants, JSON.stringify(people.map(({ registrant }) => registrant)));
    const child = spawn('bin/kyc', ['start'], {
      env: { PATH: process.env['PATH'], HOME: folder, KYC_DATA: folder, KYC_PORT: '0', KYC_LOG: 'error', KYC_REGISTRANTS: registrants, KYC_REGISTER_LATENCY_MS: '1500' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      const running = await comeUp(folder);
      await sleep(3_000);
      const idle = await resident(folder);
      const measured: Measured[] = [];
      for (const { sample } of people.slice(0, CASES)) measured.push(await oneCase(running, sample));
      const warm = await resident(folder);
      const { peak, seconds } = await atOnce(running, folder, people.slice(CASES).map(({ sample }) => sample));
      return [
        ...stages(measured),
        { what: 'last signal to decision visible through the API, p50 (ms)', value: percentile(measured.map((each) => each.latency), 0.5) },
        { what: 'last signal to decision visible through the API, p95 (ms)', value: percentile(measured.map((each) => each.latency), 0.95) },
        { what: 'platform idle, before the first case (MB)', value: idle },
        { what: 'platform after the cases (MB)', value: warm },
        { what: `platform under ${AT_ONCE} cases at once, peak (MB)`, value: peak },
        { what: `${AT_ONCE} cases at once, all decided after (s)`, value: seconds },
      ];
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Measured {
  readonly latency: number;
  readonly stages: Readonly<Record<string, number>>;
}

const Status = z.looseObject({ decision: z.unknown() });
const History = z.object({ events: z.array(z.looseObject({ type: z.string(), recordedAt: z.string() })) });

async function oneCase(running: RunningPlatform, sample: Sample): Promise<Measured> {
  const id = await submit(running, sample);
  await decided(running, id);
  const visible = Date.now();
  const { events } = History.parse(await call(running, 'auditor', `/applicants/${id}/history`));
  const at = (type: string): number => Date.parse(events.find((event) => event.type === type)?.recordedAt ?? '');
  const lastSignal = Math.max(at('FaceMatched'), at('RegisterChecked'));
  return {
    latency: visible - lastSignal,
    stages: {
      'upload of the selfie to document read (OCR)': at('DocScanned') - at('SelfieUploaded'),
      'document read to workflow started': at('KycStarted') - at('DocScanned'),
      'workflow started to faces compared': at('FaceMatched') - at('KycStarted'),
      'workflow started to register answered (1,500 ms of it the register)': at('RegisterChecked') - at('KycStarted'),
      'last signal to decision recorded': at('DecisionMade') - lastSignal,
      'registered to decided': at('DecisionMade') - at('ApplicantRegistered'),
    },
  };
}

function stages(measured: readonly Measured[]): Row[] {
  return Object.keys(measured[0]?.stages ?? {}).map((stage) => ({ what: `${stage}, p50 (ms)`, value: percentile(measured.map((each) => each.stages[stage] ?? Number.NaN), 0.5) }));
}

async function atOnce(running: RunningPlatform, folder: string, all: readonly Sample[]): Promise<{ peak: number; seconds: number }> {
  const began = Date.now();
  let peak = 0;
  const done = new AbortController();
  const watch = (async () => {
    while (!done.signal.aborted) {
      peak = Math.max(peak, await resident(folder));
      await sleep(250);
    }
  })();
  await Promise.all(all.map(async (sample) => decided(running, await submit(running, sample))));
  done.abort();
  await watch;
  return { peak, seconds: Math.round((Date.now() - began) / 100) / 10 };
}

async function submit(running: RunningPlatform, sample: Sample): Promise<string> {
  const id = randomUUID();
  const { document, selfie } = await drawSample(sample, new Date().toISOString().slice(0, 10));
  const { register: registerType, registrationNumber, email, name, documentType } = sample;
  await call(running, 'operator', '/applicants', JSON.stringify({ id, registerType, registrationNumber, email, name }));
  await call(running, 'operator', `/applicants/${id}/consents`, JSON.stringify({ given: true, textVersion: 'bench' }));
  for (const [path, image] of [['documents', document], ['selfies', selfie]] as const) {
    const form = new FormData();
    if (path === 'documents') form.set('documentType', documentType);
    form.set('file', new Blob([new Uint8Array(image)], { type: 'image/jpeg' }), 'image.jpg');
    await call(running, 'operator', `/applicants/${id}/${path}`, form);
  }
  return id;
}

async function decided(running: RunningPlatform, id: string): Promise<void> {
  for (;;) {
    const { decision } = Status.parse(await call(running, 'operator', `/applicants/${id}`));
    if (decision !== null && decision !== undefined) return;
    await sleep(10);
  }
}

async function call(running: RunningPlatform, role: string, path: string, body?: string | FormData): Promise<unknown> {
  const response = await fetch(`${running.url}/api/v1${path}`, {
    ...(body !== undefined && { method: 'POST', body }),
    headers: { authorization: `Bearer ${running.sessions[role] ?? ''}`, ...(typeof body === 'string' && { 'content-type': 'application/json' }) },
  });
  if (!response.ok) throw new Error(`${path.split('/').at(-1) ?? ''} was answered with ${response.status}`);
  return response.json();
}

async function comeUp(folder: string): Promise<RunningPlatform> {
  for (;;) {
    const running = await findRunning(folder);
    if (running !== null) return running;
    await sleep(100);
  }
}

/** Proportional set size in MB of every process that has to do with the folder: shared pages counted once. */
async function resident(folder: string): Promise<number> {
  let kilobytes = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (!environment.includes(`KYC_DATA=${folder}`) && !command.includes(folder) && !directory.startsWith(folder)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}
