import type { Command } from 'commander';
import { startUploadService } from '../../runtime/upload-service.ts';
import { readSettings } from '../../runtime/settings.ts';
import { print } from '../output.ts';
import { show } from './cases.ts';
import { interrupted } from './start.ts';

export function registerUploadService(program: Command): void {
  program
    .command('upload-service')
    .description('take uploads alone and write them into a folder, as in front of a DataSync agent')
    .addHelpText('after', `
What it writes is picked up by a platform whose KYC_UPLOAD_FOLDER names the same folder.

Example:
  $ KYC_UPLOAD_FOLDER=/srv/kyc-uploads KYC_PORT=8081 kyc upload-service`)
    .action(async (_options: unknown, command: Command) => {
      const stop = interrupted();
      const service = await startUploadService(readSettings(process.env));
      show(command, { url: service.url, folder: service.folder }, () => print(`Uploads are taken at ${service.url} and written to ${service.folder}. Ctrl-C stops it.`));
      await stop;
      await service.stop();
    });
}
