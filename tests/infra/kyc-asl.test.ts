import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fillPlaceholders, parseDefinition, readDefinition, taskFunctions, tasksOf } from '../../gateways/workflow/definition.ts';

const Validator = z.custom<(definition: unknown) => { isValid: boolean; errors: readonly unknown[] }>(
  (value) => typeof value === 'function',
);
const validate = Validator.parse(createRequire(import.meta.url)('asl-validator'));
const text = await readDefinition();
const definition: unknown = JSON.parse(text);

/** Every state with its name and body, inside parallel branches too. */
function statesOf(machine: unknown): [string, Record<string, unknown>][] {
  const { States: states } = z.looseObject({ States: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(machine);
  return Object.entries(states).flatMap(([name, body]): [string, Record<string, unknown>][] => [
    [name, body],
    ...z.array(z.unknown()).parse(body['Branches'] ?? []).flatMap(statesOf),
  ]);
}

const states = statesOf(definition);
const tasks = states.filter(([, body]) => body['Type'] === 'Task');

describe('the workflow definition', () => {
  it('is valid Amazon States Language', () => {
    const result = validate(definition);
    expect(result).toMatchObject({ isValid: true, errors: [] });
  });

  it('names no state twice, because the embedded engine finds a task by its name', () => {
    expect(new Set(states.map(([name]) => name)).size).toBe(states.length);
  });

  it('is JSONPath throughout: the embedded engine would ignore JSONata and Assign without a word', () => {
    expect(text).not.toMatch(/QueryLanguage|"Assign"|"Arguments"|"Output"|HeartbeatSeconds/);
  });

  it.each(tasks)('%s has a time limit that fits a timer', (_, body) => {
    expect(z.int().positive().max(2_147_483).safeParse(body['TimeoutSeconds']).success).toBe(true);
  });

  it.each(tasks)('%s is tried again with full jitter, growing pauses and an upper bound', (_, body) => {
    const retriers = z.array(z.looseObject({ ErrorEquals: z.array(z.string()), MaxAttempts: z.number() })).parse(body['Retry']);
    const last = retriers.at(-1);
    expect(last).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL', BackoffRate: 2 });
    expect(last?.['MaxDelaySeconds']).toBeGreaterThan(0);
  });

  it.each(tasks.filter(([name]) => !name.startsWith('Record')))('%s has a catch that leads on', (_, body) => {
    const [catcher] = z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).parse(body['Catch']);
    expect(catcher?.ErrorEquals).toEqual(['States.ALL']);
    expect(catcher?.Next).toMatch(/^Record|^LeftToSweeper$/);
  });

  it('catches on tasks and never on the parallel state, where one of the runtimes ignores it', () => {
    for (const [, body] of states.filter(([, each]) => each['Type'] === 'Parallel')) expect(body).not.toHaveProperty('Catch');
  });

  it('passes keys and codes on, never what a task answered', () => {
    const passing = tasks.filter(([, body]) => body['ResultPath'] !== null).map(([name]) => name);
    expect(passing).toEqual(['Decision']);
  });

  it('calls exactly the functions there are', () => {
    const named = tasksOf(parseDefinition(fillPlaceholders(text, taskFunctions))).map((each) => each.functionName);
    expect(new Set(named)).toEqual(new Set(Object.values(taskFunctions)));
  });

  it('cannot be filled while a placeholder has no value', () => {
    expect(() => fillPlaceholders(text, {})).toThrow(TypeError);
  });
});
