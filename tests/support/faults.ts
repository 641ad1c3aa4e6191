import { setImmediate } from 'node:timers/promises';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { StoreUnavailable } from '../../ledger/errors.ts';
import type { Deps } from '../../handlers/deps.ts';

/** Draws from a list of numbers between 0 and 1, over and over: chance that a test can replay. */
export function chanceFrom(draws: readonly number[]): () => number {
  let i = 0;
  return () => {
    i += 1;
    return draws[i % draws.length] ?? 0.5;
  };
}

/**
 * The same dependencies, seen through a bad network: calls take their time, fail before they are made, or are made and
 * their answer is lost. `rate` is the share of calls that fail, half of them each way.
 */
export function flaky(deps: Deps, rate: number, chance: () => number): Deps {
  const wrap = <T extends object>(service: string, target: T, methods: readonly (keyof T & string)[]): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name, object);
        if (typeof value !== 'function' || !methods.some((method) => method === name)) return value;
        return async (...given: unknown[]) => {
          for (let turns = Math.floor(chance() * 4); turns > 0; turns -= 1) await setImmediate();
          const fate = chance();
          if (fate < rate / 2) throw outageOf(service);
          const answer: unknown = await Reflect.apply(value, object, given);
          if (fate < rate) throw outageOf(service);
          return answer;
        };
      },
    });
  return {
    ...deps,
    ledger: wrap('ledger', deps.ledger, ['append', 'load', 'keepEvidence', 'readEvidence']),
    documentReader: wrap('reader', deps.documentReader, ['read']),
    faceMatcher: wrap('matcher', deps.faceMatcher, ['compare']),
    registers: wrap('registers', deps.registers, ['start', 'run', 'answer']),
    messenger: wrap('messenger', deps.messenger, ['email', 'topic', 'webhook', 'console']),
    pendingCallbacks: wrap('records', deps.pendingCallbacks, ['put', 'get', 'due', 'remove']),
    registerCache: wrap('records', deps.registerCache, ['get', 'put']),
    registerHealth: wrap('records', deps.registerHealth, ['note', 'latest']),
    scanJobs: wrap('queue', deps.scanJobs, ['send']),
    kycJobs: wrap('queue', deps.kycJobs, ['send']),
    workflow: wrap('workflow', deps.workflow, ['start', 'succeed']),
  };
}

function outageOf(service: string): Error {
  return service === 'ledger' ? new StoreUnavailable('test') : new ServiceUnavailable(service);
}
