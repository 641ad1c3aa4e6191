import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RegisterLookup, Registers } from '../../gateways/registers/port.ts';
import { RegisterWebhook } from '../../gateways/registers/webhook.ts';
import { receiveCallbacks } from '../support/callback-receiver.ts';

export interface RegistersSubject {
  readonly registers: Registers;
  /** A GMC number that is on the register, with the surname and the wording the register has for it. */
  readonly known: { readonly number: string; readonly surname: string; readonly statusWording: string };
  readonly unknownNumber: string;
  /** A GMC number whose lookup begins and never ends. */
  readonly silentNumber: string;
  readonly dispose: () => Promise<void>;
}

/** What every provider of register lookups must do. */
export function describeRegistersContract(name: string, makeSubject: () => Promise<RegistersSubject>): void {
  describe(`registers: ${name}`, () => {
    let subject: RegistersSubject;
    let receiver: Awaited<ReturnType<typeof receiveCallbacks>>;
    beforeEach(async () => {
      subject = await makeSubject();
      receiver = await receiveCallbacks();
    });
    afterEach(async () => {
      await subject.dispose();
      await receiver.close();
    });

    const lookup = (registrationNumber: string, changes: Partial<RegisterLookup> = {}): RegisterLookup => ({
      requestId: randomUUID(), register: 'GMC', registrationNumber,
      callbackUrl: receiver.url, callbackToken: 'one-time-token', ...changes,
    });
    const finished = (runId: string) => vi.waitFor(async () => {
      const run = await subject.registers.run(runId);
      expect(run?.status).toBe('SUCCEEDED');
      return run;
    });

    it('announces the end of a run once, with the token and the run it was started as', async () => {
      const asked = lookup(subject.known.number);
      const { runId } = await subject.registers.start(asked);
      await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
      const [callback] = receiver.received;
      expect(callback?.headers['x-kyc-callback-token']).toBe('one-time-token');
      expect(callback?.headers['x-apify-webhook-dispatch-id']).toMatch(/\w{8,}/);
      expect(RegisterWebhook.parse(callback?.body).eventData.actorRunId).toBe(runId);
    });

    it('knows what each run was started for', async () => {
      const asked = lookup(subject.known.number);
      const { runId } = await subject.registers.start(asked);
      const run = await finished(runId);
      expect(run).toMatchObject({ runId, requestId: asked.requestId });
      expect(Date.parse(run?.finishedAt ?? '')).not.toBeNaN();
    });

    it('answers the same run when the same request is started again', async () => {
      const asked = lookup(subject.known.number);
      const first = await subject.registers.start(asked);
      expect(await subject.registers.start(asked)).toEqual(first);
    });

    it('gives the entry in the register\'s own words, with the bytes it came in', async () => {
      const { runId } = await subject.registers.start(lookup(subject.known.number));
      await finished(runId);
      const answer = await subject.registers.answer(runId);
      expect(answer).toMatchObject({
        kind: 'entry', registrationNumber: subject.known.number,
        registeredName: { surname: subject.known.surname }, statusWording: subject.known.statusWording,
      });
      expect(JSON.parse(new TextDecoder().decode(answer.bytes))).toEqual([answer.response]);
    });

    it('says not found only because the register says so', async () => {
      const { runId } = await subject.registers.start(lookup(subject.unknownNumber));
      await finished(runId);
      expect(await subject.registers.answer(runId)).toMatchObject({ kind: 'not_found', registeredName: null });
    });

    it('has no answer for a run that is still on its way', async () => {
      const { runId } = await subject.registers.start(lookup(subject.silentNumber));
      expect(await subject.registers.run(runId)).toMatchObject({ status: 'RUNNING', finishedAt: null });
      await expect(subject.registers.answer(runId)).rejects.toMatchObject({ code: 'RUN_NOT_FINISHED' });
      expect(receiver.received).toHaveLength(0);
    });

    it('knows nothing of a run it did not start', async () => {
      expect(await subject.registers.run('nosuchrunnosuchru')).toBeNull();
      expect(await subject.registers.run('../../etc/passwd')).toBeNull();
    });
  });
}
