import { z } from 'zod';
import { StreamRef } from '../../events/vocabulary.ts';
import { lambdaMessages, parseBody } from '../../gateways/queue/sqs-message.ts';
import { createProjector, type Projector, type ProjectorDeps } from '../../projectors/engine/projector.ts';
import type { Projection } from '../../projectors/engine/projection.ts';
import { errorFields } from '../log.ts';
import { StageFailed, type BatchAnswer } from './invoke.ts';
import { once } from './once.ts';
import { openCore, type Core } from './parts/core.ts';
import { openPool } from './parts/database.ts';
import { openLedgerParts } from './parts/ledger.ts';
import { inSpans } from './tracing.ts';

export async function projectorDeps(core: Core): Promise<ProjectorDeps> {
  const { ledger, store } = openLedgerParts(core);
  return { pool: await openPool(core), ledger, store, onFailure: (failure) => core.log.error('an event could not be projected', { ...failure }) };
}

/** What a projector needs of a bus event: which stream has come how far. */
const Notice = z.object({
  detail: z.object({ metadata: z.object({ stream: StreamRef, version: z.int().positive(), correlationId: z.string(), causationId: z.string().nullable() }) }),
});

/**
 * A read model's queue. The whole batch is delivered at once, for the engine reads and writes many streams together;
 * only messages of streams that could not go on come back.
 */
export function project<State, Operation>(makeProjection: (core: Core) => Promise<Projection<State, Operation>>): (event: unknown) => Promise<BatchAnswer> {
  const open = once(async (): Promise<{ core: Core; name: string; projector: Projector }> => {
    const core = openCore();
    const projection = await makeProjection(core);
    return { core, name: projection.name, projector: createProjector(projection, await projectorDeps(core)) };
  });
  return async (event) => {
    const messages = lambdaMessages(event).map(({ id, body }) => ({ id, notice: Notice.safeParse(parseBody(body)).data?.detail.metadata }));
    const notices = messages.flatMap(({ notice }) => (notice === undefined ? [] : [notice]));
    try {
      const { core, name, projector } = await open();
      const { failed } = await inSpans(`project-${name}`, notices, () => projector.deliver(notices));
      const behind = new Set(failed.map(({ stream }) => stream));
      const left = messages.filter(({ notice }) => notice === undefined || behind.has(notice.stream));
      if (left.length > 0) core.log.warn('messages could not be projected', { readModel: name, messages: left.length });
      return { batchItemFailures: left.map(({ id }) => ({ itemIdentifier: id })) };
    } catch (error) {
      openCore().log.error('a read model could not be reached', errorFields(error));
      throw new StageFailed(error);
    }
  };
}
