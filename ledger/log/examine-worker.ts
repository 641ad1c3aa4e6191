import { parentPort } from 'node:worker_threads';
import { examineBundle, examineEvidence } from './examine.ts';
import type { ExamineAnswer, ExamineTask } from './examiners.ts';

parentPort?.on('message', (task: ExamineTask) => {
  const answer: ExamineAnswer = task.kind === 'bundle'
    ? { id: task.id, bundle: examineBundle(task.bytes, task.width), sha256: '' }
    : { id: task.id, bundle: null, sha256: examineEvidence(task.bytes) };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer);
});
