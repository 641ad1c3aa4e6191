import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { createRegisterDirectory, type RegisterDirectory } from '../../gateways/registers/directory.ts';
import { readDefinition } from '../../gateways/workflow/definition.ts';
import { createEmbeddedWorkflow, type EmbeddedWorkflow } from '../../gateways/workflow/embedded.ts';
import type { Deps } from '../../handlers/deps.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { applicantStatus } from '../../handlers/status.ts';
import { sweepCallbacks } from '../../handlers/sweeper.ts';
import { workflowTasks } from '../../handlers/workflow-tasks.ts';
import { MemoryExecutions } from '../support/memory/executions.ts';
import { ada, createMemoryPlatform, type MemoryPlatform } from '../support/memory/platform.ts';
import { submit, typesOf, workQueues } from '../support/play.ts';

const definition = await readDefinition();
const silent = { ...ada, number: '7000002', answers: 'never' as const };

let folder: string;
let server: Server;
let platform: MemoryPlatform;
let directory: RegisterDirectory;
let workflow: EmbeddedWorkflow;
let deps: Deps;
const executions = { store: new MemoryExecutions() };

/** A workflow on the executions there are: the first start, or one after a crash. */
async function startWorkflow(changes: Partial<Deps> = {}): Promise<void> {
  workflow = await createEmbeddedWorkflow({
    definition, executions: executions.store, concurrency: 4, maxExecutions: 10,
    clock: () => new Date(), random: randomBytes, onFailed: () => undefined,
  });
  deps = { ...platform.deps, registers: directory, workflow, ...changes };
  await workflow.run(workflowTasks(deps));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-flow-'));
  executions.store = new MemoryExecutions();
  server = createServer((request, response) => {
    json(request)
      .then((payload) => registerCallback(deps, {
        requestId: request.url?.split('/').at(-1) ?? '', token: String(request.headers['x-kyc-callback-token']), payload,
      }))
      .then((answer) => response.writeHead(answer.kind === 'refused' ? 403 : 202).end())
      .catch(() => response.writeHead(503).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  platform = createMemoryPlatform();
  const callbackBaseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  platform = createMemoryPlatform({ settings: { ...platform.deps.settings, callbackBaseUrl } });
  platform.time.now = Date.now();
  directory = createRegisterDirectory({
    registrants: [ada, silent], folder, latencyMs: 20, retryMs: 20, clock: () => new Date(), onUndelivered: () => undefined,
  });
  await startWorkflow();
});

afterEach(async () => {
  await workflow.stop();
  await directory.stop();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** Sends a case in and starts it; its workflow then runs by itself. */
async function begin(registrationNumber = ada.number): Promise<string> {
  const stream = await submit({ ...platform, deps }, { applicant: { registrationNumber } });
  await workQueues({ ...platform, deps });
  return stream;
}

const published = (stream: string) => vi.waitFor(async () => {
  expect((await applicantStatus(deps, stream))?.decision?.published).toBe(true);
  return typesOf(platform, stream);
}, { timeout: 15_000, interval: 10 });

describe('a case on the real state machine, with a register that calls back over HTTP', () => {
  it('goes by itself from the start to the published decision', async () => {
    const stream = await begin();
    const types = await published(stream);
    expect(await applicantStatus(deps, stream)).toMatchObject({ status: 'VERIFIED', decision: { outcome: 'PASS' } });
    expect(types.filter((type) => type === 'DecisionMade')).toHaveLength(1);
  });

  it('is decided once although the platform was cut off while it waited for the register', async () => {
    await directory.stop();
    const stream = await begin();
    await vi.waitFor(async () => expect(await typesOf(platform, stream)).toContain('RegisterCheckRequested'));
    await workflow.stop();
    await startWorkflow();
    await directory.resume();
    const types = await published(stream);
    for (const type of ['RegisterCheckRequested', 'RegisterChecked', 'FaceMatched', 'DecisionMade', 'ResultPublished']) {
      expect(types.filter((each) => each === type)).toHaveLength(1);
    }
  });

  it('G-11: goes to a person when the register is never heard of again', async () => {
    const stream = await begin(silent.number);
    await vi.waitFor(async () => expect(await typesOf(platform, stream)).toContain('RegisterCheckRequested'));
    await vi.waitFor(() => expect(platform.pendingCallbacks.all.size).toBe(1));
    await sweepCallbacks(deps, { now: new Date(Date.now() + 3_600_000).toISOString() });
    await published(stream);
    expect(await applicantStatus(deps, stream)).toMatchObject({ status: 'REVIEW', decision: { reasons: ['REGISTER_UNAVAILABLE'] } });
  });

  it('tries again when a service fails for a moment', async () => {
    await workflow.stop();
    let failures = 0;
    const faceMatcher = {
      ...platform.deps.faceMatcher,
      compare: async (document: Uint8Array, selfie: Uint8Array) => {
        failures += 1;
        if (failures === 1) throw new ServiceUnavailable('matcher');
        return platform.deps.faceMatcher.compare(document, selfie);
      },
    };
    await startWorkflow({ faceMatcher });
    const stream = await begin();
    await published(stream);
    expect(failures).toBe(2);
    expect(await applicantStatus(deps, stream)).toMatchObject({ decision: { outcome: 'PASS' } });
  });
});
