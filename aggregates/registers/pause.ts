import type { RegisterOutcome } from '../../events/vocabulary.ts';

/** This many unreadable answers in a row mean that the register, or its scraper, has changed. */
export const unreadableBeforePause = 3;

/** Should a register no longer be asked until somebody has looked? `outcomes`: its latest answers, oldest first. */
export function isPaused(outcomes: readonly RegisterOutcome[]): boolean {
  return outcomes.length >= unreadableBeforePause
    && outcomes.slice(-unreadableBeforePause).every((outcome) => outcome === 'unreadable');
}
