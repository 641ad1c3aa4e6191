import { once } from 'node:events';
import type { Command } from 'commander';
import { z } from 'zod';
import { LogMalformed, NoteRefused } from '../../ledger/log/errors.ts';
import { readHistory } from '../../ledger/log/read-history.ts';
import { tilesOf } from '../../runtime/embedded/transparency-log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { CommandFailed, exitCode } from '../output.ts';
import { ownLogKey } from '../log.ts';

const Index = z.string().regex(/^\d{1,15}$/).transform(Number).optional();
const Options = z.object({ from: Index, to: Index });

export function registerEvents(ledger: Command): void {
  ledger
    .command('events')
    .description('all history in order, one event a line (NDJSON): the exact bytes that are in the tree')
    .option('--from <index>', 'the first event wanted (default: 0)')
    .option('--to <index>', 'the first that is not wanted any more (default: all that are published)')
    .addHelpText('after', `
Examples:
  $ kyc ledger events | jq -r .type | sort | uniq -c
  $ kyc ledger events --from 1000 --to 1010

Line i is entry i of the log, so its leaf hash is SHA-256(0x00 || line). What is sealed is there by its hash alone. Every event
is checked against the signed checkpoint before it is printed. Needs no platform.`)
    .action(async (given: unknown) => {
      const range = Options.safeParse(given);
      if (!range.success) throw new CommandFailed('--from and --to are indexes: whole numbers from 0.', exitCode.usage, 'USAGE');
      await printEvents(range.data.from ?? 0, range.data.to ?? Infinity);
    });
}

async function printEvents(from: number, to: number): Promise<void> {
  const settings = readSettings(process.env);
  const key = await ownLogKey(settings);
  try {
    for await (const { entries } of readHistory(tilesOf(settings), key, { from, to })) {
      const lines = Buffer.concat(entries.flatMap((entry) => [entry, NEW_LINE]));
      if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
    }
  } catch (error) {
    if (!(error instanceof LogMalformed || error instanceof NoteRefused)) throw error;
    throw new CommandFailed(`The log is not as it was signed (${error.message}); run kyc ledger verify.`, exitCode.failed, error.code);
  }
}

const NEW_LINE = Buffer.from('\n');
