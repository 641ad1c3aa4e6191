import { randomBytes, randomUUID } from 'node:crypto';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAwsMessenger } from '../../gateways/messenger/aws.ts';
import { CloudEvent } from '../../gateways/messenger/cloud-event.ts';
import { createConnections, createConsoleFeed } from '../../gateways/messenger/connections.ts';
import { createDeliveries, createDynamoWebhookState } from '../../gateways/messenger/deliveries.ts';
import { createKeptUpdates } from '../../gateways/messenger/kept-updates.ts';
import type { Notification } from '../../gateways/messenger/port.ts';
import { createWebhooks } from '../../gateways/messenger/webhooks.ts';
import { ensureTables } from '../../ledger/dynamodb/tables.ts';
import { describeMessengerContract, mail, result } from '../contracts/messenger.ts';
import { clientAt, faultOf, startStandIn, type Service } from '../support/aws/stand-in.ts';
import { startTestDynamo, type TestDynamo } from '../support/dynamo.ts';

let dynamo: TestDynamo;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});
afterAll(() => dynamo.stop());

interface Sent {
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly FromEmailAddress: string;
  readonly Content: { readonly Simple: { readonly Subject: { readonly Data: string }; readonly Body: { readonly Text: { readonly Data: string } }; readonly Headers: readonly unknown[] } };
}

/** SES v2, SNS and the management API of a WebSocket API, whose connections in `gone` have gone. */
async function makeServices() {
  const emails: Sent[] = [];
  const topic: { id: string; type: string }[] = [];
  const posts = new Map<string, Notification[]>();
  const gone = new Set<string>();
  const broken = new Set<string>();
  const ses: Service = ({ method, url, body }) => {
    if (method !== 'POST' || url.pathname !== '/v2/email/outbound-emails') return null;
    emails.push(JSON.parse(body.toString()) as Sent);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ MessageId: randomUUID() }) };
  };
  const sns: Service = ({ body, headers }) => {
    if (!String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) return null;
    topic.push(CloudEvent.parse(JSON.parse(new URLSearchParams(body.toString()).get('Message') ?? '')));
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: `<PublishResponse><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult></PublishResponse>` };
  };
  const sockets: Service = ({ method, url, body }) => {
    const id = /\/@connections\/(.+)$/.exec(decodeURIComponent(url.pathname))?.[1];
    if (id === undefined) return null;
    if (gone.has(id)) return { status: 410, headers: { 'x-amzn-errortype': 'GoneException' }, body: '{}' };
    if (broken.has(id)) return { status: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' }, body: '{}' };
    if (method === 'POST') posts.set(id, [...posts.get(id) ?? [], JSON.parse(body.toString()) as Notification]);
    return { status: 200 };
  };
  const standIn = await startStandIn(ses, sns, sockets);
  closing.push(() => standIn.close());
  const tables = await ensureTables(dynamo.client, `m${randomBytes(4).toString('hex')}-`);
  const connections = createConnections({ client: dynamo.client, table: tables.connections });
  const kept = createKeptUpdates({ client: dynamo.client, table: tables.notifications });
  const at = clientAt(standIn.endpoint);
  const messenger = createAwsMessenger({
    sns: new SNSClient(at), topicArn: 'arn:aws:sns:eu-west-2:123456789012:kyc', ses: new SESv2Client(at), from: 'checks@kyc.example',
    webhooks: { send: async () => 0 }, kept, deliveries: createDeliveries({ client: dynamo.client, table: tables.deliveries }),
    tellConsoles: createConsoleFeed(new ApiGatewayManagementApiClient({ ...at, endpoint: `${standIn.endpoint}/live` }), connections),
  });
  return { standIn, messenger, emails, topic, posts, gone, broken, connections, kept, tables };
}

describeMessengerContract('SNS, SES and WebSocket', async () => {
  const { messenger, emails, topic, posts, connections } = await makeServices();
  await connections.add({ connection: 'listening', only: null });
  return {
    messenger,
    emailsTo: async (address) => emails.filter(({ Destination }) => Destination.ToAddresses.includes(address)).map(({ Content }) => Content.Simple.Subject.Data),
    topicMessages: async () => topic,
    consoleMessages: async () => posts.get('listening') ?? [],
  };
});

