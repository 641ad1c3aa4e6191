import { Worker } from 'node:worker_threads';
import { type ExaminedBundle, examineBundle, examineEvidence } from './examine.ts';

export type ExamineTask =
  | { readonly id: number; readonly kind: 'bundle'; readonly bytes: Uint8Array; readonly width: number }
  | { readonly id: number; readonly kind: 'evidence'; readonly bytes: Uint8Array };

export interface ExamineAnswer {
  readonly id: number;
  readonly bundle: ExaminedBundle | null;
  readonly sha256: string;
}

/** The heavy part of verification, on as many threads as it is given. */
export interface Examiners {
  bundle(bytes: Uint8Array, width: number): Promise<ExaminedBundle | null>;
  /** SHA-256 in hex. */
  evidence(bytes: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

/** Examines on `threads` threads beside this one; with 0, on this one. */
export function openExaminers(threads: number): Examiners {
  return threads === 0 ? onThisThread : onThreads(threads);
}

const onThisThread: Examiners = {
  bundle: async (bytes, width) => examineBundle(Uint8Array.from(bytes), width),
  evidence: async (bytes) => examineEvidence(bytes),
  close: async () => {},
};

interface Waiting {
  readonly resolve: (answer: ExamineAnswer) => void;
  readonly reject: (error: Error) => void;
}

function onThreads(threads: number): Examiners {
  const waiting = new Map<number, Waiting>();
  const workers = Array.from({ length: threads }, () => new Worker(new URL('examine-worker.ts', import.meta.url)));
  for (const worker of workers) {
    worker.on('message', (answer: ExamineAnswer) => {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    });
    worker.on('error', (error: Error) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
  }
  let next = 0;

  /** The bytes are copied, as the caller's may belong to a pool or to a store in memory, and the copy is handed over. */
  function ask(bytes: Uint8Array, make: (id: number, copy: Uint8Array) => ExamineTask): Promise<ExamineAnswer> {
    const copy = Uint8Array.from(bytes);
    const id = next;
    next += 1;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      workers[id % threads]?.postMessage(make(id, copy), [copy.buffer]);
    });
  }

  return {
    bundle: async (bytes, width) => (await ask(bytes, (id, copy) => ({ id, kind: 'bundle', bytes: copy, width }))).bundle,
    evidence: async (bytes) => (await ask(bytes, (id, copy) => ({ id, kind: 'evidence', bytes: copy }))).sha256,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
