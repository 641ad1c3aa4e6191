import { Command } from 'commander';
import { registerAsOf } from './commands/as-of.ts';
import { registerCaseCommands } from './commands/cases.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEvidence } from './commands/evidence.ts';
import { registerExplain } from './commands/explain.ts';
import { registerExportCommands } from './commands/export.ts';
import { registerHistory } from './commands/history.ts';
import { registerLedgerCommands } from './commands/ledger.ts';
import { registerPolicyCommands } from './commands/policy.ts';
import { registerReadModelCommands } from './commands/read-models.ts';
import { registerRetentionCommands } from './commands/retention.ts';
import { registerReviewCommands } from './commands/reviews.ts';
import { registerSignIn } from './commands/sign-in.ts';
import { registerSpecimens } from './commands/specimens.ts';
import { registerStart } from './commands/start.ts';
import { registerUploadService } from './commands/upload-service.ts';
import { registerVersion } from './commands/version.ts';

/** The `kyc` command with everything that it can do. `silent` for answers in JSON, which say what is wrong themselves. */
export function describeProgram({ silent }: { readonly silent: boolean }): Command {
  const program = new Command('kyc')
    .description('Know-your-customer checks for UK healthcare professionals, as an event-sourced ledger')
    .option('--json', 'answer in JSON, errors too')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(kyc --help lists the commands, kyc help <command> explains one)')
    .addHelpText(
      'after',
      `
Settings come from the environment; kyc doctor shows them.
Exit codes: 0 done, 1 failed, 2 wrong usage or bad input, 3 no platform is running, 4 the platform refused.`,
    )
    .configureOutput({ ...(silent && { writeErr: () => {} }) })
    .exitOverride();

  registerStart(program);
  registerDemo(program);
  registerSignIn(program);
  registerCaseCommands(program);
  registerReviewCommands(program);
  registerHistory(program);
  registerEvidence(program);
  registerExplain(program);
  registerPolicyCommands(program);
  registerAsOf(program);
  registerExportCommands(program);
  registerLedgerCommands(program);
  registerReadModelCommands(program);
  registerRetentionCommands(program);
  registerSpecimens(program);
  registerUploadService(program);
  registerDoctor(program);
  registerVersion(program);
  return program;
}
