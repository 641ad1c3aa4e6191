import type { LedgerEvent } from '../events/read.ts';
import type { Deps } from './deps.ts';

/** Everything that happened to an applicant, in order; empty for one who is not there. */
export async function applicantHistory(deps: Pick<Deps, 'ledger'>, stream: string): Promise<readonly LedgerEvent[]> {
  return deps.ledger.load(stream);
}
