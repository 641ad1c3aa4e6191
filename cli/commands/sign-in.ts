import { type Command, Argument } from 'commander';
import { z } from 'zod';
import { Grant } from '../../api/sign-in/session-store.ts';
import { localName, STAFF, staffLinkOf, type StaffRole } from '../../runtime/embedded/owner-access.ts';
import { connect } from '../client.ts';
import { CommandFailed, exitCode, print } from '../output.ts';
import { show } from './cases.ts';

const Given = z.object({ as: Grant.shape.subject.optional() });

export function registerSignIn(program: Command): void {
  program
    .command('sign-in')
    .description('a new sign-in link for somebody of the staff; it works once, for twelve hours')
    .addArgument(new Argument('<role>').choices(STAFF))
    .option('--as <name>', 'who that is, in lower case: every event they cause says so (default: local-<role>)')
    .addHelpText('after', `
Examples:
  $ kyc sign-in auditor
  $ kyc sign-in reviewer --as a.okafor

Two people who decide a case together need two names. Applicants are invited from the console.`)
    .action(async (role: StaffRole, options: unknown, command: Command) => {
      const given = Given.safeParse(options);
      if (!given.success) throw new CommandFailed('--as takes lower-case letters, digits, dots, dashes and underscores.', exitCode.usage, 'USAGE');
      const { as: subject = localName(role) } = given.data;
      const { url, expiresAt } = await staffLinkOf((await connect(role)).platform, role, subject);
      show(command, { role, subject, url, expiresAt: expiresAt.toISOString() }, () => print(url));
    });
}
