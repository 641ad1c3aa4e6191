import { beforeEach, describe, expect, test } from 'vitest';
import type { Email, Messenger, Notification } from '../../gateways/messenger/port.ts';

export interface MessengerSubject {
  readonly messenger: Messenger;
  /** The subjects of the e-mails that have gone out to this address. */
  emailsTo(address: string): Promise<readonly string[]>;
  /** What has gone to the topic. */
  topicMessages(): Promise<readonly { readonly id: string; readonly type: string }[]>;
  /** What a console that listens since the beginning has got. */
  consoleMessages(): Promise<readonly Notification[]>;
}

export const result: Notification = {
  id: 'applicant-019ab3c4-1111-7222-8333-123456789012:9',
  type: 'kyc.result',
  subject: 'applicant-019ab3c4-1111-7222-8333-123456789012',
  time: '2026-11-22T10:00:00.000Z',
  data: { decision: 'PASS', reasons: [] },
};

export const mail: Email = { to: 'ada@example.org', template: 'decision_pass', values: { number: '42', register: 'GMC' }, dedupeKey: 'case-1:9:email' };

/** What every implementation of the Messenger port must do. */
export function describeMessengerContract(name: string, makeSubject: () => Promise<MessengerSubject>): void {
  describe(`the messenger port, by ${name}`, () => {
    let subject: MessengerSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    test('sends an e-mail once for a dedupe key, answering the same message id', async () => {
      const first = await subject.messenger.email(mail);
      const second = await subject.messenger.email(mail);
      expect(second).toBe(first);
      expect(first.length).toBeLessThanOrEqual(200);
      expect(await subject.emailsTo('ada@example.org')).toHaveLength(1);
      const other = await subject.messenger.email({ ...mail, dedupeKey: 'case-2:9:email' });
      expect(other).not.toBe(first);
      expect(await subject.emailsTo('ada@example.org')).toHaveLength(2);
    });

    test('never gives an address away in a message id', async () => {
      expect(await subject.messenger.email({ ...mail, dedupeKey: 'ada@example.org' })).not.toContain('ada');
    });

    test('sends one e-mail when it is asked twice at the same moment', async () => {
      await Promise.all([subject.messenger.email(mail), subject.messenger.email(mail), subject.messenger.email(mail)]);
      expect(await subject.emailsTo('ada@example.org')).toHaveLength(1);
    });

    test.each(['decision_pass', 'decision_review', 'decision_fail', 'document_expiring', 'review_needed'] as const)(
      'knows the template %s, with all values or none',
      async (template) => {
        const all = { number: '42', register: 'NMC', case: 'applicant-1', reasons: 'NAME_MISMATCH', document: 'passport', expiryDate: '2027-02-01', days: '30' };
        await subject.messenger.email({ ...mail, template, values: all, dedupeKey: `${template}-all` });
        await subject.messenger.email({ ...mail, template, values: {}, dedupeKey: `${template}-none` });
        const subjects = await subject.emailsTo('ada@example.org');
        expect(subjects).toHaveLength(2);
        for (const line of subjects) expect(line).toMatch(/^[A-Z][^{}]{9,}$/);
        expect(subjects.join()).not.toMatch(/undefined|\$\{|null/);
      },
    );

    test('refuses an address that is none, and one that would bring headers of its own', async () => {
      for (const to of ['nobody', 'a@b.example\r\nBcc: all@example.org', '']) {
        await expect(subject.messenger.email({ ...mail, to })).rejects.toMatchObject({ code: 'EMAIL_REFUSED' });
      }
    });

    test('tells the topic once for an id', async () => {
      expect(await subject.messenger.topic(result)).toBe(await subject.messenger.topic(result));
      await subject.messenger.topic({ ...result, id: 'another' });
      expect((await subject.topicMessages()).map(({ id }) => id).toSorted()).toEqual(['another', result.id]);
    });

    test('answers null for webhooks that nobody wants', async () => {
      expect(await subject.messenger.webhook(result)).toBeNull();
    });

    test('tells the consoles that listen, once for an id', async () => {
      await subject.messenger.console(result);
      await subject.messenger.console(result);
      await expect.poll(() => subject.consoleMessages()).toEqual([result]);
    });
  });
}
