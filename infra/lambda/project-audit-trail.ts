import { auditTrail } from '../../projectors/audit-trail/projection.ts';
import { openAudit } from '../../runtime/aws/parts/audit.ts';
import { project } from '../../runtime/aws/read-models.ts';

export const handler = project(async (core) => auditTrail(await openAudit(core)));
