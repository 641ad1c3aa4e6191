import { Worker } from 'node:worker_threads';
import { type ExaminedBundle, examineBundle } from './examine.ts';

export interface ExamineTask {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly width: number;
}

export interface ExamineAnswer {
  readonly id: number;
  readonly bundle: ExaminedBundle | null;
}

/** Examines bundles, on as many threads as it is given. */
export interface Examiners {
  /** null when the bytes are not a bundle of `width` entries. */
  examine(bytes: Uint8Array, width: number): Promise<ExaminedBundle | null>;
  close(): Promise<void>;
}

/** Examines on `threads` threads beside this one; with 0, on this one. */
export function openExaminers(threads: number): Examiners {
  return threads === 0 ? onThisThread : onThreads(threads);
}

const onThisThread: Examiners = {
  examine: async (bytes, width) => examineBundle(new Uint8Array(bytes), width),
  close: async () => {},
};

interface Waiting {
  readonly resolve: (bundle: ExaminedBundle | null) => void;
  readonly reject: (error: Error) => void;
}

function onThreads(threads: number): Examiners {
  const waiting = new Map<number, Waiting>();
  const workers = Array.from({ length: threads }, () => new Worker(new URL('examine-worker.ts', import.meta.url)));
  for (const worker of workers) {
    worker.on('message', ({ id, bundle }: ExamineAnswer) => {
      waiting.get(id)?.resolve(bundle);
      waiting.delete(id);
    });
    worker.on('error', (error: Error) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
  }
  let next = 0;

  return {
    examine(bytes, width) {
      // Examining spoils the bytes, and the caller's may belong to a pool: a copy is made and handed over.
      const copy = new Uint8Array(bytes);
      const task: ExamineTask = { id: next, bytes: copy, width };
      next += 1;
      return new Promise((resolve, reject) => {
        waiting.set(task.id, { resolve, reject });
        workers[task.id % threads]?.postMessage(task, [copy.buffer]);
      });
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
