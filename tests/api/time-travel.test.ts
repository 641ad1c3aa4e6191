import { describe, expect, test } from 'vitest';
import { bindHandlers } from '../../api/bind-handlers.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { ada, createMemoryPlatform } from '../support/memory/platform.ts';
import { playCase } from '../support/play.ts';
import { applicantId, makeWorld, recorded, type World } from './support/world.ts';

interface Record { readonly version: number; readonly status: { readonly status: string } | null; readonly evidence: readonly { version: number }[]; readonly tables: readonly { table: string; rows: readonly object[] }[]; readonly personal: object | null }

/** The API before the real handlers, with one decided case; its stream's UUID. */
async function aCase(): Promise<{ world: World; id: string; stream: string; platform: ReturnType<typeof createMemoryPlatform> }> {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  const { stream } = await playCase(platform);
  const world = makeWorld({ deps: { handlers: { ...bindHandlers(platform.deps), registerCallback: (callback) => registerCallback(platform.deps, callback) }, ledger: platform.deps.ledger, newId: platform.deps.newId } });
  return { world, id: stream.replace('applicant-', ''), stream, platform };
}

const views = async ({ platform, id }: { platform: ReturnType<typeof createMemoryPlatform>; id: string }) =>
  (await platform.deps.ledger.load(`access-${id}`)).flatMap((event) => (event.type === 'RecordViewed' ? [event.data] : []));

describe('an applicant as of a version', () => {
  test('has the state, the evidence and the rows of then, without anything personal', async () => {
    const { world, id, ...rest } = await aCase();
    const text = await (await world.send('GET', `/applicants/${id}/as-of?version=5`, { as: 'reviewer' })).text();
    const record = JSON.parse(text) as Record;
    expect(record).toMatchObject({ version: 5, personal: null, status: { status: 'NEW', decision: null } });
    expect(record.evidence.map(({ version }) => version)).toEqual([3, 4, 5]);
    expect(record.tables.map(({ table }) => table)).toEqual(['users', 'consents', 'id_documents', 'selfies', 'doc_scans']);
    expect(text).not.toMatch(/ada@|7000001|Example|1988-09-11|925076473|erased-/i);
    expect(await views({ id, ...rest })).toMatchObject([{ what: 'history', upToVersion: 5 }]);
  });

  test('shows what was known of the person only on request and to whom it may be shown', async () => {
    const { world, id, ...rest } = await aCase();
    const record = await (await world.send('GET', `/applicants/${id}/as-of?version=5&personal=true`, { as: 'auditor' })).json() as Record;
    expect(record).toMatchObject({ personal: { email: 'ada@example.test' }, documents: [{ version: 3, fields: { documentNumber: '925076473' } }] });
    expect(await views({ id, ...rest })).toMatchObject([{ what: 'personal', upToVersion: 5 }]);
    expect((await world.send('GET', `/applicants/${id}/as-of?version=5&personal=true`, { as: 'operator' })).status).toBe(403);
  });

  test.each([['neither', ''], ['both', '?version=1&time=2026-11-22T10:00:00Z'], ['a time that is none', '?time=yesterday'], ['version 0', '?version=0']])(
    'needs either a version or a time: %s is refused', async (_name, query) => {
      const { world, id } = await aCase();
      expect((await world.send('GET', `/applicants/${id}/as-of${query}`, { as: 'auditor' })).status).toBe(422);
    },
  );

  test('of a version that has not been recorded is not there', async () => {
    const { world, id } = await aCase();
    expect((await world.send('GET', `/applicants/${id}/as-of?version=99`, { as: 'auditor' })).status).toBe(404);
  });
});

test('an applicant as of a time has what had been recorded by then, and before the registration nothing', async () => {
  const { world, id, stream, platform } = await aCase();
  const [first] = await platform.deps.ledger.load(stream);
  const at = async (time: string) => await (await world.send('GET', `/applicants/${id}/as-of?time=${encodeURIComponent(time)}`, { as: 'auditor' })).json() as Record;
  expect(await at(first?.recordedAt ?? '')).toMatchObject({ status: expect.anything() });
  expect(await at('2020-01-01T00:00:00+01:00')).toEqual({ id, version: 0, recordedAt: null, status: null, erasedAt: null, personal: null, documents: [], evidence: [], tables: [] });
});

