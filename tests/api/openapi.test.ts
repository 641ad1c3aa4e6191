import {
  array, assert, asyncProperty, boolean, constant, constantFrom, dictionary, integer, jsonValue, nat, oneof, option, record, string, tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Role, rolesThatMay } from '../../api/access-policy.ts';
import { bindHandlers } from '../../api/bind-handlers.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { documentOf } from '../../api/openapi.ts';
import { registerApplicant } from '../../handlers/register-applicant.ts';
import { createMemoryPlatform } from '../support/memory/platform.ts';
import { applicantId, makeWorld, newApplicant, otherApplicant, type World } from './support/world.ts';

const Operation = z.looseObject({
  summary: z.string(),
  'x-kyc-access': z.unknown(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header', 'cookie']) })).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const Document = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const document = documentOf(makeWorld().api);
const operations = Object.entries(Document.parse(document).paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));

describe('the OpenAPI document', () => {
  test('in schema/ is the one of the code (vitest -u writes it anew)', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../schema/openapi.json');
  });

  test('is what /openapi.json serves, to anybody', async () => {
    const response = await makeWorld().send('GET', '/openapi.json');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  test('refers to nothing that it does not hold', () => {
    const held = Object.entries(z.record(z.string(), z.record(z.string(), z.unknown())).parse(document.components))
      .flatMap(([kind, parts]) => Object.keys(parts).map((name) => `#/components/${kind}/${name}`));
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(held).toEqual(expect.arrayContaining([...new Set(references)]));
    expect(references.length).toBeGreaterThan(100);
  });

  test('says of every operation what it does, who may, and how it refuses', () => {
    expect(operations.length).toBeGreaterThan(25);
    for (const { path, method, operation } of operations) {
      expect(`${method} ${path} ${operation.summary}`).toMatch(/^[A-Z]+ \S+ .*\.?$/);
      expect(operation['x-kyc-access']).toBeDefined();
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '404', '422', '500']));
    }
  });

  test('names the roles as the access policy has them', () => {
    const review = operations.find(({ path }) => path.endsWith('/reviews/{id}/second'))?.operation;
    expect(review?.['x-kyc-roles']).toEqual(rolesThatMay('reviews.second'));
  });
});

const nasty = constantFrom(
  '', ' ', '0', '-1', '1e309', 'null', 'true', '[]', '{}', '\u0000', '../..', '%00', "' OR 1=1 --", '𝒳', '\ud800', 'GMC', 'PASS', 'MRZ_INVALID',
  applicantId, otherApplicant, '9'.repeat(40), '2026-11-22T12:00:00.000Z', '__proto__', 'constructor',
);
const value = oneof(nasty, string({ unit: 'binary', maxLength: 30 }), string({ maxLength: 30 }));
const jsonObject = dictionary(
  constantFrom('id', 'registerType', 'registrationNumber', 'email', 'name', 'given', 'textVersion', 'outcome', 'reason', 'note', 'seenVersion', 'approve', 'statement', 'token', '__proto__'),
  oneof(nasty, jsonValue({ maxDepth: 2 }), integer(), boolean()),
  { maxKeys: 3 },
);

const judgement = { reason: 'OK', note: 'n', seenVersion: 1 };
const goodBody: Readonly<Record<string, object>> = {
  applicants: newApplicant, consents: { given: true, textVersion: '1' }, appeals: { statement: 's' }, notes: { note: 'n' },
  outcome: { outcome: 'PASS', ...judgement }, second: { approve: true, ...judgement }, 'sign-in': { token: 'x'.repeat(43) },
};
const goodForm = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--x--\r\n';
type Spoiling = Readonly<Record<string, unknown>>;

const requests = record({
  operation: constantFrom(...operations.filter(({ path }) => !path.endsWith('/live'))),
  role: option(constantFrom(...Role.options, 'operator' as const, 'senior_reviewer' as const), { nil: null }),
  params: oneof({ weight: 4, arbitrary: constant(applicantId) }, { weight: 1, arbitrary: value }),
  version: oneof(constant('1'), value),
  query: array(tuple(nat(20), value), { maxLength: 4 }),
  headers: dictionary(constantFrom('idempotency-key', 'x-correlation-id', 'x-kyc-callback-token', 'last-event-id', 'origin', 'cookie', 'range', 'accept'), string({ maxLength: 40 }), { maxKeys: 3 }),
  contentType: oneof(
    { weight: 4, arbitrary: constant('fitting') },
    { weight: 1, arbitrary: constantFrom('application/json', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'text/plain', 'application/x-www-form-urlencoded', ';;', '') },
  ),
  /** Fields put over a good body; null for the body as it is, a text in the place of all of it. */
  spoiling: oneof(constant(null), jsonObject, value),
});

