import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../errors.ts';

/** What one write came to, as far as an event store cares. */
export type WriteAnswer =
  | { readonly kind: 'written' }
  /** Positions (in the order of the statements) whose key is taken; nothing was written. */
  | { readonly kind: 'duplicates'; readonly positions: readonly number[] };

/** As DynamoDB and dynoxide, and as MiniStack say it; DynamoDB Local says the first alone and for a transaction only the text. */
const DUPLICATE = new Set(['DuplicateItem', 'DuplicateItemException']);
const DUPLICATE_TEXT = 'Duplicate primary key exists in table';

const BUSY = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Attempts beyond those that the SDK makes for throttling, 5xx and lost connections. */
const ATTEMPTS = 8;

/**
 * Sends a write, again while other transactions are at the same items. Throws StoreUnavailable when the service does not
 * answer or stays busy, and what the service says otherwise (a refused statement is a programming error).
 */
export async function write(what: string, send: () => Promise<unknown>): Promise<WriteAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return { kind: 'written' };
    } catch (error) {
      if (error instanceof Error && DUPLICATE.has(error.name)) return { kind: 'duplicates', positions: [0] };
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map((reason) => (reason.Message === DUPLICATE_TEXT ? 'DuplicateItem' : reason.Code)) : [];
      const positions = reasons.flatMap((code, position) => (code !== undefined && DUPLICATE.has(code) ? [position] : []));
      if (positions.length > 0) return { kind: 'duplicates', positions };
      const busy = isBusy(error) || reasons.some((code) => code !== undefined && BUSY.has(code));
      if (!busy) throw unavailable(what, error);
      if (attempt === ATTEMPTS) throw new StoreUnavailable(what, { cause: error });
    }
    await sleep(10 * 2 ** attempt * (0.5 + Math.random()));
  }
}

/** Runs a read, which the SDK repeats by itself. Throws StoreUnavailable when the service does not answer. */
export async function read<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw unavailable(what, error);
  }
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && BUSY.has(error.name);
}

/** Client faults (4xx) are mistakes of ours and stay what they are; throttling, 5xx and no answer at all are not. */
function unavailable(what: string, error: unknown): unknown {
  const ours = error instanceof DynamoDBServiceException && error.$fault === 'client' && !isThrottling(error);
  return ours ? error : new StoreUnavailable(what, { cause: error });
}

function isThrottling(error: DynamoDBServiceException): boolean {
  return error.$retryable?.throttling === true || /Throttl|ThroughputExceeded|RequestLimitExceeded/.test(error.name);
}