test('the record of somebody erased says so: what was held before was held, and nothing is held after', async () => {
  const { world, id, stream, platform } = await aCase();
  const events = await platform.deps.ledger.load(stream);
  const erasure = ['ErasureRequested', 'ApplicantErased'].map((type, index) => ({
    ...recorded(events.length + 1 + index, { type, data: type === 'ErasureRequested' ? { basis: 'COURT_ORDER' } : { requestVersion: events.length + 1, purged: { reservations: 2, evidence: 4 } }, personal: null }, stream),
    recordedAt: '2030-01-01T00:00:00.000Z',
  }));
  const withErasure = makeWorld({ deps: { ledger: platform.deps.ledger, newId: platform.deps.newId } });
  withErasure.answers.applicantHistory = [...events.map((event) => ({ ...event, personal: null })), ...erasure];
  const at = async (version: number) => await (await withErasure.send('GET', `/applicants/${id}/as-of?version=${version}`, { as: 'auditor' })).json() as Record & { erasedAt: string | null };
  expect(await at(5)).toMatchObject({ erasedAt: '2030-01-01T00:00:00.000Z', evidence: [{ version: 3 }, { version: 4 }, { version: 5 }] });
  expect(await at(events.length + 2)).toMatchObject({ erasedAt: '2030-01-01T00:00:00.000Z', evidence: [] });
  expect(await (await world.send('GET', `/applicants/${id}/as-of?version=5`, { as: 'auditor' })).json()).toMatchObject({ erasedAt: null });
});

test('a clock that was set back hides no event that lies before one that is shown, and shows none after one that is not', async () => {
  const at = (version: number, recordedAt: string) => ({ ...recorded(version, { type: 'ReviewNoted', data: {}, personal: null }), recordedAt });
  const events = [at(1, '2026-11-22T10:00:00.000Z'), at(2, '2026-11-22T12:00:00.000Z'), at(3, '2026-11-22T11:00:00.000Z')];
  const world = makeWorld();
  world.answers.applicantHistory = events;
  const shown = async (time: string) => ((await (await world.send('GET', `/applicants/${applicantId}/history?asOf=${time}`, { as: 'auditor' })).json()) as { events: { version: number }[] }).events.map(({ version }) => version);
  expect(await shown('2026-11-22T11:30:00Z')).toEqual([1]);
  expect(await shown('2026-11-22T12:00:00Z')).toEqual([1, 2, 3]);
});

describe('an explanation', () => {
  test('gives each rule with the events it rests on, and is recorded as a view', async () => {
    const { world, id, ...rest } = await aCase();
    const body = await (await world.send('GET', `/applicants/${id}/explain`, { as: 'auditor' })).json() as { decisions: { rules: { rule: string; restsOn: object[] }[] }[] };
    expect(body.decisions).toHaveLength(1);
    expect(body.decisions[0]?.rules.find(({ rule }) => rule === 'LIVENESS')?.restsOn).toMatchObject([{ type: 'SelfieUploaded' }, { type: 'LivenessChecked' }]);
    expect(await views({ id, ...rest })).toMatchObject([{ what: 'history' }]);
  });

  test('of a decision that there is not is not there', async () => {
    const { world, id } = await aCase();
    expect((await world.send('GET', `/applicants/${id}/explain?decision=2`, { as: 'auditor' })).status).toBe(404);
  });
});

describe('a whole table as of a moment', () => {
  test('comes as CSV or JSON lines to analysts and auditors, and to nobody else', async () => {
    const world = makeWorld();
    const path = '/tables/users/as-of?time=2026-11-22T10:00:00Z';
    expect(await (await world.send('GET', path, { as: 'analyst' })).text()).toBe('id\r\n1\r\n');
    expect(await (await world.send('GET', `${path}&format=json`, { as: 'auditor' })).text()).toBe('{"id":"1"}\n');
    for (const role of ['applicant', 'reviewer', 'operator'] as const) expect((await world.send('GET', path, { as: role })).status).toBe(403);
  });

  test('may be asked for by a place in the global order instead', async () => {
    expect(await (await makeWorld().send('GET', '/tables/users/as-of?index=17', { as: 'analyst' })).text()).toBe('id\r\n17\r\n');
  });

  test.each([
    ['/tables/nothing/as-of?time=2026-11-22T10:00:00Z', 404], ['/tables/users/as-of', 422], ['/tables/users/as-of?time=then', 422],
    ['/tables/users/as-of?index=41', 404], ['/tables/users/as-of?index=-1', 422], ['/tables/users/as-of?index=1.5', 422],
    ['/tables/users/as-of?index=1&time=2026-11-22T10:00:00Z', 422], ['/tables/users/as-of?time=2026-02-30T10:00:00Z', 422],
  ])('%s is answered with %i', async (path, status) => {
    expect((await makeWorld().send('GET', path, { as: 'auditor' })).status).toBe(status);
  });
});

describe('retention', () => {
  test('is managed by operators, read by auditors too, and by nobody else', async () => {
    const { world, id } = await aCase();
    expect((await world.send('GET', `/applicants/${id}/retention`, { as: 'auditor' })).status).toBe(200);
    expect((await world.send('POST', `/applicants/${id}/erasure`, { as: 'auditor', json: { basis: 'COURT_ORDER' } })).status).toBe(403);
    expect((await world.send('POST', `/applicants/${id}/holds`, { as: 'operator', json: { basis: 'LITIGATION', note: 'claim' } })).status).toBe(201);
    expect((await world.send('POST', `/applicants/${id}/relationship-end`, { as: 'operator', json: { endedOn: '2026-02-30', reason: 'LEFT' } })).status).toBe(422);
    expect((await world.send('GET', '/retention/due', { as: 'reviewer' })).status).toBe(403);
  });
});
