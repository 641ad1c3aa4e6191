import { z } from 'zod';
import { StreamRef } from '../../events/vocabulary.ts';
import { announcement } from '../../gateways/messenger/notifications.ts';
import type { Deps, Log } from '../../handlers/deps.ts';
import { DocScan, docScan } from '../../handlers/doc-scan.ts';
import { StartKyc, startKyc } from '../../handlers/start-kyc.ts';
import { errorFields } from '../log.ts';
import type { Gateways } from './gateways.ts';

/** What a projector needs of a bus event: which stream has come how far. */
const Notice = z.object({
  'detail-type': z.string(),
  detail: z.object({ metadata: z.object({ stream: StreamRef, version: z.int().positive(), recordedAt: z.string() }) }),
});

class ProjectionBehind extends Error {
  override readonly name = 'ProjectionBehind';
  readonly code: string;
  constructor(code: string) {
    super('A read model could not apply an event');
    this.code = code;
  }
}

/** Works on every queue until stopped. */
export function startConsumers(deps: Deps, gateways: Gateways, log: Log): { stop(): Promise<void> } {
  const end = new AbortController();
  const { signal } = end;
  const running = [
    gateways.scanJobs.consume(
      async ({ body, attempt }) => {
        await docScan(deps, { ...DocScan.parse(body), lastAttempt: attempt >= gateways.scanAttempts });
      },
      { concurrency: 2, signal },
    ),
    gateways.kycJobs.consume(
      async ({ body }) => {
        await startKyc(deps, StartKyc.parse(body));
      },
      { concurrency: 4, signal },
    ),
    gateways.webhooks.deliver({ concurrency: 4, signal }),
    ...gateways.projections.map(({ model, queue }) =>
      queue.consume(
        async ({ body }) => {
          const { 'detail-type': type, detail: { metadata: { stream, version, recordedAt } } } = Notice.parse(body);
          const { failed } = await model.projector.deliver([{ stream, version }]);
          const [first] = failed;
          if (first !== undefined) throw new ProjectionBehind(first.code);
          // Only now do the queue's tables show it, so a console that asks again sees what it was told of.
          if (model.name === 'relational') {
            gateways.live.publish(announcement('kyc.case.changed', { key: `${stream}:${version}:changed`, subject: stream, time: recordedAt, data: { version, type } }));
          }
        },
        { concurrency: 4, signal },
      ),
    ),
  ].map((each) => each.catch((error: unknown) => log.error('a consumer ended', errorFields(error))));
  return {
    stop: async () => {
      end.abort();
      await Promise.all(running);
    },
  };
}
