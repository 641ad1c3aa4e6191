import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { catalogue } from '../events/catalogue.ts';
import { BusEvent } from '../gateways/bus/bus-event.ts';
import { CloudEvent } from '../gateways/messenger/cloud-event.ts';
import { notificationData, type NotificationType } from '../gateways/messenger/notifications.ts';

const words: Readonly<Record<NotificationType, string>> = {
  'kyc.result': 'A decision is in force: the policy\'s or a person\'s.',
  'kyc.document.expiring': 'The document in use comes to its last day; its owner has been reminded.',
  'kyc.case.changed': 'The tables show a further event of this case.',
};
const announced = Object.keys(notificationData) as NotificationType[];
const toSubscribers = announced.filter((type) => type !== 'kyc.case.changed');

/** schema/asyncapi.json: what the platform sends by itself, and where (AsyncAPI 3.1). Nothing in it is personal. */
export function asyncApi(): object {
  const payloads = {
    ...Object.fromEntries(catalogue.map(({ type }) => [type, busPayload(type)])),
    ...Object.fromEntries(announced.map((type) => [type, schemaOf(CloudEvent.extend({ type: z.literal(type), data: notificationData[type] }))])),
    ...Object.fromEntries(announced.map((type) => [`${type}.live`, livePayload(type)])),
  };
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'KYC ledger',
      version: '1',
      description: 'What the platform sends by itself: events on the bus, notifications to a topic and to webhooks, live updates to consoles. '
        + 'Delivery is at least once and in no order; `id` tells a repetition. Nothing personal travels: who may know more reads the record.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      bus: channel('The bus (EventBridge): every recorded event, without its personal fields. `source` is kyc.ledger.', catalogue.map(({ type }) => type)),
      topic: channel('The topic (SNS), for programs of the same house.', toSubscribers),
      webhooks: {
        ...channel('Subscribers\' own URLs. Signed after Standard Webhooks, CloudEvents 1.0; any answer but 2xx is tried again for three days.', toSubscribers),
        bindings: { http: { bindingVersion: '0.3.0' } },
      },
      live: { ...channel('Consoles: server-sent events, or WebSocket on AWS. An applicant hears of the own record alone.', announced, '.live'), address: '/api/v1/live' },
    },
    operations: Object.fromEntries(['bus', 'topic', 'webhooks', 'live'].map((name) => [
      `send-${name}`, { action: 'send', channel: { $ref: `#/channels/${name}` } },
    ])),
    components: {
      schemas: { EventMetadata: schemaOf(BusEvent.shape.detail.shape.metadata) },
      messages: Object.fromEntries(Object.entries(payloads).map(([name, payload]) => [name, messageOf(name, payload)])),
    },
  };
}

function channel(description: string, messages: readonly string[], suffix = '') {
  return {
    address: null as string | null,
    description,
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}${suffix}` }])),
  };
}

function messageOf(name: string, payload: object): object {
  const type = name.replace(/\.live$/, '');
  const summary = catalogue.find((each) => each.type === type)?.summary ?? words[announced.find((each) => each === type) ?? 'kyc.result'];
  const signed = toSubscribers.some((each) => each === name);
  return { name: type, title: type, summary, contentType: signed ? 'application/cloudevents+json' : 'application/json', payload };
}

/** The event's own schema says what `data` holds: one place for it. */
function busPayload(type: string): object {
  const definition = catalogue.find((each) => each.type === type);
  const schema = schemaOf(BusEvent.extend({ 'detail-type': z.literal(type), detail: z.object({ metadata: z.unknown(), data: z.unknown() }) }));
  const { properties } = z.looseObject({ properties: z.looseObject({ detail: z.looseObject({}) }) }).parse(schema);
  const detail = {
    ...properties.detail,
    properties: {
      metadata: { $ref: '#/components/schemas/EventMetadata' },
      data: { $ref: `./events/${type}.v${definition?.version}.json#/properties/data` },
    },
  };
  return { ...schema, properties: { ...properties, detail } };
}

function livePayload(type: NotificationType): object {
  // An applicant gets no data: that something happened is enough to ask again.
  const data = z.union([notificationData[type], z.strictObject({})]);
  return schemaOf(CloudEvent.pick({ id: true, subject: true, time: true }).extend({ type: z.literal(type), data }));
}

function schemaOf(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

if (import.meta.main) await writeFile(new URL('../schema/asyncapi.json', import.meta.url), `${JSON.stringify(asyncApi(), null, 2)}\n`);
