import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { Code, Decision, RegisterType } from '../../events/vocabulary.ts';
import { ArchiveRefused } from '../../ledger/export/errors.ts';
import { openZippedBag } from '../../ledger/export/zip-bag.ts';
import { describeReport, printable } from '../../ledger/export/verifier/describe.ts';
import { folderFiles } from '../../ledger/export/verifier/folder-files.ts';
import type { BagFiles } from '../../ledger/export/verifier/read-bag.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { TimestampRefused } from '../../ledger/log/errors.ts';
import { verifyTimestamp } from '../../ledger/log/timestamp.ts';
import { connect } from '../client.ts';
import { CommandFailed, exitCode, paint, print, progressBar } from '../output.ts';
import { putInPlace, readGiven, refuseTaken, withWorkshop } from '../files.ts';
import { applicantId, collect, show } from './cases.ts';

const Made = z.looseObject({
  id: z.string(), applicants: z.number(), events: z.number(), treeSize: z.number(), manifestSha256: z.string(), bytes: z.number(),
});

const ExportOptions = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  register: RegisterType.optional(),
  decision: Decision.optional(),
  basis: z.string().optional(),
  personal: z.boolean(),
  evidence: z.boolean().default(false),
  zip: z.boolean().default(false),
  out: z.string().optional(),
  since: z.string().optional(),
});

const VerifyOptions = z.object({ key: z.string().optional(), witness: z.array(z.string()), authority: z.array(z.string()) });

export function registerExportCommands(program: Command): void {
  program
    .command('export [applicant]')
    .description('export a record, a period or a filter as a bag that anybody can verify offline')
    .option('--from <moment>', 'applicants with an event recorded at or after this (date or RFC 3339)', moment)
    .option('--to <moment>', 'everything as it was before this (date or RFC 3339)', moment)
    .addOption(new Option('--register <register>', 'applicants of this register').choices(RegisterType.options))
    .addOption(new Option('--decision <outcome>', 'applicants with this outcome in force').choices(Decision.options))
    .option('--basis <CODE>', 'what it is made for, recorded with it: REGULATOR_REQUEST, SUBJECT_ACCESS_REQUEST ...', code)
    .option('--no-personal', 'without keys, evidence and personal columns; it verifies all the same')
    .option('--evidence', 'with images and answers of readers and registers')
    .option('--zip', 'a zip archive instead of a folder')
    .option('--since <bag>', 'prove that the ledger only adds to the checkpoint in this bag (default: the last export)')
    .option('--out <path>', 'where to (default: ./kyc-export-<id>)')
    .addHelpText('after', `
Examples:
  $ kyc export 0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f --evidence --basis SUBJECT_ACCESS_REQUEST
  $ kyc export --from 2026-10-01 --to 2026-11-01 --register GMC --decision PASS --zip
  $ kyc export --no-personal --out ./for-statistics

Open index.html in the bag, or run: kyc verify-export <bag>. Every export is recorded in each record that is in it.`)
    .action(async (applicant: string | undefined, options: unknown, command: Command) => {
      const given = ExportOptions.parse(options);
      const body = {
        ...(applicant !== undefined && { applicant: applicantId(applicant) }),
        ...(given.from !== undefined && { from: given.from }),
        ...(given.to !== undefined && { to: given.to }),
        ...(given.register !== undefined && { registerType: given.register }),
        ...(given.decision !== undefined && { decision: given.decision }),
        ...(given.basis !== undefined && { basis: given.basis }),
        ...(given.since !== undefined && { previousCheckpoint: await checkpointIn(given.since) }),
        personal: given.personal,
        evidence: given.evidence,
      };
      if (given.out !== undefined) await refuseTaken(resolve(given.out));
      const api = await connect('auditor');
      const { made, target } = await withWorkshop(dirname(resolve(given.out ?? 'x')), async (workshop) => {
        const answer = await api.post('/exports', body, Made);
        const path = resolve(given.out ?? `kyc-export-${answer.id}${given.zip ? '.zip' : ''}`);
        const archive = join(workshop, 'bag.zip');
        await api.download(`/exports/${answer.id}`, archive);
        await putInPlace(given.zip ? archive : await unpacked(archive, join(workshop, 'bag')), path);
        return { made: answer, target: path };
      });
      const { id, applicants, events, treeSize, manifestSha256 } = made;
      show(command, { id, path: target, applicants, events, treeSize, manifestSha256 }, () => {
        print(`${events} events of ${applicants} ${applicants === 1 ? 'applicant' : 'applicants'} exported to ${paint('bold', target)}`);
        print(`Check it with: kyc verify-export ${target}${given.zip ? '' : `\nor open ${join(target, 'index.html')}`}`);
      });
    });

  program
    .command('verify-export <bag>')
    .description('verify an exported bag, folder or zip archive, without asking anybody')
    .option('--key <key>', 'the ledger\'s verifier key, from a source that you trust')
    .option('--witness <key>', 'verifier key of a witness; may be given several times', collect, [])
    .option('--authority <file>', 'root certificate (PEM) of a time-stamping authority; may be given several times', collect, [])
    .addHelpText('after', `
Example:
  $ kyc verify-export ./kyc-export-0193b1f2 --key 'kyc-ledger.example/log+acc35a27+AbIQ...'

Ends with 0 if everything holds, with 1 if not; one line for each thing that is wrong. Needs no running platform.`)
    .action(async (path: string, options: unknown, command: Command) => {
      const { key, witness, authority } = VerifyOptions.parse(options);
      const roots = await Promise.all(authority.map(async (file) => (await readGiven(file)).toString()));
      const report = await withBag(path, (files) => verifyBag(files, {
        witnesses: witness,
        ...(key !== undefined && { key }),
        ...(roots.length > 0 && { timestampFault: (response, text) => timestampFault(response, text, roots) }),
        onProgress: progressBar('verifying'),
      }));
      const { verdict, findings, checked, notes, statement } = report;
      show(command, { verdict, findings, checked, notes, key: report.key, statement }, () => process.stdout.write(describeReport(report)));
      if (verdict !== 'verified') process.exitCode = exitCode.failed;
    });
}

