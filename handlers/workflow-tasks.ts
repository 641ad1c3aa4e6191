import type { z } from 'zod';
import type { TaskFunction } from '../gateways/workflow/definition.ts';
import { decideCase } from './decision.ts';
import type { Deps } from './deps.ts';
import { faceMatch } from './face-match.ts';
import { Publish, publishResult } from './publish.ts';
import { RecordFailure, recordFailure } from './record-failure.ts';
import { registerCheck } from './register-check.ts';
import { RegisterRequest, registerRequest } from './register-request.ts';
import { RunStep } from './run-step.ts';

type Task = (payload: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** The functions behind the workflow's tasks: what a Lambda is on AWS, the embedded engine calls here. */
export function workflowTasks(deps: Deps): Readonly<Record<TaskFunction, Task>> {
  return {
    'face-match': task(RunStep, (step) => faceMatch(deps, step)),
    'register-request': task(RegisterRequest, (step) => registerRequest(deps, step)),
    'register-check': task(RunStep, (step) => registerCheck(deps, step)),
    'record-failure': task(RecordFailure, (step) => recordFailure(deps, step)),
    decision: task(RunStep, (step) => decideCase(deps, step)),
    publish: task(Publish, (step) => publishResult(deps, step)),
  };
}

function task<Schema extends z.ZodType>(schema: Schema, run: (step: z.infer<Schema>) => Promise<object>): Task {
  return async (payload) => ({ ...await run(schema.parse(payload)) });
}
