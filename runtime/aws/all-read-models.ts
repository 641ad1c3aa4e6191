import { createReviewFeedbackStore } from '../../gateways/records/dynamodb.ts';
import { accessLog } from '../../projectors/access-log/projection.ts';
import { auditTrail } from '../../projectors/audit-trail/projection.ts';
import { createProjector, type Projector } from '../../projectors/engine/projector.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { reviewFeedback } from '../../projectors/review-feedback/projection.ts';
import { openAudit } from './parts/audit.ts';
import type { Core } from './parts/core.ts';
import { projectorDeps } from './read-models.ts';

/** Every read model's projector, for what concerns all of them: erasure and retries. */
export async function openProjectors(core: Core): Promise<readonly Projector[]> {
  const deps = await projectorDeps(core);
  const feedback = createReviewFeedbackStore({ client: core.client, table: core.tables['review-feedback'] });
  return [
    createProjector(relational, deps),
    createProjector(auditTrail(await openAudit(core)), deps),
    createProjector(reviewFeedback(feedback), deps),
    createProjector(accessLog, deps),
  ];
}
