import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asyncApi } from '../../cli/generate-asyncapi.ts';
import { catalogue } from '../../events/catalogue.ts';
import { announcement, notificationData } from '../../gateways/messenger/notifications.ts';
import { toCloudEvent } from '../../gateways/messenger/cloud-event.ts';

const schema = join(import.meta.dirname, '..', '..', 'schema');
const text = `${JSON.stringify(asyncApi(), null, 2)}\n`;
const Document = z.looseObject({
  channels: z.record(z.string(), z.looseObject({ messages: z.record(z.string(), z.looseObject({ $ref: z.string() })) })),
  components: z.looseObject({ messages: z.record(z.string(), z.looseObject({ payload: z.record(z.string(), z.unknown()) })) }),
});
const document = Document.parse(JSON.parse(text));

function complaints(validate: ValidateFunction, value: unknown): readonly string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const result: Parameters<typeof announcement<'kyc.result'>>[1] = {
  key: 'applicant-1:7', subject: 'applicant-1', time: '2026-11-22T10:00:00.000Z',
  data: {
    applicant: 'applicant-1', number: 1, registerType: 'GMC', decision: 'PASS', decisionVersion: 7, by: 'policy', reasons: [], notes: [],
  },
};

describe('schema/asyncapi.json', () => {
  it('is the one of the code (npm run generate)', () => {
    expect(readFileSync(join(schema, 'asyncapi.json'), 'utf8')).toBe(text);
  });

  it('is AsyncAPI 3.1, by the specification\'s own schema', () => {
    const validator = new Ajv({ strict: false, allErrors: true });
    addFormats.default(validator);
    const official = z.record(z.string(), z.unknown()).parse(specs.schemasWithoutId['3.1.0']);
    expect(complaints(validator.compile(official), JSON.parse(text))).toEqual([]);
  });

  it('names every event on the bus, and every notification elsewhere', () => {
    expect(Object.keys(document.channels['bus']?.messages ?? {}).toSorted()).toEqual(catalogue.map(({ type }) => type).toSorted());
    expect(Object.keys(document.channels['live']?.messages ?? {})).toEqual(Object.keys(notificationData));
    expect(Object.keys(document.channels['webhooks']?.messages ?? {})).toEqual(['kyc.result', 'kyc.document.expiring']);
  });

  it('refers to nothing that is not there', () => {
    const references = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, reference]) => reference ?? '');
    expect(references.length).toBeGreaterThan(60);
    for (const reference of references) {
      const [file = '', pointer = ''] = reference.split('#');
      let at: unknown = JSON.parse(file === '' ? text : readFileSync(join(schema, file), 'utf8'));
      for (const step of pointer.split('/').slice(1)) at = z.record(z.string(), z.unknown()).parse(at)[step];
      expect({ reference, at }).toEqual({ reference, at: expect.anything() });
    }
  });

  it('describes what a subscriber really gets', () => {
    const validator = new Ajv2020({ strict: false });
    addFormats.default(validator);
    const validate = validator.compile(document.components.messages['kyc.result']?.payload ?? false);
    const sent = toCloudEvent(announcement('kyc.result', result));
    expect(complaints(validate, sent)).toEqual([]);
    expect(complaints(validate, { ...sent, data: { ...sent.data, email: 'ada@example.org' } })).toHaveLength(1);
  });
});

it('a notification cannot carry a field that its type does not list', () => {
  const withName = { ...result, data: { ...result.data, name: 'Ada Lovelace' } };
  expect(() => announcement('kyc.result', withName)).toThrow(/Unrecognized key/);
});
