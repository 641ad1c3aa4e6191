import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { startPlatform } from '../../runtime/embedded.ts';
import { readSettings } from '../../runtime/settings.ts';
import { ApiClient } from '../client.ts';
import { CommandFailed, duration, exitCode, paint, print, table } from '../output.ts';
import { samples, type Sample } from '../specimens/samples.ts';
import { drawInto } from '../specimens/write.ts';
import { show, submit, waitForDecision } from './cases.ts';
import { interrupted, welcome } from './start.ts';

interface Outcome {
  readonly sample: Sample;
  readonly applicant: string;
  readonly decision: string;
  readonly reasons: readonly string[];
  readonly milliseconds: number;
  readonly asExpected: boolean;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start on a fresh data folder, submit the sample applicants and show what becomes of them')
    .option('--keep', 'leave the platform running with the sample applicants')
    .addHelpText('after', '\nExample:\n  $ kyc demo\n  $ kyc demo --keep')
    .action(async (options: { keep?: boolean }, command: Command) => {
      const outcomes = await demo(options.keep === true, command);
      if (!outcomes.every((each) => each.asExpected)) throw new CommandFailed('Some samples did not reach the outcome they must reach.', exitCode.failed, 'UNEXPECTED_OUTCOME');
    });
}

async function demo(keep: boolean, command: Command): Promise<readonly Outcome[]> {
  const began = Date.now();
  const stop = interrupted();
  const settings = demoSettings();
  await rm(settings.dataFolder, { recursive: true, force: true });
  await mkdir(settings.dataFolder, { recursive: true });
  const pictures = await mkdtemp(join(tmpdir(), 'kyc-specimens-'));
  say('Starting the platform ...');
  const platform = await startPlatform(settings);
  try {
    const api = new ApiClient(platform.running, 'operator');
    const outcomes = await Promise.race([
      runAll(api, pictures),
      stop.then(() => {
        throw new CommandFailed('Stopped.', 130, 'INTERRUPTED');
      }),
    ]);
    show(command, { outcomes: outcomes.map(({ sample, ...each }) => ({ sample: sample.id, title: sample.title, register: sample.register, ...each })), milliseconds: Date.now() - began }, () => {
      report(outcomes, Date.now() - began, settings.dataFolder);
      if (keep) welcome(platform);
    });
    if (keep) await platform.prepareConsole();
    if (keep) await Promise.race([stop, platform.broken]);
    return outcomes;
  } finally {
    await platform.stop();
    await rm(pictures, { recursive: true, force: true });
  }
}

/** The demo's own data folder, any free port unless one is named, and a register deadline one can wait for. */
function demoSettings(): ReturnType<typeof readSettings> {
  const base = readSettings(process.env);
  return readSettings({
    KYC_PORT: process.env['KYC_PORT'] ?? '0',
    KYC_LOG: process.env['KYC_LOG'] ?? 'error',
    KYC_REGISTER_DEADLINE_SECONDS: '15',
    KYC_DATA: join(base.dataFolder, 'demo'),
  });
}

async function runAll(api: ApiClient, pictures: string): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  // In order where one sample must come after another: the second holder of a document must not be the first.
  const started: { sample: Sample; id: string; at: number }[] = [];
  say('Drawing and submitting the sample applicants ...');
  const today = new Date().toISOString().slice(0, 10);
  for (const sample of samples) {
    const folder = await drawInto(pictures, sample, today);
    const at = Date.now();
    const id = await submit(api, {
      register: sample.register,
      number: sample.registrationNumber,
      email: sample.email,
      surname: sample.name.surname,
      givenNames: sample.name.givenNames,
      documentType: sample.documentType,
      document: join(folder, 'document.jpg'),
      selfie: join(folder, 'selfie.jpg'),
      consent: true,
    });
    started.push({ sample, id, at });
  }
  say(`${samples.length} applicants are on their way.`);
  await Promise.all(started.map(async ({ sample, id, at }) => {
    const { decision } = await waitForDecision(api, id, 150_000);
    const outcome = judge(sample, id, decision?.outcome ?? 'none', decision?.reasons ?? [], Date.parse(decision?.decidedAt ?? '') - at);
    done.push(outcome);
    say(`${String(done.length).padStart(3)}/${samples.length}  ${mark(outcome)} ${sample.title}: ${outcome.decision}`);
  }));
  return started.map(({ sample }) => done.find((each) => each.sample === sample)).filter((each) => each !== undefined);
}

function judge(sample: Sample, applicant: string, decision: string, reasons: readonly string[], milliseconds: number): Outcome {
  const same = reasons.toSorted().join() === sample.expected.reasons.toSorted().join();
  return { sample, applicant, decision, reasons, milliseconds, asExpected: decision === sample.expected.decision && same };
}

function report(outcomes: readonly Outcome[], milliseconds: number, dataFolder: string): void {
  print();
  print(table(
    ['', 'applicant', 'register', 'decision', 'reasons', 'time'],
    outcomes.map((each) => [mark(each), each.sample.title, each.sample.register, each.decision, each.reasons.join(', ') || '–', duration(each.milliseconds)]),
  ));
  const wrong = outcomes.filter((each) => !each.asExpected);
  print(`\n${outcomes.length - wrong.length} of ${outcomes.length} samples came out as they must, in ${duration(milliseconds)}.`);
  for (const each of wrong) print(`  ${each.sample.title}: expected ${each.sample.expected.decision} (${each.sample.expected.reasons.join(', ') || 'no reasons'})`);
  print(`\nLook next:
  KYC_DATA=${dataFolder} npm start          runs the platform on what the demo left
  KYC_DATA=${dataFolder} bin/kyc reviews    (in a second terminal) the cases that wait for a person
  KYC_DATA=${dataFolder} bin/kyc history ${outcomes[0]?.applicant ?? ''}
  psql "$(KYC_DATA=${dataFolder} bin/kyc db-url)"    the tables\n`);
}

const mark = (outcome: Outcome): string => (outcome.asExpected ? paint('green', '✓') : paint('red', '✗'));

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
