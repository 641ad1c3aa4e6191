import type { Execution, ExecutionEnd, ExecutionStore } from '../../../gateways/workflow/executions.ts';

/** Executions in memory; hand the same one to a second workflow to play a restart. */
export class MemoryExecutions implements ExecutionStore {
  readonly all = new Map<string, { execution: Execution; end: ExecutionEnd | null }>();

  async add(execution: Execution): Promise<'added' | 'exists'> {
    if (this.all.has(execution.name)) return 'exists';
    this.all.set(execution.name, { execution, end: null });
    return 'added';
  }

  async close(name: string, end: ExecutionEnd): Promise<void> {
    const known = this.all.get(name);
    if (known !== undefined) known.end = end;
  }

  async open(): Promise<readonly Execution[]> {
    return [...this.all.values()].filter((each) => each.end === null).map((each) => each.execution);
  }
}
