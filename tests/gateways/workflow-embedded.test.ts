import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { readDefinition, taskFunctions, type TaskFunction } from '../../gateways/workflow/definition.ts';
import { createEmbeddedWorkflow, type TaskHandlers } from '../../gateways/workflow/embedded.ts';
import { describeWorkflowContract, type WorkflowSubject } from '../contracts/workflow.ts';
import { MemoryExecutions } from '../support/memory/executions.ts';

const definition = await readDefinition();
const input = { stream: 'applicant-1', startVersion: 7 };

function workflowOn(executions: MemoryExecutions, limits = { concurrency: 4, maxExecutions: 10 }, text = definition) {
  const failures: string[] = [];
  return createEmbeddedWorkflow({
    definition: text, executions, ...limits, clock: () => new Date(), random: randomBytes,
    onFailed: (_name, error) => failures.push(error),
  }).then((workflow) => ({ workflow, failures }));
}

function handlersFrom(act: (task: TaskFunction, payload: unknown) => Promise<Record<string, unknown>>): TaskHandlers {
  const entries = Object.values(taskFunctions).map((task) => [task, (payload: unknown) => act(task, payload)] as const);
  return Object.fromEntries(entries) as unknown as TaskHandlers;
}

async function ended(executions: MemoryExecutions, name: string): Promise<'succeeded' | 'failed'> {
  return vi.waitFor(() => {
    const end = executions.all.get(name)?.end;
    if (end === undefined || end === null) throw new Error('still open');
    return end.status;
  }, { timeout: 20_000, interval: 5 });
}

describeWorkflowContract('the embedded workflow', async (): Promise<WorkflowSubject> => {
  const executions = new MemoryExecutions();
  const { workflow } = await workflowOn(executions);
  const acts = new Map<TaskFunction, (payload: unknown) => Promise<Record<string, unknown>>>();
  const calls: { task: TaskFunction; payload: unknown }[] = [];
  await workflow.run(handlersFrom(async (task, payload) => {
    calls.push({ task, payload });
    return (await acts.get(task)?.(payload)) ?? {};
  }));
  return {
    workflow, calls,
    on: (task, act) => acts.set(task, act),
    end: (name) => ended(executions, name),
    dispose: () => workflow.stop(),
  };
});

describe('the embedded workflow after a restart', () => {
  it('takes up the executions that were cut off, with new task tokens', async () => {
    const executions = new MemoryExecutions();
    const first = await workflowOn(executions);
    const tokens: string[] = [];
    const note = (payload: unknown) => tokens.push((payload as { taskToken: string }).taskToken);
    await first.workflow.run(handlersFrom(async (task, payload) => {
      if (task === 'register-request') note(payload);
      return {};
    }));
    await first.workflow.start('one', input);
    await vi.waitFor(() => expect(tokens).toHaveLength(1));
    await first.workflow.stop();
    expect(await executions.open()).toHaveLength(1);

    const second = await workflowOn(executions);
    await second.workflow.run(handlersFrom(async (task, payload) => {
      if (task === 'register-request') {
        note(payload);
        await second.workflow.succeed((payload as { taskToken: string }).taskToken, {});
      }
      return { decisionVersion: 12, decision: 'PASS' };
    }));
    expect(await ended(executions, 'one')).toBe('succeeded');
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(await second.workflow.succeed(tokens[0] ?? '', {})).toBe('gone');
  });

  it('runs what was started before anybody could run it', async () => {
    const executions = new MemoryExecutions();
    const { workflow } = await workflowOn(executions);
    await workflow.start('early', input);
    await workflow.run(handlersFrom(async (task, payload) => {
      if (task === 'register-request') await workflow.succeed((payload as { taskToken: string }).taskToken, {});
      return { decisionVersion: 3, decision: 'FAIL' };
    }));
    expect(await ended(executions, 'early')).toBe('succeeded');
    await workflow.stop();
  });
});

describe('the embedded workflow under load', () => {
  it('runs no more task functions at once than it may, and lets waiting cases not hold up others', async () => {
    const executions = new MemoryExecutions();
    const { workflow } = await workflowOn(executions, { concurrency: 2, maxExecutions: 1 });
    let active = 0;
    let most = 0;
    const tokens: string[] = [];
    await workflow.run(handlersFrom(async (task, payload) => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      active -= 1;
      if (task === 'register-request') tokens.push((payload as { taskToken: string }).taskToken);
      return { decisionVersion: 12, decision: 'PASS' };
    }));
    for (const name of ['a', 'b', 'c', 'd', 'e']) await workflow.start(name, input);
    await vi.waitFor(() => expect(tokens).toHaveLength(5));
    for (const token of tokens) await workflow.succeed(token, {});
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(await ended(executions, name)).toBe('succeeded');
    expect(most).toBeLessThanOrEqual(2);
    await workflow.stop();
  });

  it('closes an execution as failed, by the name of its error, when a case cannot be decided', async () => {
    const executions = new MemoryExecutions();
    const { workflow, failures } = await workflowOn(executions);
    await workflow.run(handlersFrom(async (task, payload) => {
      if (task === 'register-request') await workflow.succeed((payload as { taskToken: string }).taskToken, {});
      return {};
    }));
    await workflow.start('one', input);
    expect(await ended(executions, 'one')).toBe('failed');
    expect(failures).toEqual(['States.Runtime']);
    await workflow.stop();
  });
});

describe('the embedded workflow and time limits', () => {
  it('gives up on a callback that never comes when the state\'s time is over', async () => {
    const executions = new MemoryExecutions();
    const impatient = definition.replace('"TimeoutSeconds": 7200', '"TimeoutSeconds": 1');
    const { workflow } = await workflowOn(executions, { concurrency: 4, maxExecutions: 10 }, impatient);
    const failed: unknown[] = [];
    await workflow.run(handlersFrom(async (task, payload) => {
      if (task === 'record-failure') failed.push(payload);
      return { decisionVersion: 12, decision: 'MANUAL_REVIEW' };
    }));
    await workflow.start('one', input);
    expect(await ended(executions, 'one')).toBe('succeeded');
    expect(failed).toEqual([{ ...input, signal: 'register', error: 'States.Timeout' }]);
    await workflow.stop();
  });
});