describe('the messenger on AWS', () => {
  it('sends plain text that machines do not answer', async () => {
    const { messenger, emails } = await makeServices();
    await messenger.email(mail);
    expect(emails[0]?.FromEmailAddress).toBe('Identity checks <checks@kyc.example>');
    expect(emails[0]?.Content.Simple.Headers).toEqual([{ Name: 'Auto-Submitted', Value: 'auto-generated' }]);
    expect(emails[0]?.Content.Simple.Body.Text.Data).toContain('Kind regards\r\nThe identity check team');
  });

  it('says ServiceUnavailable when SES throttles for too long (TooManyRequestsException), and sends when asked again', async () => {
    const { messenger, emails, standIn } = await makeServices();
    standIn.fault(6, faultOf('TooManyRequestsException', 429));
    await expect(messenger.email(mail)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'SES' });
    await messenger.email(mail);
    expect(emails).toHaveLength(1);
  });

  it.each([
    ['Throttled', 400, 6],
    ['InternalError', 500, 6],
    ['AuthorizationError', 403, 1],
  ])('says ServiceUnavailable when SNS answers %s (%i), after %i attempts, and tells the topic once when asked again', async (code, status, attempts) => {
    const { messenger, topic, standIn } = await makeServices();
    standIn.fault(attempts, { status, headers: { 'content-type': 'text/xml' }, body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error></ErrorResponse>` });
    await expect(messenger.topic(result)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'SNS' });
    expect(standIn.asked).toHaveLength(attempts);
    await messenger.topic(result);
    await messenger.topic(result);
    expect(topic).toHaveLength(1);
  });

  it.each([['MessageRejected', 400], ['AccountSuspendedException', 400], ['SendingPausedException', 400]])('says ServiceUnavailable when SES answers %s (%i), without the address', async (name, status) => {
    const { messenger, standIn } = await makeServices();
    standIn.fault(1, { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': name }, body: JSON.stringify({ message: `not for ${mail.to}` }) });
    await expect(messenger.email(mail)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'SES did not answer' });
    expect(standIn.asked).toHaveLength(1);
  });

  it('forgets a console that has gone (GoneException, 410) and lets one go that cannot be reached, and tells the others', async () => {
    const { messenger, posts, gone, broken, connections } = await makeServices();
    for (const connection of ['here', 'gone', 'broken']) await connections.add({ connection, only: null });
    gone.add('gone');
    broken.add('broken');
    await messenger.console(result);
    expect(posts.get('here')).toEqual([result]);
    expect(await Array.fromAsync(connections.all())).toEqual([{ connection: 'here', only: null }]);
  });

  it('lets a console go that API Gateway throttles for too long (LimitExceededException, 429), so that it comes back and catches up', async () => {
    const { messenger, standIn, connections, kept } = await makeServices();
    await connections.add({ connection: 'busy', only: null });
    standIn.fault(6, { status: 429, headers: { 'x-amzn-errortype': 'LimitExceededException' }, body: '{}' });
    await messenger.console(result);
    expect(standIn.asked.at(-1)?.method).toBe('DELETE');
    expect(await Array.fromAsync(connections.all())).toEqual([]);
    const missed = await Array.fromAsync(kept.subscribe({ filter: () => true, signal: new AbortController().signal, lastEventId: 'unknown' }));
    expect(missed).toEqual([result]);
  });

  it('tells an applicant that something happened to the own record, nothing of what and nothing of others', async () => {
    const { messenger, posts, connections } = await makeServices();
    await connections.add({ connection: 'applicant', only: result.subject });
    await messenger.console(result);
    await messenger.console({ ...result, id: 'other', subject: 'applicant-019ab3c4-1111-7222-8333-000000000000' });
    expect(posts.get('applicant')).toEqual([{ ...result, data: {} }]);
  });

  it('keeps the latest notifications for consoles that come back by server-sent events', async () => {
    const { messenger, kept } = await makeServices();
    const signal = new AbortController().signal;
    for (const id of ['1', '2', '3']) {
      await messenger.console({ ...result, id });
      await new Promise((resolve) => { setTimeout(resolve, 3); });
    }
    const ids = async (lastEventId?: string) => {
      const updates = kept.subscribe({ filter: () => true, signal, ...(lastEventId !== undefined && { lastEventId }) });
      return (await Array.fromAsync(updates)).map(({ id }) => id);
    };
    expect(await ids('1')).toEqual(['2', '3']);
    expect(await ids('3')).toEqual([]);
    expect(await ids()).toEqual(['3']);
    expect(await ids('unknown')).toEqual(['1', '2', '3']);
  });

  it('remembers webhooks in the table: put in line once, delivered once, a subscriber that wants no more', async () => {
    const { tables } = await makeServices();
    const sent: unknown[] = [];
    const queue = { name: 'webhooks', send: async (body: unknown) => void sent.push(body), consume: async () => undefined, depth: async () => ({ waiting: 0, inFlight: 0, dead: 0 }), redrive: async () => 0 };
    let status = 200;
    let calls = 0;
    const receiver = await startStandIn(() => {
      calls += 1;
      return { status };
    });
    closing.push(() => receiver.close());
    const make = () => createWebhooks({
      subscribers: [{ url: `${receiver.endpoint}/hook`, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }], queue,
      state: createDynamoWebhookState({ client: dynamo.client, table: tables.deliveries }),
    });
    expect(await make().send(result)).toBe(1);
    expect(await make().send(result)).toBe(1);
    expect(sent).toHaveLength(1);
    const message = { id: '1', attempt: 1, body: sent[0] };
    await make().deliverOne(message);
    await make().deliverOne(message);
    expect(calls).toBe(1);
    await make().send({ ...result, id: 'second' });
    status = 410;
    await make().deliverOne({ id: '2', attempt: 1, body: sent[1] });
    await make().deliverOne({ id: '2', attempt: 2, body: sent[1] });
    expect(calls).toBe(2);
  });
});
