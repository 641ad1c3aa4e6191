import type { Workflow } from '../../../gateways/workflow/port.ts';

/** Notes what was started and settled; the test itself plays the state machine. */
export class MemoryWorkflow implements Workflow {
  readonly started = new Map<string, Readonly<Record<string, unknown>>>();
  readonly waiting = new Set<string>();
  readonly settled = new Map<string, unknown>();

  async start(name: string, input: Readonly<Record<string, unknown>>): Promise<'started' | 'exists'> {
    if (this.started.has(name)) return 'exists';
    this.started.set(name, input);
    return 'started';
  }
  /** Play: a task begins to wait under this token. */
  wait(token: string): string {
    this.waiting.add(token);
    return token;
  }
  async succeed(taskToken: string, output: Readonly<Record<string, unknown>>): Promise<'settled' | 'gone'> {
    if (!this.waiting.delete(taskToken)) return 'gone';
    this.settled.set(taskToken, output);
    return 'settled';
  }
  async fail(taskToken: string, error: string): Promise<'settled' | 'gone'> {
    if (!this.waiting.delete(taskToken)) return 'gone';
    this.settled.set(taskToken, { error });
    return 'settled';
  }
}
