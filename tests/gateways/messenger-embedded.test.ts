import { lstat, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudEvent } from '../../gateways/messenger/cloud-event.ts';
import { createEmbeddedMessenger } from '../../gateways/messenger/embedded.ts';
import { LiveUpdates } from '../../gateways/messenger/live-updates.ts';
import type { Messenger, Notification } from '../../gateways/messenger/port.ts';
import { describeMessengerContract, mail, result } from '../contracts/messenger.ts';

let outbox: string;
let live: LiveUpdates;
let messenger: Messenger;

beforeEach(async () => {
  outbox = await mkdtemp(path.join(tmpdir(), 'kyc-outbox-'));
  live = new LiveUpdates();
  messenger = createEmbeddedMessenger({
    outbox,
    from: 'checks@kyc.example',
    // Nobody subscribes here: webhooks have a test of their own.
    webhooks: { send: async () => 0, deliver: async () => undefined, deliverOne: async () => undefined },
    live,
    clock: () => new Date('2026-11-22T10:11:12.000Z'),
  });
});

afterEach(async () => {
  await rm(outbox, { recursive: true, force: true });
});

async function filesIn(folder: 'email' | 'topic'): Promise<string[]> {
  const names = await readdir(path.join(outbox, folder)).catch(() => []);
  return Promise.all(names.map((name) => readFile(path.join(outbox, folder, name), 'utf8')));
}

describeMessengerContract('outbox', async () => {
  const heard: Notification[] = [];
  const updates = live.subscribe({ filter: () => true, signal: new AbortController().signal });
  void (async () => {
    for await (const each of updates) heard.push(each);
  })();
  return {
    messenger,
    emailsTo: async (address) =>
      (await filesIn('email')).filter((text) => text.includes(`To: <${address}>`)).map((text) => /^Subject: (.*)\r$/m.exec(text)?.[1] ?? ''),
    topicMessages: async () => (await filesIn('topic')).map((text) => CloudEvent.parse(JSON.parse(text))),
    consoleMessages: async () => heard,
  };
});

describe('the outbox', () => {
  test('holds e-mails as RFC 5322 messages that mail programs open', async () => {
    await messenger.email(mail);
    const [text = ''] = await filesIn('email');
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    expect(head.split('\r\n')).toEqual([
      'Date: Sun, 22 Nov 2026 10:11:12 +0000',
      'From: Identity checks <checks@kyc.example>',
      'To: <ada@example.org>',
      'Subject: Your identity check is complete (reference 42)',
      expect.stringMatching(/^Message-ID: <[0-9a-f]{32}@kyc\.example>$/),
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
    ]);
    expect(body).toBe('Hello,');
    expect(text).toContain('with the\r\nGeneral Medical Council.');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
  });

  test('writes dates and days as people do', async () => {
    await messenger.email({ ...mail, template: 'document_expiring', values: { document: 'driving_licence', expiryDate: '2027-02-01', days: '1' } });
    const [text = ''] = await filesIn('email');
    expect(text).toContain('Subject: Your driving licence expires in 1 day\r\n');
    expect(text.replaceAll('\r\n', ' ')).toContain('expires on 1 February 2027.');
  });

  test('encodes a subject that is not ASCII, and lets no value add a header or a line', async () => {
    await messenger.email({ ...mail, values: { number: '4\r\nBcc: x@example.org', name: 'Zoë\r\nX-Evil: 1' } });
    await messenger.email({ ...mail, values: { number: '№ 42 – жук' }, dedupeKey: 'other' });
    for (const text of await filesIn('email')) {
      const [head = ''] = text.split('\r\n\r\n');
      expect(head).not.toMatch(/^(Bcc|X-Evil):/m);
      expect(head).toMatch(/^[\u0020-\u007E\r\n]*$/);
    }
    const encoded = (await filesIn('email')).join('').match(/=\?utf-8\?B\?([\w+/=]+)\?=/g) ?? [];
    const decoded = encoded.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString('utf8')).join('');
    expect(decoded).toBe('Your identity check is complete (reference № 42 – жук)');
  });

  test('holds topic notifications as CloudEvents 1.0', async () => {
    await messenger.topic(result);
    const [text = ''] = await filesIn('topic');
    expect(JSON.parse(text)).toEqual({
      specversion: '1.0',
      id: result.id,
      source: 'kyc.ledger',
      type: 'kyc.result',
      subject: result.subject,
      time: result.time,
      datacontenttype: 'application/json',
      data: result.data,
    });
  });

  test('is readable by its owner alone and holds no drafts', async () => {
    await messenger.email(mail);
    await messenger.topic({ ...result, id: '../../etc/passwd' });
    for (const folder of ['email', 'topic']) {
      const at = path.join(outbox, folder);
      expect((await lstat(at)).mode & 0o777).toBe(0o700);
      const names = await readdir(at);
      expect(names).toHaveLength(1);
      for (const name of names) {
        expect(name).toMatch(/^[0-9a-f]+\.(eml|json)$/);
        expect((await lstat(path.join(at, name))).mode & 0o777).toBe(0o600);
      }
    }
  });

  test('that cannot be written is ServiceUnavailable, so that the caller tries again', async () => {
    await writeFile(path.join(outbox, 'email'), 'a file where the folder should be');
    await expect(messenger.email(mail)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'e-mail outbox' });
  });
});
