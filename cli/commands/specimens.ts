import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeSpecimens } from '../specimens/write.ts';
import { print, table } from '../output.ts';
import { show } from './cases.ts';

export function registerSpecimens(program: Command): void {
  program
    .command('specimens [folder]')
    .description('draw the sample applicants: documents marked SPECIMEN and selfies of people who do not exist')
    .addHelpText('after', '\nExample:\n  $ kyc specimens ./specimens')
    .action(async (folder: string | undefined, _options: unknown, command: Command) => {
      const target = resolve(folder ?? 'specimens');
      const written = await writeSpecimens(target);
      show(command, { folder: target, samples: written }, () => {
        print(table(['sample', 'register', 'number', 'what it shows'], written.map((each) => [each.id, each.register, each.registrationNumber, each.title])));
        print(`\nDrawn into ${target}, one folder each. Nobody on them exists.`);
      });
    });
}