/** Runs `work` on a bag that is a folder or a zip archive. */
async function withBag<T>(path: string, work: (files: BagFiles) => Promise<T>): Promise<T> {
  const found = await lstat(path).catch(() => null);
  if (found === null) throw new CommandFailed(`There is nothing at ${path}.`, exitCode.usage, 'NO_SUCH_FILE');
  if (found.isDirectory()) return work(folderFiles(resolve(path)));
  const zip = await openZippedBag(path).catch((error: unknown) => {
    if (!(error instanceof ArchiveRefused)) throw error;
    throw new CommandFailed(`${path} is no archive of a bag: ${printable(error.message)}.`, exitCode.failed, 'NOT_A_BAG');
  });
  try {
    return await work(zip.files);
  } finally {
    zip.close();
  }
}

async function checkpointIn(bag: string): Promise<string> {
  const bytes = await withBag(bag, (files) => files.read('data/checkpoint'));
  if (bytes === null) throw new CommandFailed(`There is no checkpoint in ${bag}.`, exitCode.usage, 'NOT_A_BAG');
  return Buffer.from(bytes).toString();
}

async function unpacked(archive: string, folder: string): Promise<string> {
  const zip = await openZippedBag(archive);
  await zip.unpack(folder).finally(() => zip.close());
  return folder;
}

async function timestampFault(response: Uint8Array, text: string, roots: readonly string[]): Promise<string | null> {
  try {
    await verifyTimestamp(response, Buffer.from(text), roots);
    return null;
  } catch (error) {
    if (error instanceof TimestampRefused) return error.message;
    throw error;
  }
}

function code(text: string): string {
  if (!Code.safeParse(text).success) throw new InvalidArgumentError('A code is written in CAPITALS_AND_UNDERSCORES.');
  return text;
}

/** A date is its beginning in UTC. */
function moment(text: string): string {
  const time = z.iso.date().safeParse(text).success ? `${text}T00:00:00.000Z` : text;
  if (!z.iso.datetime({ offset: true }).safeParse(time).success) throw new InvalidArgumentError('It is a date (2026-10-01) or a moment as in RFC 3339.');
  return new Date(time).toISOString();
}
