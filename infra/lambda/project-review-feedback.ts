import { createReviewFeedbackStore } from '../../gateways/records/dynamodb.ts';
import { reviewFeedback } from '../../projectors/review-feedback/projection.ts';
import { project } from '../../runtime/aws/read-models.ts';

export const handler = project(async ({ client, tables }) => reviewFeedback(createReviewFeedbackStore({ client, table: tables['review-feedback'] })));
