import { LogMalformed, NoteRefused } from '../ledger/log/errors.ts';
import { type PublishedCheckpoint, readPublished } from '../ledger/log/log-reader.ts';
import { parseVerifierKey, type VerifierKey } from '../ledger/log/note-key.ts';
import type { LogSource } from '../ledger/log/ports.ts';
import { openKeys } from '../runtime/embedded/choices.ts';
import { logKeyOf } from '../runtime/embedded/transparency-log.ts';
import type { Settings } from '../runtime/settings.ts';
import { CommandFailed, exitCode } from './output.ts';
import { hasLedger } from './stores.ts';

/** The published checkpoint; null while there is none. Fails when it is not one that `key` signed. */
export async function readCheckpointOf(source: LogSource, key: VerifierKey): Promise<PublishedCheckpoint | null> {
  try {
    return await readPublished(source, key);
  } catch (error) {
    if (!(error instanceof NoteRefused || error instanceof LogMalformed)) throw error;
    throw new CommandFailed('The published checkpoint is not one that this log signed; run kyc ledger verify.', exitCode.failed, error.code);
  }
}

export function verifierKeyFrom(text: string): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (!(error instanceof LogMalformed)) throw error;
    throw new CommandFailed(`That is no verifier key: ${error.message}.`, exitCode.usage, 'NOT_A_KEY');
  }
}

/** The key of the ledger in the data folder, without opening its stores. */
export async function ownLogKey(settings: Settings): Promise<VerifierKey> {
  if (!(await hasLedger(settings))) throw new CommandFailed(`There is no ledger in ${settings.dataFolder}; give the log's key with --key.`, exitCode.usage, 'NO_LEDGER');
  return logKeyOf(settings, { keys: await openKeys(settings) });
}
