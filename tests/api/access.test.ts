import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { accessPolicy, may, Permission, Role, rolesThatMay } from '../../api/access-policy.ts';
import { declaredRoutes } from '../../api/surface.ts';
import { applicantId, makeWorld } from './support/world.ts';

const pathOf = (pattern: string): string =>
  pattern.replace(':path{.+}', 'checkpoint').replace(':id', applicantId).replace(':requestId', applicantId).replace(':sessionId', applicantId).replace(':version', '1');

describe('the access policy', () => {
  test.each([
    ['an applicant reads no queue', 'applicant', 'reviews.read', false],
    ['an analyst sees figures', 'analyst', 'numbers.read', true],
    ['an analyst sees no record', 'analyst', 'applicants.read', false],
    ['an operator sees nothing personal', 'operator', 'personal.read', false],
    ['an auditor changes nothing', 'auditor', 'reviews.work', false],
    ['a reviewer is not the second person', 'reviewer', 'reviews.second', false],
    ['a senior reviewer is', 'senior_reviewer', 'reviews.second', true],
  ] as const)('%s', (_sentence, role, permission, expected) => {
    expect(may(role, permission)).toBe(expected);
  });

  test('every permission is held by somebody, and nobody holds one twice', () => {
    expect(Permission.options.filter((permission) => rolesThatMay(permission).length === 0)).toEqual([]);
    for (const role of Role.options) expect(new Set(accessPolicy[role]).size).toBe(accessPolicy[role].length);
  });
});

test('nothing of the API but the receiver of uploads needs Node', () => {
  const files = readdirSync('api', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const onNode = files.filter((name) => /from '(node:|@hono\/node-server|@fastify\/busboy)/.test(readFileSync(`api/${name}`, 'utf8')));
  expect(files.length).toBeGreaterThan(25);
  expect(onNode).toEqual(['uploads/receive-to-disk.ts']);
});

describe('every route', () => {
  const routes = declaredRoutes(makeWorld().api);

  test('that is registered says who may call it', () => {
    const { api } = makeWorld();
    const registered = api.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    const declared = routes.filter(({ access }) => access !== undefined).map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(registered)].toSorted()).toEqual(declared.toSorted());
    expect(declared.length).toBeGreaterThan(20);
  });

  test('G-19: that does not say it is denied to everybody', async () => {
    const world = makeWorld();
    world.api.get('/api/v1/forgotten', (c) => c.text('secret'));
    for (const role of [undefined, ...Role.options]) {
      const response = await world.send('GET', '/forgotten', role === undefined ? {} : { as: role });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'ACCESS_DENIED' });
    }
  });

  const needsSession = routes.filter(({ access }) => access === 'session' || typeof access === 'object');
  test.each(needsSession.map(({ method, path, access }) => ({ method, path, access })))(
    '$method $path is closed to strangers and to the roles that may not, before anything is looked at',
    async ({ method, path, access }) => {
      const world = makeWorld();
      expect((await world.send(method, pathOf(path))).status).toBe(401);
      for (const role of Role.options) {
        const allowed = access === 'session' || (typeof access === 'object' && may(role, access.permission));
        const response = await world.send(method, pathOf(path), { as: role });
        const refusedByRole = response.status === 403 && (await response.clone().json() as { code: string }).code === 'ROLE_MAY_NOT';
        expect({ role, refusedByRole }).toEqual({ role, refusedByRole: !allowed });
        expect(refusedByRole ? world.calls : []).toEqual([]);
        await response.body?.cancel();
        world.calls.length = 0;
      }
    },
  );

  test('HEAD is let through exactly where GET is', async () => {
    const world = makeWorld();
    expect((await world.send('HEAD', '/numbers')).status).toBe(401);
    expect((await world.send('HEAD', '/numbers', { as: 'applicant' })).status).toBe(403);
    expect((await world.send('HEAD', '/numbers', { as: 'analyst' })).status).toBe(200);
    expect((await world.send('HEAD', '/live', { as: 'reviewer' })).status).toBe(200);
  });
});
