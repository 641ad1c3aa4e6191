import { relational } from '../../projectors/relational/projection.ts';
import { project } from '../../runtime/aws/read-models.ts';

export const handler = project(async () => relational);
