import { z } from 'zod';
import type { ApplicantCommand } from '../aggregates/applicant/commands.ts';
import { Actor } from '../events/envelope.ts';
import { Code, ReviewOutcome, StreamRef } from '../events/vocabulary.ts';
import type { Deps } from './deps.ts';
import { execute, type Executed, type Refused } from './execute.ts';
import { publishResult } from './publish.ts';
import type { Answer } from './record-consent.ts';

const OnCase = z.object({ stream: StreamRef, actor: Actor, correlationId: z.string().min(1).max(100) });
type OnCase = z.infer<typeof OnCase>;

const Text = z.string().max(4000);
const Judgement = OnCase.extend({
  /** Stable code of the reviewer's reason. */
  reason: Code,
  note: Text,
  /** Last version of the stream the person had on the screen. */
  seenVersion: z.int().positive(),
});
const Review = Judgement.extend({ outcome: ReviewOutcome });
const Second = Judgement.extend({ approve: z.boolean() });
const Note = OnCase.extend({ note: Text });
const Appeal = OnCase.extend({ statement: Text });

export type Reviewed<Outcome extends string> = { readonly kind: 'done'; readonly version: number; readonly outcome: Outcome } | Refused;

/** A reviewer takes the case. */
export async function claimReview(deps: Deps, input: OnCase): Promise<Answer> {
  const on = OnCase.parse(input);
  return answer(await record(deps, on, { command: 'claim', by: on.actor }));
}

/** A reviewer gives the case back to the queue. */
export async function releaseReview(deps: Deps, input: OnCase): Promise<Answer> {
  const on = OnCase.parse(input);
  return answer(await record(deps, on, { command: 'release', by: on.actor }));
}

/** A note on the case, kept sealed. */
export async function noteReview(deps: Deps, input: z.infer<typeof Note>): Promise<Answer> {
  const { note, ...on } = Note.parse(input);
  return answer(await record(deps, on, { command: 'note', by: on.actor, note }));
}

/** One person's outcome: in force at once and published, or proposed where a second person is needed. */
export async function reviewCase(deps: Deps, input: z.infer<typeof Review>): Promise<Reviewed<'decided' | 'proposed'>> {
  const { outcome, reason, note, seenVersion, ...on } = Review.parse(input);
  const done = await record(deps, on, { command: 'review', by: on.actor, outcome, reason, note, seenVersion });
  if (done.kind === 'refused') return done;
  await publishOutcome(deps, done);
  return { kind: 'done', version: done.version, outcome: done.state.review.proposal === null ? 'decided' : 'proposed' };
}

/** The second person's answer to an open proposal. */
export async function secondReview(deps: Deps, input: z.infer<typeof Second>): Promise<Reviewed<'decided' | 'declined'>> {
  const { approve, reason, note, seenVersion, ...on } = Second.parse(input);
  const done = await record(deps, on, { command: 'second', by: on.actor, approve, reason, note, seenVersion });
  if (done.kind === 'refused') return done;
  await publishOutcome(deps, done);
  return { kind: 'done', version: done.version, outcome: approve ? 'decided' : 'declined' };
}

/** The applicant contests the decision in force: a person decides anew. */
export async function lodgeAppeal(deps: Deps, input: z.infer<typeof Appeal>): Promise<Answer> {
  const { statement, ...on } = Appeal.parse(input);
  return answer(await record(deps, on, { command: 'appeal', statement }));
}

function record(deps: Deps, on: OnCase, command: ApplicantCommand): Promise<Executed> {
  return execute(deps, on.stream, command, { actor: on.actor, correlationId: on.correlationId });
}

function answer(done: Executed): Answer {
  return done.kind === 'refused' ? done : { kind: 'done', version: done.version };
}

/** The person's outcome is recorded whatever happens to its announcement: the sweeper makes up for one that failed. */
async function publishOutcome(deps: Deps, done: Extract<Executed, { kind: 'done' }>): Promise<void> {
  const { stream, inForce } = done.state;
  if (inForce === null || inForce.by.kind !== 'person') return;
  try {
    await publishResult(deps, { stream, decisionVersion: inForce.version });
  } catch (error) {
    deps.log.warn('a result could not be published yet', { stream, error: error instanceof Error ? error.name : 'Error' });
  }
}
