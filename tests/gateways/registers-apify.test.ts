import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApifyRegisters } from '../../gateways/registers/apify.ts';
import { describeRegistersContract } from '../contracts/registers.ts';
import { startApifyStandIn } from '../support/apify-stand-in.ts';

const item = {
  gmcReferenceNumber: '7000001', surname: 'Example', givenNames: 'Ada', formerNames: [],
  registrationStatus: 'Registered with a licence to practise', registrantType: 'Doctor',
};
const sources = { GMC: { build: '0.1.14' }, GDC: { build: '0.2.0' } };

function answer(_actor: string, input: Record<string, unknown>): unknown[] | null {
  const [number] = z.array(z.string()).parse(input['gmcNumbers']);
  if (number === '7000001') return [item];
  if (number === '7000003') return [];
  return number === '7000002' ? null : [{ found: false, searchedFor: number, message: 'No results' }];
}

const registersAt = (baseUrl: string) =>
  createApifyRegisters({ token: 'our-token', baseUrl, sources, timeoutSeconds: 120, memoryMegabytes: 256, retryMs: 5 });

describeRegistersContract('Apify', async () => {
  const apify = await startApifyStandIn(answer);
  return {
    registers: registersAt(apify.baseUrl),
    known: { number: '7000001', surname: 'Example', statusWording: 'Registered with a licence to practise' },
    unknownNumber: '7999999',
    silentNumber: '7000002',
    dispose: () => apify.close(),
  };
});

const lookup = (registrationNumber: string) => ({
  requestId: randomUUID(), register: 'GMC' as const, registrationNumber,
  callbackUrl: 'http://127.0.0.1:9/none', callbackToken: 'one-time',
});

describe('the Apify gateway', () => {
  let apify: Awaited<ReturnType<typeof startApifyStandIn>>;
  beforeEach(async () => { apify = await startApifyStandIn(answer); });
  afterEach(() => apify.close());

  it('starts the pinned build with our API token, and the run is started once', async () => {
    const registers = registersAt(apify.baseUrl);
    const asked = lookup('7000002');
    await registers.start(asked);
    await registersAt(apify.baseUrl).start(asked);
    expect([...apify.runs.values()].map((run) => [run.actor, run.build])).toEqual([['scrapers_lat/uk-gmc-doctors-scraper', '0.1.14']]);
    expect(new Set(apify.requests.map((each) => each.authorization))).toEqual(new Set(['Bearer our-token']));
  });

  it('reads a run that succeeded with nothing as unreadable, never as not found', async () => {
    const registers = registersAt(apify.baseUrl);
    const { runId } = await registers.start(lookup('7000003'));
    expect(await registers.answer(runId)).toMatchObject({ kind: 'unreadable', response: { items: [] } });
  });

  it('refuses a register for which no source is configured', async () => {
    await expect(registersAt(apify.baseUrl).start({ ...lookup('12A3456B'), register: 'NMC' })).rejects.toMatchObject({ code: 'REGISTER_NOT_OFFERED' });
  });

  it('knows nothing of a run of somebody else\'s actor', async () => {
    apify.runs.set('foreignforeignfor', { id: 'foreignforeignfor', actor: 'mallory/fake-register', build: null, input: {}, status: 'SUCCEEDED', items: [item] });
    expect(await registersAt(apify.baseUrl).run('foreignforeignfor')).toBeNull();
  });

  it('says that the service is down when it does not answer, without the number it was asked for', async () => {
    await apify.close();
    const failing = registersAt(apify.baseUrl).start(lookup('7000001'));
    await expect(failing).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'apify did not answer' });
    apify = await startApifyStandIn(answer);
  });

  it('tries again by itself when Apify has an internal error', async () => {
    apify.fail(1);
    const { runId } = await registersAt(apify.baseUrl).start(lookup('7000001'));
    expect(runId).toMatch(/^\w{17}$/);
  });

  it('tries again by itself when it asks too often (429 rate-limit-exceeded), and says ServiceUnavailable when that does not end', async () => {
    apify.fail(2, 429, 'rate-limit-exceeded');
    const registers = registersAt(apify.baseUrl);
    expect((await registers.start(lookup('7000001'))).runId).toMatch(/^\w{17}$/);
    apify.fail(100, 429, 'rate-limit-exceeded');
    await expect(registers.start(lookup('7000001'))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it.each([[401, 'user-or-token-not-found'], [402, 'not-enough-usage-to-run-paid-actor']])('says ServiceUnavailable on %i (%s), asked once', async (status, type) => {
    apify.fail(100, status, type);
    await expect(registersAt(apify.baseUrl).start(lookup('7000001'))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'apify did not answer' });
    expect(apify.requests).toHaveLength(1);
  });

  it.each([
    ...['READY', 'RUNNING', 'TIMING-OUT', 'ABORTING'].map((status) => [status, 'is on its way'] as const),
    ...['FAILED', 'TIMED-OUT', 'ABORTED'].map((status) => [status, 'has ended'] as const),
  ])('says of a run that is %s that it %s, and gives no answer of it', async (status, says) => {
    const registers = registersAt(apify.baseUrl);
    const { runId } = await registers.start(lookup('7000002'));
    const run = apify.runs.get(runId);
    if (run === undefined) throw new Error('not started');
    run.status = status;
    const seen = await registers.run(runId);
    expect([seen?.status, seen?.finishedAt !== null]).toEqual([status, says === 'has ended']);
    await expect(registers.answer(runId)).rejects.toMatchObject({ code: 'RUN_NOT_FINISHED' });
  });
});
