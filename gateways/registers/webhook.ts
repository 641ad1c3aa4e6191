import { z } from 'zod';

/** Header that brings back the one-time token of a request. */
export const tokenHeader = 'X-Kyc-Callback-Token';

/** Apify's webhook body (docs.apify.com, integrations, webhooks). A hint only: nothing in it is believed but the ids. */
export const RegisterWebhook = z.looseObject({
  userId: z.string().max(100),
  createdAt: z.iso.datetime(),
  eventType: z.enum(['ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.FAILED', 'ACTOR.RUN.TIMED_OUT', 'ACTOR.RUN.ABORTED', 'ACTOR.RUN.RESURRECTED']),
  eventData: z.looseObject({
    actorId: z.string().max(100),
    actorTaskId: z.string().max(100).nullish(),
    actorRunId: z.string().min(1).max(100),
  }),
  resource: z.looseObject({ id: z.string().min(1).max(100) }),
});
export type RegisterWebhook = z.infer<typeof RegisterWebhook>;

/** The run's events that end it; each is announced. */
export const announcedEvents = ['ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.FAILED', 'ACTOR.RUN.TIMED_OUT', 'ACTOR.RUN.ABORTED'] as const;
