import { StateMachine } from 'aws-local-stepfunctions';
import { z } from 'zod';
import { fillPlaceholders, parseDefinition, tasksOf, taskFunctions, type TaskFunction, type WorkflowTask } from './definition.ts';
import type { Execution, ExecutionStore } from './executions.ts';
import type { Workflow } from './port.ts';

type Json = Readonly<Record<string, unknown>>;

/** The functions behind the tasks: each takes the state's payload and answers small JSON. */
export type TaskHandlers = Readonly<Record<TaskFunction, (payload: unknown) => Promise<Json>>>;

export interface EmbeddedWorkflowOptions {
  /** The definition in Amazon States Language (JSONPath), with its `${...}` placeholders. */
  readonly definition: string;
  readonly executions: ExecutionStore;
  /** How many task functions run at once. */
  readonly concurrency: number;
  /** How many executions are under way at once, not counting those that wait for a callback. */
  readonly maxExecutions: number;
  readonly clock: () => Date;
  readonly random: (bytes: number) => Uint8Array;
  /** Told of every execution that failed; `error` is an error name, nothing personal. */
  readonly onFailed: (name: string, error: string) => void;
}

export interface EmbeddedWorkflow extends Workflow {
  /** Takes up the executions a crash cut off, and every one started from now on. Handlers must be idempotent. */
  run(handlers: TaskHandlers): Promise<void>;
  /** Starts no further task and waits for those under way. What is left goes on at the next start. */
  stop(): Promise<void>;
}

class TaskFailed extends Error {
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

class Stopping extends Error {
  override readonly name = 'Stopping';
}

/**
 * Runs the state machine in this process as Step Functions would: names start once, tasks retry and time out as the
 * definition says, and a task that waits for a callback gets a token of its own, a fresh one at every attempt.
 */
export async function createEmbeddedWorkflow(options: EmbeddedWorkflowOptions): Promise<EmbeddedWorkflow> {
  const definition = parseDefinition(fillPlaceholders(options.definition, taskFunctions));
  const machine = new StateMachine(definition);
  const tasks = tasksOf(definition);
  const waiting = new Map<string, PromiseWithResolvers<Json>>();
  const queued: Execution[] = [];
  const running = new Map<string, () => void>();
  const underWay = new Set<Promise<unknown>>();
  const limit = limiter(options.concurrency);
  let parked = 0;
  let handlers: TaskHandlers | null = null;
  let stopping = false;

  function startNext(): void {
    if (stopping || handlers === null) return;
    const free = options.maxExecutions - (running.size - parked);
    for (const next of queued.splice(0, Math.max(0, free))) begin(next, handlers);
  }

  function begin(execution: Execution, functions: TaskHandlers): void {
    const tokens = new Map<string, string>();
    const overrides = Object.fromEntries(
      tasks.map((task) => [task.state, (input: unknown) => perform(task, functions, tokens, input)]),
    );
    const run = machine.run(z.record(z.string(), z.json()).parse(execution.input), {
      overrides: { taskResourceLocalHandlers: overrides },
      context: {
        Execution: { Name: execution.name },
        // Read anew at every attempt, so that no two attempts share a token.
        Task: { get Token() { return Buffer.from(options.random(32)).toString('base64url'); } },
      },
    });
    running.set(execution.name, run.abort);
    const ended = run.result
      .then(() => options.executions.close(execution.name, { status: 'succeeded' }, options.clock().toISOString()))
      .catch(async (error: unknown) => {
        // Cut off on purpose: stays open in the store and goes on at the next start.
        if (stopping) return;
        const name = rootName(error);
        options.onFailed(execution.name, name);
        await options.executions.close(execution.name, { status: 'failed', error: name }, options.clock().toISOString());
      })
      // The store is down: the execution stays open there, and its tasks are harmless to repeat.
      .catch((error: unknown) => options.onFailed(execution.name, rootName(error)))
      .finally(() => {
        for (const token of tokens.values()) waiting.delete(token);
        running.delete(execution.name);
        startNext();
      });
    track(ended);
  }

  async function perform(task: WorkflowTask, functions: TaskHandlers, tokens: Map<string, string>, input: unknown) {
    if (stopping) throw new Stopping();
    const { Payload: payload } = z.object({ Payload: z.unknown() }).parse(input);
    const call = () => limit(async () => {
      if (stopping) throw new Stopping();
      return functions[z.enum(Object.values(taskFunctions)).parse(task.functionName)](payload);
    });
    if (!task.waits) return { Payload: asJson(await track(call())) };

    const { taskToken } = z.object({ taskToken: z.string() }).parse(payload);
    const former = tokens.get(task.state);
    if (former !== undefined) waiting.delete(former);
    tokens.set(task.state, taskToken);
    const settled = Promise.withResolvers<Json>();
    // Somebody waits for it below, but perhaps after it was rejected.
    settled.promise.catch(() => undefined);
    waiting.set(taskToken, settled);
    await track(call());
    parked += 1;
    startNext();
    try {
      return asJson(await settled.promise);
    } finally {
      parked -= 1;
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const settled = Promise.allSettled([work]).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return work;
  }

  function settle(token: string, how: (settled: PromiseWithResolvers<Json>) => void): 'settled' | 'gone' {
    const settled = waiting.get(token);
    if (settled === undefined) return 'gone';
    waiting.delete(token);
    how(settled);
    return 'settled';
  }

  return {
    async start(name, input) {
      const execution = { name, input, startedAt: options.clock().toISOString() };
      if ((await options.executions.add(execution)) === 'exists') return 'exists';
      queued.push(execution);
      startNext();
      return 'started';
    },
    async succeed(taskToken, output) {
      return settle(taskToken, (settled) => settled.resolve(output));
    },
    async fail(taskToken, error, cause) {
      return settle(taskToken, (settled) => settled.reject(new TaskFailed(error, cause)));
    },
    async run(given) {
      const open = await options.executions.open();
      const known = new Set([...running.keys(), ...queued.map((each) => each.name)]);
      queued.unshift(...open.filter((each) => !known.has(each.name)));
      handlers = given;
      startNext();
    },
    async stop() {
      stopping = true;
      for (const abort of running.values()) abort();
      await Promise.allSettled(underWay);
    },
  };
}

/** Runs at most `count` at once; the others wait their turn, first come, first served. */
function limiter(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let active = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (active >= count) await new Promise<void>((resolve) => { line.push(resolve); });
    else active += 1;
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next === undefined) active -= 1;
      else next();
    }
  };
}

const Answer = z.record(z.string(), z.json());

function asJson(value: Json): z.infer<typeof Answer> {
  return Answer.parse(value);
}

/** The engine wraps what a state threw; the name of that is what the definition's Catch would have seen. */
function rootName(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  return error.cause instanceof Error ? rootName(error.cause) : error.name;
}
