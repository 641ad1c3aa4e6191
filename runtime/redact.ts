/** What a value looks like that must not be logged: people's details, and keys to the platform. */
const PATTERNS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['credentials', /(?<=:\/\/)[^\s/@]+:[^\s/@]+(?=@)/g],
  ['secret', /\bwhsec_[\w+/=-]+|\bBearer\s+\S+/g],
  ['token', /(?<=[?&#](?:token|code|key|secret)=)[^\s&#]+/gi],
  ['e-mail', /[^\s"<>(),;:[\]]+@[^\s"<>(),;:[\]/]+/g],
  ['mrz', /[A-Z0-9<]*<<[A-Z0-9<]*/g],
  // DVLA driver number; ICAO passport and UK identity numbers of nine digits; UK phone numbers; UK postcodes.
  ['document', /\b[A-Z9]{5}\d{6}[A-Z9]{2}[A-Z\d]{3}\b|(?<![\w.-])\d{9}(?![\w.-])/g],
  ['phone', /(?<!\w)(?:\+44|\(?0)[\s\d()-]{9,14}\d\b/g],
  ['postcode', /\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b/g],
];

/** Fields whose very name says that the value is not for the log. Compared in lower case without separators. */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  'email', 'to', 'recipient', 'surname', 'givennames', 'forename', 'firstname', 'lastname', 'fullname', 'dateofbirth',
  'birthdate', 'documentnumber', 'passportnumber', 'licencenumber', 'registrationnumber', 'address', 'phone', 'postcode',
  'filename', 'password', 'secret', 'token', 'authorization', 'cookie',
]);

/** The text with everything that looks personal or secret replaced by what it was, for example `[e-mail]`. */
export function redactText(text: string): string {
  let clean = text;
  for (const [kind, pattern] of PATTERNS) clean = clean.replace(pattern, `[${kind}]`);
  return clean;
}

export function redactField(name: string, value: string | number | boolean | null): string | number | boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  if (PERSONAL_FIELDS.has(name.toLowerCase().replaceAll(/[_.-]/g, ''))) return '[redacted]';
  return typeof value === 'string' ? redactText(value) : value;
}
