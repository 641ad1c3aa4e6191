/** Text, number or nothing; whatever else a column holds is turned into text before. */
export type Cell = string | number | bigint | boolean | null;

/**
 * A table as RFC 4180 CSV with a header: CRLF behind each line, fields quoted where they have to be. null is an empty field,
 * empty text is `""`. Text that a spreadsheet would run as a formula gets an apostrophe in front of it, and so does text that
 * begins with an apostrophe, so that taking one away gives what was there. https://owasp.org/www-community/attacks/CSV_Injection
 */
export function formatCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header.map(field).join()];
  for (const row of rows) lines.push(row.map(field).join());
  return `${lines.join('\r\n')}\r\n`;
}

function field(value: Cell): string {
  if (value === null) return '';
  if (value === '') return '""';
  const text = typeof value === 'string' && /^[=+\-@'\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
