/** Calendar arithmetic on `YYYY-MM-DD`, without clocks or time zones. */

const dayMs = 86_400_000;

/** Whole days from `from` to `to`; negative when `to` lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
}

/** `YYYY-MM-DD`, or null when the calendar has no such day. */
export function calendarDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && year >= 1000 && year <= 9999 ? date.toISOString().slice(0, 10) : null;
}

export function yearOf(date: string): number {
  return Number(date.slice(0, 4));
}

/**
 * The year behind two digits of a birth date: the latest one that lies not in the future. ICAO 9303 gives no century;
 * who is over a hundred comes out too young, which a reader of the printed date then notices.
 */
export function birthDate(yy: number, month: number, day: number, today: string): string | null {
  const century = Math.floor(yearOf(today) / 100) * 100;
  const recent = calendarDate(century + yy, month, day);
  if (recent !== null && recent <= today) return recent;
  return calendarDate(century - 100 + yy, month, day);
}

/** The year behind two digits of an expiry date: within fifty years of `today`, either way. */
export function expiryDate(yy: number, month: number, day: number, today: string): string | null {
  const year = yearOf(today);
  const century = Math.floor(year / 100) * 100;
  const near = [century + yy, century + 100 + yy, century - 100 + yy].find((each) => each >= year - 49 && each <= year + 50);
  return near === undefined ? null : calendarDate(near, month, day);
}

/** Full years between two dates. */
export function ageOn(birth: string, today: string): number {
  const years = yearOf(today) - yearOf(birth);
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** A registered healthcare professional is an adult, and nobody alive is older than this. */
const minAge = 18;
const maxAge = 110;

/**
 * Birth and issue in the past, birth before issue before expiry, the holder an adult of a human age.
 * null when the birth date could not be read; missing issue and expiry dates are not held against the rest.
 */
export function datesArePlausible(
  fields: { readonly dateOfBirth: string | null; readonly issueDate: string | null; readonly expiryDate: string | null },
  today: string,
): boolean | null {
  const { dateOfBirth, issueDate, expiryDate: expiry } = fields;
  if (dateOfBirth === null) return null;
  const age = ageOn(dateOfBirth, today);
  if (dateOfBirth > today || age < minAge || age > maxAge) return false;
  if (issueDate !== null && (issueDate > today || issueDate < dateOfBirth)) return false;
  if (expiry !== null && (expiry <= dateOfBirth || (issueDate !== null && expiry <= issueDate))) return false;
  return true;
}
