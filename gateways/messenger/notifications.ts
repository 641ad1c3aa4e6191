import { z } from 'zod';
import { Code, Decision, RegisterType, StreamRef } from '../../events/vocabulary.ts';
import type { Notification } from './port.ts';

/**
 * What is announced to topic, webhooks and consoles, by type: the shape of `data`. Strict, because it leaves the
 * platform in the clear: a field that is not listed here, somebody's name for one, cannot be announced.
 */
export const notificationData = {
  'kyc.result': z.strictObject({
    applicant: StreamRef,
    number: z.int().positive(),
    registerType: RegisterType,
    decision: Decision,
    /** Version of the DecisionMade or ReviewOverridden event. */
    decisionVersion: z.int().positive(),
    by: z.enum(['policy', 'person']),
    reasons: z.array(Code),
    notes: z.array(Code),
  }),
  'kyc.document.expiring': z.strictObject({
    applicant: StreamRef,
    number: z.int().positive(),
    /** Version of the IdDocumentUploaded event. */
    documentVersion: z.int().positive(),
    thresholdDays: z.int().positive(),
  }),
  /** To consoles alone: the tables show this event now. */
  'kyc.case.changed': z.strictObject({ version: z.int().positive(), type: z.string().min(1) }),
} as const;

export type NotificationType = keyof typeof notificationData;

/** A notification of a known type. `key` is its id: repeating it is harmless. Throws a ZodError for data that is not of its shape. */
export function announcement<Type extends NotificationType>(
  type: Type,
  { key, subject, time, data }: {
    readonly key: string;
    readonly subject: string;
    readonly time: string;
    readonly data: z.infer<(typeof notificationData)[Type]>;
  },
): Notification {
  return { id: key, type, subject, time, data: notificationData[type].parse(data) };
}
