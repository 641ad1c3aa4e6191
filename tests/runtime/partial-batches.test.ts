import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { BusEvent } from '../../gateways/bus/bus-event.ts';
import { toItem } from '../../ledger/dynamodb/event-item.ts';
import { AwsFault, jsonService, startStandIn, type StandIn } from '../support/aws/stand-in.ts';

/* What the functions of the table's stream answer Lambda when a part of a batch, or all of it, could not be worked off. */

// The bus waits seconds before it sends again what was refused; nothing here depends on how long.
vi.mock('node:timers/promises', async (original) => ({ ...await original<object>(), setTimeout: async () => undefined }));

const one = 'applicant-019ab3c4-1111-7222-8333-000000000001';
const other = 'applicant-019ab3c4-1111-7222-8333-000000000002';
const event = (stream: string, version: number): RecordedEvent => ({
  id: uuidv7(), stream, version, type: 'KycStarted', schemaVersion: 1, occurredAt: '2026-11-22T10:00:00.000Z', recordedAt: '2026-11-22T10:00:00.000Z',
  actor: { kind: 'system', id: 'test' }, correlationId: 'c', causationId: null, data: { documentVersion: 2, selfieVersion: 3 }, sealed: null,
});
const recordOf = (each: RecordedEvent, sequenceNumber: string, eventName = 'INSERT') => {
  const { version, ...text } = toItem(each, '');
  const image = { ...Object.fromEntries(Object.entries(text).map(([name, value]) => [name, { S: value }])), version: { N: String(version) } };
  return { eventName, dynamodb: { SequenceNumber: sequenceNumber, NewImage: image } };
};

let standIn: StandIn;
let refuses: (stream: string, version: number) => boolean = () => false;
let delivered: string[] = [];
const logged: string[] = [];

beforeAll(async () => {
  const code = (name: string) => ({ ErrorCode: name, ErrorMessage: 'refused' });
  standIn = await startStandIn(
    jsonService('AWSEvents', { PutEvents: ({ Entries }: { Entries: { Detail: string }[] }) => {
      const answers = Entries.map(({ Detail }) => {
        const { metadata: { stream, version } } = JSON.parse(Detail) as BusEvent['detail'];
        if (refuses(stream, version)) return code('ThrottlingException');
        delivered.push(`${stream.at(-1)}:${version}`);
        return { EventId: randomUUID() };
      });
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    } }),
    jsonService('TrentService', { GetPublicKey: () => { throw new AwsFault('AccessDeniedException'); } }),
  );
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-2', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: standIn.endpoint, KYC_LOG: 'info', KYC_TABLE_PREFIX: 'kyc-',
    KYC_EVENT_BUS: 'kyc', KYC_TILES_BUCKET: 'tiles', KYC_LEDGER_ORIGIN: 'kyc.example/log', KYC_KMS_SIGNING_KEY: 'alias/signing', KYC_KMS_WRAPPING_KEY: 'alias/wrapping',
  });
});
beforeEach(() => {
  delivered = [];
  logged.length = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await standIn.close();
});

describe('the publisher', () => {
  const batch = { Records: [recordOf(event(one, 1), '101'), recordOf(event(other, 1), '102'), recordOf(event(one, 2), '103'), recordOf(event(other, 2), '104'), recordOf(event(one, 3), '105')] };

  it('names the record that the bus goes on refusing, and sends what follows it in its stream after it, others once more at most', { timeout: 30_000 }, async () => {
    const { handler } = await import('../../infra/lambda/publisher.ts');
    refuses = (stream, version) => stream === one && version === 2;
    expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '103' }] });
    // Lambda brings everything from there on again.
    refuses = () => false;
    expect(await handler({ Records: batch.Records.slice(2) })).toEqual({ batchItemFailures: [] });
    // The bus took the third event out of a call that it refused the second of, so that comes again: in order in the end.
    expect(delivered.slice(delivered.indexOf('1:2')).filter((each) => each.startsWith('1'))).toEqual(['1:2', '1:3']);
    expect(delivered.filter((each) => each.startsWith('2'))).toEqual(['2:1', '2:2', '2:2']);
  });

  it('names the first record when the bus takes nothing', { timeout: 30_000 }, async () => {
    const { handler } = await import('../../infra/lambda/publisher.ts');
    refuses = () => true;
    expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([expect.objectContaining({ level: 'error', events: 5, error: 'BusUnavailable', cause: 'EntriesRefused', causeCode: 'ThrottlingException' })]);
  });

  it('sends on what was inserted and calls it an incident when an item was changed or removed', async () => {
    const { handler } = await import('../../infra/lambda/publisher.ts');
    refuses = () => false;
    const touched = [recordOf(event(one, 1), '201'), recordOf(event(one, 2), '202', 'MODIFY'), { eventName: 'REMOVE', dynamodb: { SequenceNumber: '203' } }];
    expect(await handler({ Records: touched })).toEqual({ batchItemFailures: [] });
    expect(delivered).toEqual(['1:1']);
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([expect.objectContaining({ level: 'error', code: 'HISTORY_TOUCHED', records: 2 })]);
  });
});

describe('the sequencer', () => {
  it('fails its whole batch where the log cannot be opened, says so by codes alone, and tries to open it again', async () => {
    const { handler } = await import('../../infra/lambda/sequencer.ts');
    const batch = { Records: [recordOf(event(one, 1), '101')] };
    for (let call = 1; call <= 2; call += 1) {
      const asked = standIn.asked.length;
      await expect(handler(batch)).rejects.toMatchObject({ message: expect.stringMatching(/^[A-Za-z]+ \([A-Z_]+\)$/) });
      expect(standIn.asked.length).toBeGreaterThan(asked);
    }
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([expect.objectContaining({ level: 'error' }), expect.objectContaining({ level: 'error' })]);
  });
});
