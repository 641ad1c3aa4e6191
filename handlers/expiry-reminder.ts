import { z } from 'zod';
import { documentInUse } from '../aggregates/applicant/queries.ts';
import type { Applicant } from '../aggregates/applicant/state.ts';
import { CalendarDate } from '../events/vocabulary.ts';
import { announcement } from '../gateways/messenger/notifications.ts';
import { causedBy, loadCase, type Case } from './case.ts';
import type { Deps } from './deps.ts';
import { execute } from './execute.ts';

/** Days before the last day of validity on which the applicant is reminded, latest first. */
export const reminderDays = [7, 30, 90] as const;

export interface RemindExpiring {
  /** Calendar date, YYYY-MM-DD. */
  readonly today: string;
  /** Streams worth looking at; others are harmless, and a stream that is missing is not reminded. */
  readonly streams: AsyncIterable<string> | Iterable<string>;
}

export interface Reminded {
  readonly looked: number;
  readonly reminded: number;
  readonly expired: number;
  /** Applicants who could not be dealt with this time; the next run tries again. */
  readonly failed: number;
}

/** The weekly run: tells applicants that their document expires within 90, 30 or 7 days, once each, and marks what has expired. */
export async function remindExpiring(deps: Deps, { today, streams }: RemindExpiring): Promise<Reminded> {
  const date = CalendarDate.parse(today);
  const count = { looked: 0, reminded: 0, expired: 0, failed: 0 };
  for await (const stream of streams) {
    count.looked += 1;
    try {
      const loaded = await loadCase(deps, stream);
      if (loaded === null || loaded.state.erasure.kind !== 'none') continue;
      count.expired += await markExpired(deps, loaded, date);
      if (await remind(deps, loaded, date)) count.reminded += 1;
    } catch (error) {
      count.failed += 1;
      deps.log.warn('a reminder could not be sent', { stream, error: error instanceof Error ? error.name : 'Error' });
    }
  }
  return count;
}

async function markExpired(deps: Deps, loaded: Case, today: string): Promise<number> {
  const by = causedBy(loaded, loaded.state.version, 'expiry-reminder');
  const done = await execute(deps, loaded.state.stream, { command: 'expire-documents', today }, by, { loaded });
  return done.kind === 'done' ? done.events.length : 0;
}

async function remind(deps: Deps, loaded: Case, today: string): Promise<boolean> {
  const { state } = loaded;
  const due = dueReminder(state, today);
  if (due === null || state.personal === null) return false;
  const { documentVersion, documentType, thresholdDays, days, expiryDate } = due;
  const key = `${state.stream}:${documentVersion}:expires-${thresholdDays}`;
  // Keyed by document and threshold: a crash between sending and recording sends nothing twice.
  const messageId = await deps.messenger.email({
    to: state.personal.email, template: 'document_expiring', dedupeKey: key,
    values: { number: String(state.number), days: String(days), expires: expiryDate, document: documentType },
  });
  await deps.messenger.topic(announcement('kyc.document.expiring', {
    key, subject: state.stream, time: deps.clock().toISOString(),
    data: { applicant: state.stream, number: state.number, documentVersion, thresholdDays },
  }));
  const done = await execute(deps, state.stream, {
    command: 'record-reminder',
    event: { type: 'ExpiryReminderSent', data: { documentVersion, thresholdDays, messageId }, personal: null },
  }, causedBy(loaded, documentVersion, 'expiry-reminder'));
  return done.kind === 'done' && done.events.length > 0;
}

const DayCount = z.int().nonnegative();

/** The nearest threshold that the document in use has come under and of which its owner was not told. */
function dueReminder(state: Applicant, today: string) {
  const document = documentInUse(state);
  const expiryDate = document?.scan.kind === 'scanned' ? document.scan.fields?.expiryDate ?? null : null;
  if (document === null || expiryDate === null || state.retention.ended !== null) return null;
  const days = DayCount.safeParse((Date.parse(expiryDate) - Date.parse(today)) / 86_400_000);
  if (!days.success) return null;
  const thresholdDays = reminderDays.find((threshold) => days.data <= threshold);
  if (thresholdDays === undefined || document.reminders.includes(thresholdDays)) return null;
  return { documentVersion: document.version, documentType: document.documentType, thresholdDays, days: days.data, expiryDate };
}
