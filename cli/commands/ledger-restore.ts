import type { Command } from 'commander';
import { z } from 'zod';
import { copyMissing } from '../../ledger/dynamodb/copy-missing.ts';
import { missingTables } from '../../ledger/dynamodb/tables.ts';
import { CommandFailed, exitCode, print, table } from '../output.ts';
import { withStores } from '../stores.ts';
import { show } from './cases.ts';

const Options = z.object({ from: z.string().regex(/^[\w.-]{1,40}$/) });

export function registerRestore(ledger: Command): void {
  ledger
    .command('restore')
    .description('bring back from restored tables what the ledger\'s own lack; nothing is overwritten')
    .requiredOption('--from <prefix>', 'what the names of the restored tables begin with')
    .addHelpText('after', `
Example:
  $ kyc ledger restore --from kyc-restored-

Copies events, hours, reservations and subjects' keys, by insertion alone: an event that is there stays as it is, and a key
that was destroyed stays destroyed. Whose erasure the copy does not know of is erased again by: kyc retention reapply`)
    .action(async (given: unknown, command: Command) => {
      const { from } = Options.parse(given);
      const restored = await withStores(async ({ client }, { values }) => {
        const to = values.KYC_TABLE_PREFIX ?? 'kyc-';
        if (from === to) throw new CommandFailed('Those are the ledger\'s own tables.', exitCode.usage, 'OWN_TABLES');
        const missing = (await missingTables(client, from)).filter((name) => /(events|event-hours|reservations|subject-keys)$/.test(name));
        if (missing.length > 0) throw new CommandFailed(`There is no table ${missing.join(', ')}.`, exitCode.usage, 'NO_SUCH_TABLE');
        return copyMissing(client, from, to);
      });
      show(command, restored, () => print(table(['table', 'copied', 'there already'], restored.map((each) => [each.table, String(each.copied), String(each.present)]))));
    });
}
