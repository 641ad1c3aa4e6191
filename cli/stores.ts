import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openStores, type Stores } from '../runtime/embedded/stores.ts';
import { readSettings, type Settings } from '../runtime/settings.ts';
import { CommandFailed, exitCode } from './output.ts';

/** Runs `work` on the stores of the data folder, joining the platform that runs there. Fails when nothing was ever kept there. */
export async function withStores<T>(work: (stores: Stores, settings: Settings) => Promise<T>): Promise<T> {
  const settings = readSettings(process.env);
  if (!(await hasLedger(settings))) {
    throw new CommandFailed(`There is no ledger in ${settings.dataFolder}; KYC_DATA names the folder.`, exitCode.usage, 'NO_LEDGER');
  }
  const stores = await openStores(settings, { attach: true });
  try {
    return await work(stores, settings);
  } finally {
    await stores.stop();
  }
}

/** Has a platform ever run on the data folder? Asked before anything is opened, because opening would make one. */
export async function hasLedger({ dataFolder, values }: Settings): Promise<boolean> {
  if (values.KYC_KEYS !== 'file') return true;
  return (await stat(join(dataFolder, 'keys', 'master.json')).catch(() => null)) !== null;
}
