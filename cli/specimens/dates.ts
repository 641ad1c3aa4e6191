/** Calendar dates as `YYYY-MM-DD`; all arithmetic in UTC. */

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The same day `years` on; 29 February becomes 28 February where there is none. */
export function addYears(date: string, years: number): string {
  const moved = `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
  const real = new Date(`${moved}T00:00:00Z`);
  return !Number.isNaN(real.getTime()) && real.toISOString().startsWith(moved) ? moved : `${moved.slice(0, 8)}28`;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const mois = ['JAN', 'FÉV', 'MARS', 'AVR', 'MAI', 'JUIN', 'JUIL', 'AOÛT', 'SEPT', 'OCT', 'NOV', 'DÉC'];

/** As on a British passport: `11 SEP /SEPT 1988`. */
export function passportDate(date: string): string {
  const month = Number(date.slice(5, 7)) - 1;
  return `${date.slice(8)} ${months[month] ?? ''} /${mois[month] ?? ''} ${date.slice(0, 4)}`;
}

/** As on a driving licence: `11.09.1988`. */
export function licenceDate(date: string): string {
  return `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}
