import { handle } from 'hono/aws-lambda';
import { openApi } from '../../runtime/aws/api.ts';
import { StageFailed } from '../../runtime/aws/invoke.ts';
import { once } from '../../runtime/aws/once.ts';
import { openCore } from '../../runtime/aws/parts/core.ts';
import { inSpan } from '../../runtime/aws/tracing.ts';
import { errorFields } from '../../runtime/log.ts';

const core = openCore();
const open = once(async () => handle(await openApi(core)));

type Handle = Awaited<ReturnType<typeof open>>;

/** The applicant a request is about, for its trace. */
const APPLICANT = /\/applicants\/([0-9a-f]{8}-[0-9a-f-]{27})(?:\/|$)/;

export const handler: Handle = async (event, context) => {
  const answer = await open().catch((error: unknown) => {
    core.log.error('the API could not start', errorFields(error));
    throw new StageFailed(error);
  });
  const path = 'rawPath' in event ? event.rawPath : '';
  const id = APPLICANT.exec(path)?.[1];
  return inSpan('api', id === undefined ? {} : { stream: `applicant-${id}` }, () => answer(event, context));
};
