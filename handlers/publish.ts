import { z } from 'zod';
import type { Applicant, DecisionRecord } from '../aggregates/applicant/state.ts';
import type { EventOfType } from '../events/catalogue.ts';
import { StreamRef } from '../events/vocabulary.ts';
import { announcement } from '../gateways/messenger/notifications.ts';
import type { Email, Notification } from '../gateways/messenger/port.ts';
import { causedBy, loadCase } from './case.ts';
import type { Deps } from './deps.ts';
import { StepRefused } from './errors.ts';
import { execute } from './execute.ts';

export const Publish = z.object({
  stream: StreamRef,
  /** Version of the DecisionMade or ReviewOverridden event; 0 is nothing to publish. */
  decisionVersion: z.int().nonnegative(),
});

export type Published = Readonly<Record<'result', 'published' | 'repeated' | 'superseded' | 'closed'>>;

type Sent = EventOfType<'ResultPublished'>['data']['channels'][number];

/**
 * Tells the topic, the webhooks, the right people by e-mail and the consoles, then records that it did. All keys derive
 * from the decision, so a repetition sends nothing twice. A decision that another has replaced is not announced any more.
 */
export async function publishResult(deps: Deps, input: z.infer<typeof Publish>): Promise<Published> {
  const { stream, decisionVersion } = Publish.parse(input);
  const loaded = await loadCase(deps, stream);
  if (loaded === null || decisionVersion === 0 || loaded.state.erasure.kind !== 'none') return { result: 'closed' };
  const { state } = loaded;
  const decision = state.decisions.find((each) => each.version === decisionVersion);
  if (decision === undefined) throw new StepRefused('UNKNOWN_DECISION', 'There is no decision at this version.');
  if (state.published.includes(decisionVersion)) return { result: 'repeated' };
  if (state.inForce?.version !== decisionVersion) return { result: 'superseded' };
  const channels = await announce(deps, state, decision);
  const done = await execute(deps, stream, {
    command: 'record-publication',
    event: { type: 'ResultPublished', data: { decisionVersion, channels }, personal: null },
  }, causedBy(loaded, decisionVersion, 'publish'), { loaded });
  if (done.kind === 'refused' && !done.code.startsWith('ERAS')) throw new StepRefused(done.code, done.message);
  return { result: 'published' };
}

async function announce(deps: Deps, state: Applicant, decision: DecisionRecord): Promise<Sent[]> {
  const notification = notificationOf(state, decision);
  const email = emailOf(deps, state, decision);
  const [topic, webhook, mailed, shown] = await Promise.all([
    deps.messenger.topic(notification),
    deps.messenger.webhook(notification),
    email === null ? null : deps.messenger.email(email),
    deps.messenger.console(notification),
  ]);
  const channels = { topic, webhook, email: mailed, console: shown };
  return (['topic', 'webhook', 'email', 'console'] as const).flatMap((channel) => {
    const messageId = channels[channel];
    return messageId === null ? [] : [{ channel, messageId }];
  });
}

/** Nothing personal: who needs more reads the record, with the permission to. */
function notificationOf(state: Applicant, decision: DecisionRecord): Notification {
  return announcement('kyc.result', {
    key: `${state.stream}:${decision.version}`,
    subject: state.stream,
    time: decision.at,
    data: {
      applicant: state.stream,
      number: state.number,
      registerType: state.registerType,
      decision: decision.decision,
      decisionVersion: decision.version,
      by: decision.by.kind,
      reasons: [...decision.reasons],
      notes: [...decision.notes],
    },
  });
}

const templates = { PASS: 'decision_pass', FAIL: 'decision_fail' } as const;

/** The applicant learns an outcome; of a case that a person has to look at, the reviewers do. */
function emailOf(deps: Deps, state: Applicant, decision: DecisionRecord): Email | null {
  const dedupeKey = `${state.stream}:${decision.version}:email`;
  const values = { number: String(state.number), register: state.registerType };
  if (decision.decision === 'MANUAL_REVIEW') {
    return {
      to: deps.settings.reviewerAddress, template: 'review_needed', dedupeKey,
      values: { ...values, case: state.stream, reasons: decision.reasons.join(', ') },
    };
  }
  if (state.personal === null) return null;
  return { to: state.personal.email, template: templates[decision.decision], values, dedupeKey };
}
