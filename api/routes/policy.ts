import { createRoute, z } from '@hono/zod-openapi';
import { stream as streamed } from 'hono/streaming';
import { newestPolicy, policies, policyOf } from '../../aggregates/policy/policies.ts';
import { PolicySettings } from '../../events/signals.ts';
import { Decision, ReviewOutcome } from '../../events/vocabulary.ts';
import { guarded, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { BacktestWatch } from '../../handlers/backtest-policy.ts';
import type { Transparency } from '../deps.ts';
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

const Tried = z.strictObject({ version: z.string().max(40).openapi({ description: 'One that GET /policy lists.' }), settings: PolicySettings });

const Backtested = z
  .object({
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
  })
  .openapi('Backtested');
type Backtested = z.infer<typeof Backtested>;

const tried = { ...guarded({ permission: 'policy.try' }), request: { body: jsonBody(Tried) } };

const backtest = createRoute({
  method: 'post',
  path: `${prefix}/policy/backtest`,
  summary: 'Try a policy on every decision of the past. Nothing is changed, nothing personal is read.',
  ...tried,
  responses: { 200: json('What would have come out otherwise.', Backtested), ...refusals },
});

const followed = createRoute({
  method: 'post',
  path: `${prefix}/policy/backtest/lines`,
  summary: 'The same for who waits, as JSON lines: {events, of} as it goes on, then {result} or {error}. It ends when its caller leaves.',
  ...tried,
  responses: { 200: { description: 'JSON lines.', content: { 'application/x-ndjson': {} } }, ...refusals },
});

/** A line more often would only be work. */
const lineEveryMs = 200;

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

  async function run({ version, settings }: z.infer<typeof Tried>, watch: BacktestWatch = {}): Promise<Backtested> {
    const began = deps.clock().getTime();
    const { changed, decisions, otherReasons, outcomes, reasons } = await deps.policyLab.backtest(policyOf(version, settings), watch);
    return {
      decisions,
      changedCount: changed.length,
      changed: changed.slice(0, listed).map(({ stream, gained, lost, ...each }) => ({ id: stream.replace(/^applicant-/, ''), ...each, gained: [...gained], lost: [...lost] })),
      otherReasons,
      outcomes: [...outcomes],
      reasons: [...reasons],
      milliseconds: deps.clock().getTime() - began,
    };
  }

  app.openapi(backtest, async (c) => c.json(await run(known(c.req.valid('json'))), 200));

  serveRaw(app, followed, async (c) => {
    const body = Tried.safeParse(await c.req.json().catch(() => null));
    if (!body.success) throw new Problem(422, 'BODY_INVALID', 'Say which version, with which settings.');
    const wanted = known(body.data);
    const of = await sizeOfLog(deps.transparency);
    c.header('content-type', 'application/x-ndjson');
    return streamed(c, async (out) => {
      const ended = new AbortController();
      out.onAbort(() => ended.abort());
      let told = 0;
      const line = (value: object): Promise<unknown> => out.write(`${JSON.stringify(value)}\n`);
      const onProgress = (events: number): void => {
        const now = performance.now();
        if (now - told < lineEveryMs) return;
        told = now;
        void line({ events, of });
      };
      try {
        await line({ result: await run(wanted, { onProgress, signal: ended.signal }) });
      } catch (error) {
        if (ended.signal.aborted) return;
        deps.log.error('a backtest failed', { correlationId: c.get('correlationId'), error: error instanceof Error ? error.name : 'unknown' });
        await line({ error: { code: 'BACKTEST_FAILED', correlationId: c.get('correlationId') } });
      }
    });
  });
}

function known(wanted: z.infer<typeof Tried>): z.infer<typeof Tried> {
  if (!Object.hasOwn(policies, wanted.version)) throw new Problem(422, 'UNKNOWN_POLICY', `There is no policy ${wanted.version}.`);
  return wanted;
}

/** How many events there are, as nearly as a bar that fills needs it; null while the log has no checkpoint. */
async function sizeOfLog(transparency: Transparency): Promise<number | null> {
  const { status, body } = await transparency.file('checkpoint');
  const size = Number(new TextDecoder().decode(body).split('\n')[1]);
  return status === 200 && Number.isSafeInteger(size) && size > 0 ? size : null;
}
