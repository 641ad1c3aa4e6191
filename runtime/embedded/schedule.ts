/** When a job is planned; times of day are UTC, `HH:MM`. `weekday` as in ISO 8601: 1 is Monday, 7 Sunday. */
export type Schedule =
  | { readonly every: 'minute' }
  | { readonly every: 'day'; readonly at: string }
  | { readonly every: 'week'; readonly weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7; readonly at: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 5 January 1970 was the first Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The last planned moment at or before `now`, in milliseconds since 1970. Throws RangeError for a time of day that is none. */
export function plannedBefore(schedule: Schedule, now: number): number {
  const { period, offset } = grid(schedule);
  return Math.floor((now - offset) / period) * period + offset;
}

/** The first planned moment after `now`. */
export function plannedAfter(schedule: Schedule, now: number): number {
  return plannedBefore(schedule, now) + grid(schedule).period;
}

/** UTC knows no summer time, so every schedule is a regular grid. */
function grid(schedule: Schedule): { period: number; offset: number } {
  switch (schedule.every) {
    case 'minute':
      return { period: MINUTE, offset: 0 };
    case 'day':
      return { period: DAY, offset: timeOfDay(schedule.at) };
    case 'week':
      return { period: 7 * DAY, offset: FIRST_MONDAY + (schedule.weekday - 1) * DAY + timeOfDay(schedule.at) };
  }
}

function timeOfDay(at: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  if (hours === undefined || minutes === undefined) throw new RangeError('A time of day is written HH:MM, from 00:00 to 23:59');
  return (Number(hours) * 60 + Number(minutes)) * MINUTE;
}
