import { z } from 'zod';
import { retentionDueOn, retentionPolicy } from '../aggregates/retention/policies.ts';
import { Actor } from '../events/envelope.ts';
import { CalendarDate, Code, StreamRef } from '../events/vocabulary.ts';
import type { Deps } from './deps.ts';
import { execute, type Executed, type Refused } from './execute.ts';

const On = z.object({ stream: StreamRef, actor: Actor, correlationId: z.string().min(1).max(100) });
const EndRelationship = On.extend({ endedOn: CalendarDate, reason: Code });
const Hold = On.extend({ holdId: z.uuid(), basis: Code, note: z.string().max(4000) });

type RetentionDeps = Pick<Deps, 'ledger' | 'newId' | 'clock'>;
export type RetentionAnswer<Extra = unknown> = ({ readonly kind: 'done'; readonly version: number } & Extra) | Refused;

/** The relationship has ended: from that day the retention period runs. Answers the day on which the data fall due. */
export async function endRelationship(deps: RetentionDeps, input: z.infer<typeof EndRelationship>): Promise<RetentionAnswer<{ readonly dueOn: string }>> {
  const { stream, endedOn, reason, ...by } = EndRelationship.parse(input);
  if (endedOn > deps.clock().toISOString().slice(0, 10)) {
    return { kind: 'refused', code: 'ENDED_IN_FUTURE', message: 'A relationship is ended when it has ended; this day is still to come.' };
  }
  const dueOn = retentionDueOn(retentionPolicy, endedOn);
  const done = await execute(deps, stream, {
    command: 'end-relationship',
    event: { type: 'RelationshipEnded', data: { endedOn, reason, dueOn, retentionPolicy }, personal: null },
  }, by);
  return done.kind === 'done' ? { kind: 'done', version: done.version, dueOn: done.state.retention.ended?.dueOn ?? dueOn } : done;
}

/** A legal hold: nothing of this applicant is erased until it is released. The note is kept sealed. */
export async function holdRecords(deps: RetentionDeps, input: z.infer<typeof Hold>): Promise<RetentionAnswer> {
  const { stream, holdId, basis, note, ...by } = Hold.parse(input);
  return answer(await execute(deps, stream, {
    command: 'hold', event: { type: 'RetentionHeld', data: { holdId, basis }, personal: { note } },
  }, by));
}

export async function releaseHold(deps: RetentionDeps, input: z.infer<typeof Hold>): Promise<RetentionAnswer> {
  const { stream, holdId, basis, note, ...by } = Hold.parse(input);
  return answer(await execute(deps, stream, {
    command: 'release-hold', event: { type: 'RetentionReleased', data: { holdId, basis }, personal: { note } },
  }, by));
}

function answer(done: Executed): RetentionAnswer {
  return done.kind === 'done' ? { kind: 'done', version: done.version } : done;
}
