import type { Command } from 'commander';
import { connect } from '../client.ts';
import { refuseTaken, writeNew } from '../files.ts';
import { CommandFailed, exitCode, paint, print } from '../output.ts';
import { applicantId, show, versionOf } from './cases.ts';

export function registerEvidence(program: Command): void {
  program
    .command('evidence <applicant> <version>')
    .description('the bytes that an event keeps as evidence, as they came: an image, what a reader or a register answered')
    .option('--out <file>', 'write them to a file instead of standard output')
    .addHelpText('after', `
Example:
  $ kyc evidence <applicant> 9
  $ kyc evidence <applicant> 3 --out document.jpg

kyc history <applicant> --version <n> lists what is held. The view is recorded.`)
    .action(async (applicant: string, version: string, options: { out?: string }, command: Command) => {
      const path = `/applicants/${applicantId(applicant)}/evidence/${versionOf(version)}`;
      const { out } = options;
      if (out !== undefined) await refuseTaken(out);
      const { bytes, mediaType } = await (await connect('auditor')).bytes(path);
      if (out !== undefined) {
        await writeNew(out, bytes);
        return show(command, { path: out, mediaType, bytes: bytes.length }, () => print(`Written to ${paint('bold', out)}`));
      }
      if (process.stdout.isTTY && mediaType !== 'application/json') throw new CommandFailed(`It is ${mediaType}; name a file with --out.`, exitCode.usage, 'NOT_TEXT');
      process.stdout.write(bytes);
      if (process.stdout.isTTY) print();
    });
}
