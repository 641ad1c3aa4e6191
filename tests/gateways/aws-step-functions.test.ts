import { randomBytes } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it, vi } from 'vitest';
import { readDefinition, taskFunctions, type TaskFunction } from '../../gateways/workflow/definition.ts';
import { createEmbeddedWorkflow, type TaskHandlers } from '../../gateways/workflow/embedded.ts';
import { createStepFunctionsWorkflow } from '../../gateways/workflow/step-functions.ts';
import { describeWorkflowContract, type WorkflowSubject } from '../contracts/workflow.ts';
import { AwsFault, clientAt, faultOf, jsonService, startStandIn } from '../support/aws/stand-in.ts';
import { MemoryExecutions } from '../support/memory/executions.ts';

const definition = await readDefinition();
const stateMachineArn = 'arn:aws:states:eu-west-2:123456789012:stateMachine:kyc';

/** Step Functions' API in front of an engine that runs the definition itself. */
async function makeStepFunctions() {
  const executions = new MemoryExecutions();
  const engine = await createEmbeddedWorkflow({
    definition, executions, concurrency: 4, maxExecutions: 10, clock: () => new Date(), random: randomBytes, onFailed: () => undefined,
  });
  const inputs = new Map<string, string>();
  const settle = async (settled: Promise<'settled' | 'gone'>) => {
    if ((await settled) === 'gone') throw new AwsFault('TaskTimedOut');
  };
  const standIn = await startStandIn(jsonService('AWSStepFunctions', {
    StartExecution: async ({ name, input }: { name: string; input: string }) => {
      const before = inputs.get(name);
      const answer = { executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:${name}`, startDate: 1_795_000_000 };
      // "Same name and input as a running execution": a success, by the API reference.
      if (before === input && executions.all.get(name)?.end === null) return answer;
      if (before !== undefined) throw new AwsFault('ExecutionAlreadyExists');
      inputs.set(name, input);
      await engine.start(name, JSON.parse(input) as Record<string, unknown>);
      return answer;
    },
    SendTaskSuccess: ({ taskToken, output }: { taskToken: string; output: string }) => settle(engine.succeed(taskToken, JSON.parse(output) as Record<string, unknown>)),
    SendTaskFailure: ({ taskToken, error, cause }: { taskToken: string; error: string; cause: string }) => settle(engine.fail(taskToken, error, cause)),
  }));
  const workflow = createStepFunctionsWorkflow({ client: new SFNClient(clientAt(standIn.endpoint)), stateMachineArn });
  return { executions, engine, standIn, workflow, inputs };
}

describeWorkflowContract('Step Functions', async (): Promise<WorkflowSubject> => {
  const { executions, engine, standIn, workflow } = await makeStepFunctions();
  const acts = new Map<TaskFunction, (payload: unknown) => Promise<Record<string, unknown>>>();
  const calls: { task: TaskFunction; payload: unknown }[] = [];
  const handlers = Object.values(taskFunctions).map((task) => [task, async (payload: unknown) => {
    calls.push({ task, payload });
    return (await acts.get(task)?.(payload)) ?? {};
  }] as const);
  await engine.run(Object.fromEntries(handlers) as unknown as TaskHandlers);
  return {
    workflow, calls,
    on: (task, act) => acts.set(task, act),
    end: (name) => vi.waitFor(() => {
      const end = executions.all.get(name)?.end;
      if (end === undefined || end === null) throw new Error('still open');
      return end.status;
    }, { timeout: 20_000, interval: 5 }),
    dispose: async () => {
      await engine.stop();
      await standIn.close();
    },
  };
});

describe('the workflow on Step Functions', () => {
  const input = { stream: 'applicant-1', startVersion: 7 };

  it('starts under the name given, with keys only', async () => {
    const { workflow, standIn, inputs } = await makeStepFunctions();
    await workflow.start('applicant-1-7', input);
    expect(JSON.parse(inputs.get('applicant-1-7') ?? '')).toEqual({ ...input, call: expect.stringMatching(/^[\w-]{36}$/) });
    await standIn.close();
  });

  it('knows that it was the one that started, when the answer was lost (500 after the start)', async () => {
    const { workflow, standIn } = await makeStepFunctions();
    standIn.fault(1, faultOf('InternalFailure', 500));
    expect(await workflow.start('applicant-1-7', input)).toBe('started');
    await standIn.close();
  });

  it('takes ExecutionAlreadyExists for a name that was started, running or closed, asked once', async () => {
    const { workflow, standIn } = await makeStepFunctions();
    standIn.fault(1, faultOf('ExecutionAlreadyExists'));
    expect(await workflow.start('applicant-1-7', input)).toBe('exists');
    expect(standIn.asked).toHaveLength(1);
    await standIn.close();
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('answers gone for %s', async (name) => {
    const { workflow, standIn } = await makeStepFunctions();
    standIn.fault(2, faultOf(name));
    expect(await workflow.succeed('token', {})).toBe('gone');
    expect(await workflow.fail('token', 'Error', 'cause')).toBe('gone');
    await standIn.close();
  });

  it.each([['ExecutionLimitExceeded', 1], ['ThrottlingException', 6]])('says ServiceUnavailable on %s, after %i attempts', async (name, attempts) => {
    const { workflow, standIn } = await makeStepFunctions();
    standIn.fault(10, faultOf(name));
    await expect(workflow.start('one', input)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(standIn.asked).toHaveLength(attempts);
    await standIn.close();
  });
});
