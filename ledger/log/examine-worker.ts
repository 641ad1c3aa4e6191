import { parentPort } from 'node:worker_threads';
import { examineBundle } from './examine.ts';
import type { ExamineAnswer, ExamineTask } from './examiners.ts';

parentPort?.on('message', ({ id, bytes, width }: ExamineTask) => {
  const answer: ExamineAnswer = { id, bundle: examineBundle(bytes, width) };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer);
});
