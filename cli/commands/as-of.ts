import type { Command } from 'commander';
import { z } from 'zod';
import { buildAsOf, dropAsOf, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import type { AsOf } from '../../projectors/engine/rebuild.ts';
import { publishedVersionsAt } from '../../projectors/engine/versions-at.ts';
import { relational } from '../../projectors/relational/projection.ts';
import type { Stores } from '../../runtime/embedded/stores.ts';
import { ANALYST_ROLE } from '../../runtime/embedded/tables-as-of.ts';
import { logKeyOf, tilesOf } from '../../runtime/embedded/transparency-log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { momentHelp, parseMoment, stillToCome } from '../moment.ts';
import { CommandFailed, duration, exitCode, paint, print, progressBar, table } from '../output.ts';
import { withStores } from '../stores.ts';
import { show } from './cases.ts';

const Options = z.object({ at: z.string().optional(), index: z.string().regex(/^\d{1,15}$/).optional(), list: z.boolean().optional(), drop: z.string().optional() });

export function registerAsOf(program: Command): void {
  program
    .command('as-of')
    .description('all tables as they were at a time, or after so many events, in a schema of their own')
    .option('--at <time>', 'everything that had been recorded by then')
    .option('--index <n>', 'the first n events of the ledger\'s global order')
    .option('--list', 'the schemas there are')
    .option('--drop <schema>', 'drop one')
    .addHelpText('after', `
Example:
  $ kyc as-of --at 2026-11-22T10:00:00Z
  $ kyc as-of --index 1000
  $ kyc as-of --list
  $ kyc as-of --drop kyc_as_of_1f2e3d4c5b6a7988

${momentHelp} The live tables are not touched. Schemas are dropped after a day, and at every erasure.`)
    .action(async (given: unknown, command: Command) => {
      const options = Options.safeParse(given);
      if (!options.success || Object.values(options.data).filter((value) => value !== undefined).length !== 1) {
        throw new CommandFailed('Say one of --at <time>, --index <n>, --list and --drop <schema>.', exitCode.usage, 'USAGE');
      }
      await withStores((stores) => run(stores, options.data, command));
    });
}

async function run(stores: Stores, { at, index, list, drop }: z.infer<typeof Options>, command: Command): Promise<void> {
  if (list === true) {
    const schemas = await listAsOf(stores.pool);
    return show(command, { schemas }, () => {
      if (schemas.length === 0) return print('There is none.');
      return print(table(['schema', 'as of', 'events', 'built at'], schemas.map((each) => [each.schema, each.moment, String(each.events), each.builtAt])));
    });
  }
  if (drop !== undefined) {
    if (!(await dropAsOf(stores.pool, drop))) throw new CommandFailed('There is no such schema; kyc as-of --list shows those there are.', exitCode.usage, 'NO_SUCH_SCHEMA');
    return show(command, { dropped: drop }, () => print(`${drop} is dropped.`));
  }
  const moment = at === undefined ? `index ${index ?? ''}` : parseMoment(at);
  const asOf: AsOf = at === undefined ? { versions: await versionsByIndex(stores, Number(index)) } : { recordedUpTo: moment };
  const began = Date.now();
  const bar = progressBar('events');
  const built = await buildAsOf(relational, stores, asOf, {
    moment,
    now: new Date(),
    reader: ANALYST_ROLE,
    onProgress: ({ events, total }) => bar(events, Math.max(total ?? 0, events)),
  });
  show(command, { ...built, milliseconds: Date.now() - began }, () => {
    print(`The tables as of ${moment} are in the schema ${paint('bold', built.schema)} (${built.events} events, ${duration(Date.now() - began)}).`);
    if (at !== undefined && stillToCome(moment)) print('That time is still to come: they are as of now.');
    print(`\n  psql "$(kyc db-url)" -c "SET search_path = ${built.schema}" -c "SELECT status, count(*) FROM users GROUP BY 1"\n\nDrop it with: kyc as-of --drop ${built.schema}`);
  });
}

async function versionsByIndex(stores: Stores, index: number): Promise<ReadonlyMap<string, number>> {
  const settings = readSettings(process.env);
  const reached = await publishedVersionsAt(tilesOf(settings), await logKeyOf(settings, stores), index);
  if (reached.kind === 'too_large') throw new CommandFailed(`The ledger has ${reached.size} events so far.`, exitCode.usage, 'INDEX_TOO_LARGE');
  return reached.versions;
}
