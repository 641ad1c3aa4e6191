/** How long records are kept after the relationship has ended. Recorded by name, so that a new one rewrites no due date. */
export interface RetentionPeriod {
  readonly name: string;
  /** Where the period comes from. */
  readonly source: string;
  readonly years: number;
}

/** Every period that was ever in use, oldest first. One is added, never changed. */
export const retentionPeriods: readonly RetentionPeriod[] = [
  { name: 'mlr-2017-reg-40/5-years', source: 'Money Laundering Regulations 2017, reg. 40(3)', years: 5 },
];

/** The period that is recorded with relationships that end now. */
export const retentionPolicy = 'mlr-2017-reg-40/5-years';

export class UnknownRetentionPolicy extends Error {
  override readonly name = 'UnknownRetentionPolicy';
  readonly code = 'UNKNOWN_RETENTION_POLICY';
}

/**
 * The day on which the personal data fall due for deletion. Dates are `YYYY-MM-DD`; 29 February becomes 1 March, so that
 * nothing is ever deleted a day too early. Throws UnknownRetentionPolicy.
 */
export function retentionDueOn(policy: string, endedOn: string): string {
  const period = retentionPeriods.find(({ name }) => name === policy);
  if (period === undefined) throw new UnknownRetentionPolicy(`There is no retention policy ${policy}`);
  const day = new Date(`${endedOn}T00:00:00Z`);
  day.setUTCFullYear(day.getUTCFullYear() + period.years);
  return day.toISOString().slice(0, 10);
}
