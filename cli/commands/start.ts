import type { Command } from 'commander';
import { startPlatform, type Platform } from '../../runtime/embedded.ts';
import { readSettings } from '../../runtime/settings.ts';
import { paint, print, table } from '../output.ts';
import { show } from './cases.ts';

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('run the platform on this machine until Ctrl-C')
    .addHelpText('after', '\nExample:\n  $ kyc start\n  $ KYC_DATA=/var/lib/kyc KYC_PORT=9000 kyc start')
    .action(async (_options: unknown, command: Command) => {
      // Asked to stop before it has started, the platform still starts and stops in order, so that nothing is left behind.
      const stop = interrupted();
      const platform = await startPlatform(readSettings(process.env));
      await platform.prepareConsole();
      show(command, { url: platform.url, dataFolder: platform.dataFolder, signIn: platform.signInLinks }, () => welcome(platform));
      await Promise.race([stop, platform.broken]);
      process.stderr.write('\nStopping ...\n');
      await platform.stop();
    });
}

/** Where to look, as a person needs it first. */
export function welcome(platform: Platform): void {
  print(`The platform runs at ${paint('bold', platform.url)}; its data are in ${platform.dataFolder}. Ctrl-C stops it.\n`);
  print('Sign in with one of these links; each works once. Another one: kyc sign-in <role>');
  print(table(['role', 'link'], platform.signInLinks.map(({ role, url }) => [role, url])));
  print(`\nHTTP API: ${platform.url}/openapi.json`);
}

/** Settles at the first Ctrl-C or termination signal. A second one ends the process at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const on = (): void => {
      count += 1;
      if (count === 1) resolve();
      else process.exit(130);
    };
    process.on('SIGINT', on);
    process.on('SIGTERM', on);
    process.on('SIGHUP', on);
  });
}
