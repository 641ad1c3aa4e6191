import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskFunction } from '../../gateways/workflow/definition.ts';
import type { Workflow } from '../../gateways/workflow/port.ts';

export interface WorkflowSubject {
  readonly workflow: Workflow;
  /** What a task function does when it is called; calls are noted in `calls`. */
  readonly on: (task: TaskFunction, act: (payload: unknown) => Promise<Record<string, unknown>>) => void;
  readonly calls: { readonly task: TaskFunction; readonly payload: unknown }[];
  readonly end: (name: string) => Promise<'succeeded' | 'failed'>;
  readonly dispose: () => Promise<void>;
}

const input = { stream: 'applicant-1', startVersion: 7 };

/** What every implementation of the Workflow port must do with the state machine of infra/workflow. */
export function describeWorkflowContract(name: string, makeSubject: () => Promise<WorkflowSubject>): void {
  describe(`workflow: ${name}`, () => {
    let subject: WorkflowSubject;
    beforeEach(async () => {
      subject = await makeSubject();
      subject.on('decision', async () => ({ decisionVersion: 12, decision: 'PASS' }));
      subject.on('register-request', async (payload) => {
        await subject.workflow.succeed(tokenOf(payload), { requestId: 'r' });
        return {};
      });
    });
    afterEach(() => subject.dispose());

    const called = (task: TaskFunction) => subject.calls.filter((each) => each.task === task);

    it('runs both branches, then decides, then publishes what was decided', async () => {
      expect(await subject.workflow.start('one', input)).toBe('started');
      expect(await subject.end('one')).toBe('succeeded');
      const order = subject.calls.map((each) => each.task);
      expect(order.slice(-2)).toEqual(['decision', 'publish']);
      expect(new Set(order.slice(0, -2))).toEqual(new Set(['face-match', 'register-request', 'register-check']));
      expect(called('publish')[0]?.payload).toEqual({ stream: 'applicant-1', decisionVersion: 12 });
      expect(called('face-match')[0]?.payload).toEqual({ stream: 'applicant-1', startVersion: 7 });
    });

    it('starts a name once, while it runs and after it has closed', async () => {
      await subject.workflow.start('one', input);
      expect(await subject.workflow.start('one', input)).toBe('exists');
      await subject.end('one');
      expect(await subject.workflow.start('one', input)).toBe('exists');
      expect(called('decision')).toHaveLength(1);
    });

    it('waits for the callback and goes on when its token is settled', async () => {
      subject.on('register-request', async () => ({}));
      await subject.workflow.start('one', input);
      await vi.waitFor(() => expect(called('face-match').length + called('register-request').length).toBe(2));
      expect(called('register-check')).toHaveLength(0);
      const token = tokenOf(called('register-request')[0]?.payload);
      expect(await subject.workflow.succeed(token, { requestId: 'r' })).toBe('settled');
      expect(await subject.end('one')).toBe('succeeded');
      expect(called('register-check')).toHaveLength(1);
    });

    it('answers gone for a token that nobody waits for', async () => {
      expect(await subject.workflow.succeed('no-such-token', {})).toBe('gone');
      expect(await subject.workflow.fail('no-such-token', 'Error', 'none')).toBe('gone');
    });

    it('tries a task again that failed, and gives the new attempt a new token', async () => {
      let attempts = 0;
      subject.on('register-request', async (payload) => {
        attempts += 1;
        if (attempts === 1) throw Object.assign(new Error('down'), { name: 'ServiceUnavailable' });
        await subject.workflow.succeed(tokenOf(payload), {});
        return {};
      });
      await subject.workflow.start('one', input);
      expect(await subject.end('one')).toBe('succeeded');
      const tokens = called('register-request').map((each) => tokenOf(each.payload));
      expect(tokens).toHaveLength(2);
      expect(new Set(tokens).size).toBe(2);
    });

    it('records a signal that cannot be had as failed and still decides', async () => {
      subject.on('register-request', async (payload) => {
        await subject.workflow.fail(tokenOf(payload), 'States.Timeout', 'no callback');
        return {};
      });
      await subject.workflow.start('one', input);
      expect(await subject.end('one')).toBe('succeeded');
      expect(called('record-failure')[0]?.payload).toEqual({
        stream: 'applicant-1', startVersion: 7, signal: 'register', error: 'States.Timeout',
      });
      expect(called('decision')).toHaveLength(1);
    });
  });
}

function tokenOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'taskToken' in payload && typeof payload.taskToken === 'string') {
    return payload.taskToken;
  }
  throw new TypeError('The payload brings no task token');
}
