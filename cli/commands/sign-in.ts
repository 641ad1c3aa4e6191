import { type Command, Argument } from 'commander';
import { z } from 'zod';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { Grant } from '../../api/sign-in/session-store.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { localName, STAFF, staffLink } from '../../runtime/embedded/owner-access.ts';
import { readSettings } from '../../runtime/settings.ts';
import { connect } from '../client.ts';
import { CommandFailed, exitCode, print } from '../output.ts';
import { show } from './cases.ts';

const Given = z.object({ as: Grant.shape.subject.optional() });
const HOUR = 3_600_000;

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
    .action(async (role: (typeof STAFF)[number], options: unknown, command: Command) => {
      const given = Given.safeParse(options);
      if (!given.success) throw new CommandFailed('--as takes lower-case letters, digits, dots, dashes and underscores.', exitCode.usage, 'USAGE');
      const { platform } = await connect(role);
      const pool = await openDatabase(platform.databaseUrl, { maxPoolSize: 1 });
      try {
        const link = await staffLink({
          clock: () => new Date(),
          random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
          sessions: new PostgresSessionStore(pool),
          settings: { publicUrl: readSettings(process.env).values.KYC_PUBLIC_URL ?? platform.url, linkLifetimeMs: 12 * HOUR, sessionLifetimeMs: 12 * HOUR },
        }, role, given.data.as ?? localName(role));
        show(command, { role, subject: given.data.as ?? localName(role), url: link.url, expiresAt: link.expiresAt.toISOString() }, () => print(link.url));
      } finally {
        await pool.end();
      }
    });
}
