import { accessLog } from '../../projectors/access-log/projection.ts';
import { project } from '../../runtime/aws/read-models.ts';

export const handler = project(async () => accessLog);
