import type { Deps, HandlerSettings } from '../../handlers/deps.ts';

/** A handler reached for a part that its function was not given: a mistake in its entry, not a passing fault. */
export class PartNotWired extends Error {
  override readonly name = 'PartNotWired';
  readonly code = 'PART_NOT_WIRED';
  constructor(part: string) {
    super(`This function was not given ${part}`);
  }
}

function wired<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new PartNotWired(name);
  return part;
}

type Parts = Partial<Omit<Deps, 'settings'>> & { readonly settings?: Partial<HandlerSettings> };

/** Handlers' dependencies of which a function has but those that its stage needs: what it lacks, its bundle and its role lack too. */
export function lambdaDeps(parts: Parts): Deps {
  const { settings = {} } = parts;
  return {
    get ledger() { return wired(parts.ledger, 'the ledger'); },
    get store() { return wired(parts.store, 'the event store'); },
    get prepareImage() { return wired(parts.prepareImage, 'the image check'); },
    get documentReader() { return wired(parts.documentReader, 'a document reader'); },
    get faceMatcher() { return wired(parts.faceMatcher, 'a face matcher'); },
    get registers() { return wired(parts.registers, 'the registers'); },
    get pendingCallbacks() { return wired(parts.pendingCallbacks, 'the pending callbacks'); },
    get registerCache() { return wired(parts.registerCache, 'the register cache'); },
    get registerHealth() { return wired(parts.registerHealth, 'the registers\' health'); },
    get workflow() { return wired(parts.workflow, 'the workflow'); },
    get scanJobs() { return wired(parts.scanJobs, 'the queue of scans'); },
    get kycJobs() { return wired(parts.kycJobs, 'the queue of jobs'); },
    get bus() { return wired(parts.bus, 'the bus'); },
    get messenger() { return wired(parts.messenger, 'the messenger'); },
    get numbers() { return wired(parts.numbers, 'the applicants\' numbers'); },
    get policy() { return wired(parts.policy, 'a policy'); },
    get clock() { return wired(parts.clock, 'a clock'); },
    get newId() { return wired(parts.newId, 'ids'); },
    get random() { return wired(parts.random, 'randomness'); },
    get log() { return wired(parts.log, 'a log'); },
    settings: {
      get callbackBaseUrl() { return wired(settings.callbackBaseUrl, 'the address of callbacks'); },
      get registerDeadlineMs() { return wired(settings.registerDeadlineMs, 'the registers\' deadline'); },
      get registerCacheMs() { return wired(settings.registerCacheMs, 'the register cache\'s age'); },
      get reviewerAddress() { return wired(settings.reviewerAddress, 'the reviewers\' address'); },
      get limits() { return wired(settings.limits, 'the limits of uploads'); },
    },
  };
}
