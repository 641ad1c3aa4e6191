import { randomUUID } from 'node:crypto';
import { SendTaskFailureCommand, SendTaskSuccessCommand, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { isNamed, orUnavailable } from '../aws/errors.ts';
import type { Workflow } from './port.ts';

export interface StepFunctionsOptions {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}

const SERVICE = 'Step Functions';

/**
 * The workflow on Step Functions (Standard). The execution's name makes starting idempotent: a name that was used is
 * ExecutionAlreadyExists for 90 days after its end, and while it runs too, because the input bears a mark of this very
 * call. Task tokens stay between here and the table of pending callbacks.
 */
export function createStepFunctionsWorkflow({ client, stateMachineArn }: StepFunctionsOptions): Workflow {
  return {
    start: (name, input) => orUnavailable(SERVICE, async () => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ ...input, call: randomUUID() }) }));
        return 'started';
      } catch (error) {
        if (isNamed(error, 'ExecutionAlreadyExists')) return 'exists';
        throw error;
      }
    }),
    succeed: (taskToken, output) => settle(() => client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, error, cause) => settle(() => client.send(new SendTaskFailureCommand({ taskToken, error: error.slice(0, 256), cause: cause.slice(0, 32_768) }))),
  };
}

async function settle(call: () => Promise<unknown>): Promise<'settled' | 'gone'> {
  return orUnavailable(SERVICE, async () => {
    try {
      await call();
      return 'settled';
    } catch (error) {
      if (isNamed(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) return 'gone';
      throw error;
    }
  });
}
