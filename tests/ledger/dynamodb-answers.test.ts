import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../ledger/errors.ts';
import { read, write } from '../../ledger/dynamodb/answers.ts';

// The pauses between attempts grow to seconds; nothing here depends on how long they are.
vi.mock('node:timers/promises', async (original) => ({ ...await original<object>(), setTimeout: async () => undefined }));

const fault = (name: string, side: 'client' | 'server' = 'client') => new DynamoDBServiceException({ name, $fault: side, message: 'refused', $metadata: {} });
const cancelled = (...reasons: { Code: string; Message?: string }[]) => new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: reasons });
const none = { Code: 'None' };

/** Fails so many times with the error, then takes the write. */
function failing(error: Error, times: number) {
  let attempts = 0;
  const send = async () => {
    attempts += 1;
    if (attempts <= times) throw error;
  };
  return { send, attempts: () => attempts };
}

describe('a write to DynamoDB that is answered with', () => {
  it.each([
    ['DuplicateItemException (one statement: DynamoDB, dynoxide)', fault('DuplicateItemException'), [0]],
    ['DuplicateItem (one statement: MiniStack)', fault('DuplicateItem'), [0]],
    ['TransactionCanceledException for DuplicateItem', cancelled(none, { Code: 'DuplicateItem' }, none), [1]],
    ['TransactionCanceledException for DuplicateItem twice', cancelled({ Code: 'DuplicateItem' }, none, { Code: 'DuplicateItem' }), [0, 2]],
    ['TransactionCanceledException with the text alone (DynamoDB Local)', cancelled(none, { Code: 'ValidationError', Message: 'Duplicate primary key exists in table' }), [1]],
    ['TransactionCanceledException for DuplicateItem beside a TransactionConflict', cancelled({ Code: 'TransactionConflict' }, { Code: 'DuplicateItem' }), [1]],
  ])('%s found the key taken, and is not tried again', async (_, error, positions) => {
    const { send, attempts } = failing(error, 9);
    expect(await write('appending', send)).toEqual({ kind: 'duplicates', positions });
    expect(attempts()).toBe(1);
  });

  it.each([
    ['TransactionConflictException', fault('TransactionConflictException')],
    ['TransactionInProgressException', fault('TransactionInProgressException')],
    ['TransactionCanceledException for TransactionConflict', cancelled(none, { Code: 'TransactionConflict' })],
    ['TransactionCanceledException for ThrottlingError', cancelled({ Code: 'ThrottlingError' })],
    ['TransactionCanceledException for ProvisionedThroughputExceeded', cancelled({ Code: 'ProvisionedThroughputExceeded' }, none)],
  ])('%s is tried again up to eight times, then StoreUnavailable', async (_, error) => {
    const passing = failing(error, 7);
    expect(await write('appending', passing.send)).toEqual({ kind: 'written' });
    expect(passing.attempts()).toBe(8);
    const lasting = failing(error, 100);
    await expect(write('appending', lasting.send)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: error });
    expect(lasting.attempts()).toBe(8);
  });

  it.each([
    ['ThrottlingException', fault('ThrottlingException')],
    ['ProvisionedThroughputExceededException', fault('ProvisionedThroughputExceededException')],
    ['RequestLimitExceeded', fault('RequestLimitExceeded')],
    ['InternalServerError', fault('InternalServerError', 'server')],
    ['no answer at all', new Error('socket hang up')],
  ])('%s, after the SDK has tried again, is StoreUnavailable; so is a read', async (_, error) => {
    const { send } = failing(error, 100);
    await expect(write('appending', send)).rejects.toThrow(StoreUnavailable);
    await expect(read('loading', send)).rejects.toThrow(StoreUnavailable);
  });

  it.each([
    ['ValidationException', fault('ValidationException')],
    ['AccessDeniedException', fault('AccessDeniedException')],
    ['ResourceNotFoundException', fault('ResourceNotFoundException')],
    ['IdempotentParameterMismatchException', fault('IdempotentParameterMismatchException')],
    ['TransactionCanceledException for ItemCollectionSizeLimitExceeded', cancelled({ Code: 'ItemCollectionSizeLimitExceeded' })],
  ])('%s is a mistake of ours: it stays what it is, and is not tried again', async (_, error) => {
    const { send, attempts } = failing(error, 100);
    await expect(write('appending', send)).rejects.toBe(error);
    expect(attempts()).toBe(1);
  });
});
