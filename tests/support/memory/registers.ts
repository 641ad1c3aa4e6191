import { mappers } from '../../../gateways/registers/mappers/all.ts';
import { noResultsItem, readOutput } from '../../../gateways/registers/mappers/mapper.ts';
import { RunNotFinished } from '../../../gateways/registers/errors.ts';
import type { RegisterLookup, RegisterRun, Registers } from '../../../gateways/registers/port.ts';
import type { Registrant } from '../../../gateways/registers/registrant.ts';

type Status = RegisterRun['status'];

/** A provider whose runs end when the test says so; `callback` is what it would announce. */
export class MemoryRegisters implements Registers {
  readonly provider = 'memory';
  readonly runs = new Map<string, { lookup: RegisterLookup; status: Status; items: unknown[] | null }>();
  readonly registrants: Registrant[] = [];

  async start(lookup: RegisterLookup) {
    const runId = runIdOf(lookup.requestId);
    if (!this.runs.has(runId)) this.runs.set(runId, { lookup, status: 'RUNNING', items: null });
    return { runId };
  }

  async run(runId: string): Promise<RegisterRun | null> {
    const run = this.runs.get(runId);
    if (run === undefined) return null;
    const finishedAt = run.status === 'RUNNING' ? null : '2026-11-20T10:00:01.000Z';
    return { runId, actor: 'memory/actor', status: run.status, requestId: run.lookup.requestId, finishedAt };
  }

  async answer(runId: string) {
    const run = this.runs.get(runId);
    if (run === undefined || run.status !== 'SUCCEEDED') throw new RunNotFinished(runId);
    const { register, registrationNumber } = run.lookup;
    const registrant = this.registrants.find((each) => each.register === register && each.number === registrationNumber);
    const item = registrant === undefined ? noResultsItem(registrationNumber) : mappers[register].item(registrant);
    return readOutput(mappers[register], new TextEncoder().encode(JSON.stringify(run.items ?? [item])));
  }

  /** Ends a run, with the register's answer or with items given. */
  end(runId: string, status: Status = 'SUCCEEDED', items: unknown[] | null = null): void {
    const run = this.runs.get(runId);
    if (run === undefined) throw new Error('no such run');
    run.status = status;
    run.items = items;
  }

  /** The callback of a run: request id, token and Apify's payload. */
  callback(runId: string, changes: { token?: string; runId?: string } = {}) {
    const run = this.runs.get(runId);
    if (run === undefined) throw new Error('no such run');
    const announced = changes.runId ?? runId;
    return {
      requestId: run.lookup.requestId,
      token: changes.token ?? run.lookup.callbackToken,
      payload: {
        userId: 'memory', createdAt: '2026-11-20T10:00:02.000Z', eventType: 'ACTOR.RUN.SUCCEEDED',
        eventData: { actorId: 'memory/actor', actorTaskId: null, actorRunId: announced }, resource: { id: announced },
      },
    };
  }
}

function runIdOf(requestId: string): string {
  return `run${requestId.replaceAll('-', '')}`;
}
