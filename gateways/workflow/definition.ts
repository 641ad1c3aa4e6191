import { readFile } from 'node:fs/promises';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';

/** The functions the definition names as `${...}`, and how each is called in the handlers' folder. */
export const taskFunctions = {
  FaceMatchFunction: 'face-match',
  RegisterRequestFunction: 'register-request',
  RegisterCheckFunction: 'register-check',
  RecordFailureFunction: 'record-failure',
  DecisionFunction: 'decision',
  PublishFunction: 'publish',
} as const;

export type TaskFunction = (typeof taskFunctions)[keyof typeof taskFunctions];

/** The definition's own text, with its `${...}` placeholders. */
export async function readDefinition(): Promise<string> {
  return readFile(new URL('../../infra/workflow/kyc.asl.json', import.meta.url), 'utf8');
}

/** Fills the placeholders. Throws when the text names one that `values` lacks: a task nobody would run. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`The workflow names ${name}, which is not given`);
    return value;
  });
}

const TaskState = z.looseObject({
  Type: z.literal('Task'),
  Resource: z.enum(['arn:aws:states:::lambda:invoke', 'arn:aws:states:::lambda:invoke.waitForTaskToken']),
  Parameters: z.looseObject({ FunctionName: z.string() }),
});
const Branch: z.ZodType<{ States: Record<string, unknown> }> = z.looseObject({ States: z.record(z.string(), z.unknown()) });
const ParallelState = z.looseObject({ Type: z.literal('Parallel'), Branches: z.array(Branch) });

export interface WorkflowTask {
  readonly state: string;
  readonly functionName: string;
  /** Does the state wait until somebody settles its task token? */
  readonly waits: boolean;
}

/** Every task state of a definition, those inside parallel branches too. Throws on task resources other than Lambda's. */
export function tasksOf(definition: { readonly States: Readonly<Record<string, unknown>> }): WorkflowTask[] {
  return Object.entries(definition.States).flatMap(([state, body]): WorkflowTask[] => {
    const { Type: type } = z.looseObject({ Type: z.string() }).parse(body);
    if (type === 'Parallel') return ParallelState.parse(body).Branches.flatMap(tasksOf);
    if (type !== 'Task') return [];
    const task = TaskState.parse(body);
    return [{ state, functionName: task.Parameters.FunctionName, waits: task.Resource.endsWith('.waitForTaskToken') }];
  });
}

/** The text as the engine takes it; the engine itself checks it against the language's schema. */
export function parseDefinition(text: string): StateMachineDefinition {
  return z.custom<StateMachineDefinition>((value) => Branch.safeParse(value).success).parse(JSON.parse(text));
}
