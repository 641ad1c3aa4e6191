import { z } from 'zod';
import { CommandFailed, exitCode } from './output.ts';

export const momentHelp = 'A time is written as in RFC 3339; without an offset it is UTC, and a day alone is its end in UTC.';

const written = /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d)(?<seconds>:\d\d(?:\.\d+)?)?(?: ?(?<zone>Z|[+-]\d\d(?::?\d\d)?))?)?$/i;
const Exact = z.iso.datetime({ offset: true });

/**
 * A moment as people write it, as RFC 3339 in UTC with milliseconds: `2026-11-22T10:00:00Z`, `2026-11-22 10:00+01:00`, or a
 * day, which is taken as its end so that everything of that day is in. Throws NOT_A_TIME for anything else, also for days
 * that there are not.
 */
export function parseMoment(text: string): string {
  const parts = written.exec(text.trim())?.groups;
  const exact = Exact.safeParse(parts === undefined ? '' : exactly(parts));
  if (!exact.success) {
    throw new CommandFailed('A time is written like 2026-11-22T10:00:00Z, 2026-11-22T10:00+01:00, or as a day like 2026-11-22.', exitCode.usage, 'NOT_A_TIME');
  }
  return new Date(exact.data).toISOString();
}

function exactly({ day = '', time, seconds = ':00', zone = 'Z' }: Readonly<Record<string, string | undefined>>): string {
  if (time === undefined) return `${day}T23:59:59.999Z`;
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return `${day}T${time}${seconds}${sign === undefined ? 'Z' : `${sign}${hours ?? ''}:${minutes}`}`;
}

export function stillToCome(moment: string): boolean {
  return Date.parse(moment) > Date.now();
}
