import type { Command } from 'commander';
import { z } from 'zod';
import { openAuditIndex } from '../../runtime/embedded/read-models.ts';
import { rebuildReadModels } from '../../runtime/embedded/rebuild.ts';
import { connect } from '../client.ts';
import { duration, print, progressBar, table } from '../output.ts';
import { withStores } from '../stores.ts';
import { show } from './cases.ts';

const Reminded = z.looseObject({ reminded: z.number(), expired: z.number() });

export function registerReadModelCommands(program: Command): void {
  program
    .command('remind')
    .description('send the expiry reminders that are due today (90, 30 and 7 days), and mark expired documents')
    .addHelpText('after', '\nExample:\n  $ kyc remind')
    .action(async (_options: unknown, command: Command) => {
      const result = await (await connect('operator')).post('/operations/reminders', {}, Reminded);
      show(command, result, () => print(`${result.reminded} reminders sent, ${result.expired} documents marked expired.`));
    });

  program
    .command('rebuild')
    .description('rebuild every table from the ledger beside the live ones, then swap them')
    .addHelpText('after', '\nExample:\n  $ kyc rebuild\n\nRuns while the platform runs too; readers never see a half-built table.')
    .action(async (_options: unknown, command: Command) => {
      await withStores(async (stores, settings) => {
        const began = Date.now();
        const bars = new Map<string, ReturnType<typeof progressBar>>();
        const results = await rebuildReadModels(stores, await openAuditIndex(settings, stores), (name, done, total) => {
          const bar = bars.get(name) ?? progressBar(name.padEnd(16));
          bars.set(name, bar);
          bar(done, total);
        });
        show(command, { results, milliseconds: Date.now() - began }, () => {
          print(table(['read model', 'events'], results.map((each) => [each.name, String(each.events)])));
          print(`Rebuilt in ${duration(Date.now() - began)}.`);
        });
      });
    });

  program
    .command('db-url')
    .description('the analysts\' connection URL, for psql')
    .option('--owner', 'the owner\'s connection instead of the read-only one')
    .addHelpText('after', '\nExample:\n  $ psql "$(kyc db-url)" -c "SELECT status, count(*) FROM users GROUP BY 1"')
    .action(async (options: { owner?: boolean }, command: Command) => {
      const { platform } = await connect('analyst');
      const url = options.owner === true ? platform.databaseUrl : platform.analystUrl;
      show(command, { url }, () => print(url));
    });
}
