import { createRoute, z } from '@hono/zod-openapi';
import { newestPolicy, policies, policyOf } from '../../aggregates/policy/policies.ts';
import { PolicySettings } from '../../events/signals.ts';
import { Decision, ReviewOutcome } from '../../events/vocabulary.ts';
import { guarded, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import type { RouteContext } from './context.ts';

/** More than this many changed cases are counted, not listed. */
const listed = 5_000;

const Policy = z.object({
  version: z.string(),
  newest: z.boolean(),
  rules: z.array(z.object({ rule: z.string(), threshold: z.unknown() })),
});

const inUse = createRoute({
  method: 'get',
  path: `${prefix}/policy`,
  summary: 'The policy in use with its settings, and every version that ever was.',
  ...guarded({ permission: 'policy.try' }),
  responses: { 200: json('The policies.', z.object({ version: z.string(), settings: PolicySettings, versions: z.array(Policy) })), ...refusals },
});

const backtest = createRoute({
  method: 'post',
  path: `${prefix}/policy/backtest`,
  summary: 'Try a policy on every decision of the past. Nothing is changed, nothing personal is read.',
  ...guarded({ permission: 'policy.try' }),
  request: { body: jsonBody(z.strictObject({ version: z.string().max(40).openapi({ description: 'One that GET /policy lists.' }), settings: PolicySettings })) },
  responses: {
    200: json('What would have come out otherwise.', z.object({
      decisions: z.int(),
      changedCount: z.int(),
      /** The first of them, in the order in which they were decided. */
      changed: z.array(z.object({
        id: z.string(), version: z.int(), recordedAt: z.string(), policyVersion: z.string(), was: Decision, becomes: Decision,
        gained: z.array(z.string()), lost: z.array(z.string()),
        /** What a person decided after the machine. */
        person: ReviewOutcome.nullable(),
      })),
      otherReasons: z.int(),
      outcomes: z.array(z.object({ was: Decision, becomes: Decision, count: z.int() })),
      reasons: z.array(z.object({ reason: z.string(), was: z.int(), becomes: z.int() })),
      milliseconds: z.int(),
    })),
    ...refusals,
  },
});

export function policyRoutes({ app, deps }: RouteContext): void {
  app.openapi(inUse, (c) => {
    const { version, settings } = deps.policyLab.inUse;
    const versions = Object.keys(policies).map((each) => ({
      version: each,
      newest: each === newestPolicy,
      rules: policyOf(each, settings).rules.map((rule) => ({ rule: rule.rule, threshold: rule.threshold(settings) })),
    }));
    return c.json({ version, settings, versions }, 200);
  });

  app.openapi(backtest, async (c) => {
    const { version, settings } = c.req.valid('json');
    if (!Object.hasOwn(policies, version)) throw new Problem(422, 'UNKNOWN_POLICY', `There is no policy ${version}.`);
    const began = deps.clock().getTime();
    const { changed, decisions, otherReasons, outcomes, reasons } = await deps.policyLab.backtest(policyOf(version, settings));
    return c.json({
      decisions,
      changedCount: changed.length,
      changed: changed.slice(0, listed).map(({ stream, gained, lost, ...each }) => ({ id: stream.replace(/^applicant-/, ''), ...each, gained: [...gained], lost: [...lost] })),
      otherReasons,
      outcomes: [...outcomes],
      reasons: [...reasons],
      milliseconds: deps.clock().getTime() - began,
    }, 200);
  });
}