function bodyOf(path: string, spoiling: Spoiling | string | null): string {
  if (typeof spoiling === 'string') return spoiling;
  if (/documents|selfies/.test(path)) return spoiling === null ? goodForm : goodForm.replace('abc', JSON.stringify(spoiling));
  return JSON.stringify({ ...goodBody[path.split('/').at(-1) ?? ''], ...spoiling });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function realWorld(): Promise<World> {
  const platform = createMemoryPlatform();
  const by = { actor: { kind: 'operator', id: 'operator-1' }, correlationId: 'c' } as const;
  await registerApplicant(platform.deps, { applicantId, registerType: 'GMC', registrationNumber: '7012345', email: 'first@example.com', name: null, ...by });
  return makeWorld({
    settings: { limits: { session: 1e9, signIn: 1e9, callback: 1e9 } },
    deps: { handlers: { ...bindHandlers(platform.deps), registerCallback: (callback) => registerCallback(platform.deps, callback) }, ledger: platform.deps.ledger, newId: platform.deps.newId },
  });
}

describe('no request whatever', () => {
  test.each([
    ['stand-ins that agree to everything', async () => makeWorld({ settings: { limits: { session: 1e9, signIn: 1e9, callback: 1e9 } } }), [200, 201, 400, 401, 403, 404, 415, 422]],
    ['the real handlers on a ledger in memory', realWorld, [200, 201, 400, 401, 403, 404, 415, 422]],
  ] as const)('is answered with a server error, or with anything but what the document says, before %s', async (_what, make, reached) => {
    const world = await make();
    const statuses = new Set<number>();
    const sessions = new Map(await Promise.all(Role.options.map(async (role) => [role, await world.as(role)] as const)));
    await assert(asyncProperty(requests, async ({ operation: { path, method, operation }, role, params, version, query, headers, contentType, spoiling }) => {
      const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      const search = query.map(([index, text]) => `${names[index % Math.max(names.length, 1)] ?? 'x'}=${encodeURIComponent(text.toWellFormed())}`).join('&');
      const target = path
        .replace('{id}', encodeURIComponent(params.toWellFormed())).replace('{requestId}', encodeURIComponent(params.toWellFormed()))
        .replace('{version}', encodeURIComponent(version.toWellFormed()));
      const fitting = /documents|selfies/.test(path) ? 'multipart/form-data; boundary=x' : 'application/json';
      const sent = new Headers();
      // Signing one of the few sessions out would leave the rest of the run outside.
      const bearer = role === null ? {} : path.endsWith('/sign-out') ? await world.as(role) : sessions.get(role);
      for (const [name, text] of Object.entries({ ...headers, 'content-type': contentType === 'fitting' ? fitting : contentType, ...bearer })) {
        if (/^[\x20-\x7e]*$/.test(text)) sent.set(name, text);
      }
      const response = await world.api.request(`http://kyc.test${target}${search === '' ? '' : `?${search}`}`, {
        method, headers: sent, ...(method === 'GET' ? {} : { body: bodyOf(path, spoiling) }),
      });
      const text = await response.text();
      statuses.add(response.status);
      expect({ status: response.status, text, serverError: response.status >= 500 }).toMatchObject({ serverError: false });
      expect(Object.keys(operation.responses)).toContain(String(response.status));
      const refusal = z.object({ code: z.string(), status: z.literal(response.status) });
      const wellRefused = response.headers.get('content-type') === 'application/problem+json' && refusal.safeParse(parsed(text)).success;
      expect(wellRefused).toBe(response.status >= 400);
    }), { numRuns: 1500 });
    expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
    // It is worth something only if the requests got as far as they could.
    expect([...statuses]).toEqual(expect.arrayContaining([...reached]));
  });
});
