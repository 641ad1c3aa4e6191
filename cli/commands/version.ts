import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { print } from '../output.ts';
import { show } from './cases.ts';

const Manifest = z.object({ version: z.string() });

export function registerVersion(program: Command): void {
  program
    .command('version')
    .description('which release this is, and under which Node it runs')
    .addHelpText('after', '\nExample:\n  $ kyc version')
    .action(async (_options: unknown, command: Command) => {
      const { version } = Manifest.parse(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')));
      show(command, { version, node: process.versions.node }, () => print(`kyc ${version}, Node ${process.versions.node}`));
    });
}
