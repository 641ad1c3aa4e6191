import { beforeEach, describe, expect, it } from 'vitest';
import { remindExpiring } from '../../handlers/expiry-reminder.ts';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { ada, createMemoryPlatform, passport, type MemoryPlatform } from '../support/memory/platform.ts';
import { MemoryMessenger } from '../support/memory/messenger.ts';
import { playCase, typesOf } from '../support/play.ts';

let platform: MemoryPlatform;
let stream: string;

/** The passport expires on 1 May 2027. */
beforeEach(async () => {
  platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  stream = (await playCase(platform, { document: passport({ expires: '270501' }) })).stream;
  platform.messenger.emails.clear();
});

const run = (today: string) => remindExpiring(platform.deps, { today, streams: [stream] });
const thresholds = async () =>
  (await platform.deps.ledger.load(stream)).flatMap((event) => (event.type === 'ExpiryReminderSent' ? [event.data.thresholdDays] : []));

describe('the weekly reminder', () => {
  it.each([
    ['2027-01-30', []], ['2027-01-31', [90]], ['2027-03-31', [90]], ['2027-04-01', [30]], ['2027-04-23', [30]],
    ['2027-04-24', [7]], ['2027-05-01', [7]], ['2027-05-02', []],
  ])('on %s tells of %j', async (today, expected) => {
    await run(today);
    expect(await thresholds()).toEqual(expected);
  });

  it('tells each threshold once over the weeks', async () => {
    for (const today of ['2027-01-25', '2027-02-01', '2027-02-08', '2027-04-05', '2027-04-12', '2027-04-26', '2027-04-26']) await run(today);
    expect(await thresholds()).toEqual([90, 30, 7]);
    expect([...platform.messenger.emails.values()].map((email) => email.values['days'])).toEqual(['89', '26', '5']);
    expect([...platform.messenger.emails.values()].every((email) => email.to === 'ada@example.test')).toBe(true);
  });

  it('marks a document whose last day has passed, once', async () => {
    expect(await run('2027-05-01')).toMatchObject({ expired: 0 });
    expect(await run('2027-05-02')).toMatchObject({ expired: 1 });
    expect(await run('2027-05-09')).toMatchObject({ expired: 0 });
    expect((await typesOf(platform, stream)).filter((type) => type === 'IdDocumentExpired')).toHaveLength(1);
  });

  it('goes on with the others when one cannot be reached, and catches up next time', async () => {
    const messenger = new MemoryMessenger();
    messenger.email = () => Promise.reject(new ServiceUnavailable('mail'));
    const failed = await remindExpiring({ ...platform.deps, messenger }, { today: '2027-04-05', streams: [stream, 'applicant-none'] });
    expect(failed).toEqual({ looked: 2, reminded: 0, expired: 0, failed: 1 });
    expect(await run('2027-04-12')).toMatchObject({ reminded: 1 });
  });

  it('sends nothing to somebody who has been erased', async () => {
    await platform.deps.ledger.destroyKey(stream);
    await run('2027-04-05');
    expect(platform.messenger.emails.size).toBe(0);
  });
});
