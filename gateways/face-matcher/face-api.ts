import { Worker } from 'node:worker_threads';
import { ServiceUnavailable } from '../errors.ts';
import { similarityOf } from './calibration.ts';
import type { FaceMatcher } from './port.ts';
import { ThreadAnswer } from './thread-messages.ts';
import type { ThreadRequest } from './thread-messages.ts';

export interface FaceApiOptions {
  /** Names a comparison in the record. */
  readonly newJobId: () => string;
  /** How long one comparison may take before its thread is given up. Default 60,000. */
  readonly timeoutMs?: number;
}

export interface FaceApiMatcher extends FaceMatcher {
  /** Loads the models ahead of the first comparison. */
  warmUp(): Promise<void>;
  /** Ends the thread; comparisons under way throw ServiceUnavailable. A later comparison starts another. */
  close(): Promise<void>;
}

type Outcome = ThreadAnswer['outcome'];
type Ask = { readonly kind: 'warm' } | { readonly kind: 'compare'; readonly document: Uint8Array; readonly selfie: Uint8Array };

interface Waiting {
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/**
 * Face comparison by @vladmandic/face-api, whose models come with its package. Inference runs in a thread of its
 * own, started with the first comparison, so the platform's event loop stays free.
 */
export function createFaceApiMatcher(options: FaceApiOptions): FaceApiMatcher {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let asked = 0;

  const giveUp = (gone: Worker, cause: unknown): void => {
    if (thread !== gone) return;
    thread = null;
    const error = new ServiceUnavailable(NAME, { cause });
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
    void gone.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./face-thread.ts', import.meta.url), { execArgv: [] });
    started.on('message', (message: unknown) => {
      const answer = ThreadAnswer.parse(message);
      waiting.get(answer.id)?.resolve(answer.outcome);
    });
    started.on('error', (error) => giveUp(started, error));
    started.on('exit', () => giveUp(started, undefined));
    return started;
  };

  const ask = async (what: Ask): Promise<Outcome> => {
    const used = (thread ??= start());
    const id = (asked += 1);
    used.ref();
    const timer = setTimeout(() => giveUp(used, new Error('timed out')), timeoutMs * (waiting.size + 1));
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        used.postMessage({ ...what, id } satisfies ThreadRequest, []);
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
      // An idle thread must not keep a process alive that has nothing else to do.
      if (waiting.size === 0) used.unref();
    }
  };

  return {
    name: NAME,
    async compare(document, selfie) {
      const outcome = await ask({ kind: 'compare', document, selfie });
      if (outcome.kind === 'failed') return outcome;
      if (outcome.kind !== 'compared') throw new ServiceUnavailable(NAME, { cause: outcome });
      return {
        kind: 'compared',
        similarity: similarityOf(outcome.distance),
        raw: { measure: 'euclidean_distance', value: outcome.distance },
        jobId: options.newJobId(),
      };
    },
    async warmUp() {
      await ask({ kind: 'warm' });
    },
    async close() {
      const ending = thread;
      if (ending === null) return;
      giveUp(ending, new Error('closed'));
      await ending.terminate();
    },
  };
}

const NAME = 'face-api/1.7.15';
