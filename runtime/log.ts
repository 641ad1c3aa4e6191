import type { Log, LogFields } from '../handlers/deps.ts';
import { redactField, redactText } from './redact.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];
type Severity = 'info' | 'warn' | 'error';

export interface LogOptions {
  /** Lowest level that is written. */
  readonly level: LogLevel;
  /** One short line for people instead of JSON; by default where a terminal listens. */
  readonly pretty?: boolean;
  /** Where lines go; by default standard error, so that standard output stays for results. */
  readonly write?: (line: string) => void;
  readonly clock?: () => Date;
}

/**
 * The platform's log: a JSON object a line (`time`, `level`, `message`, then the fields).
 * Values that look like personal data or secrets are replaced, never written: a last net below callers who know not to
 * pass any, see redact.ts. Logging never throws and never fails the work it tells of.
 */
export function createLog(options: LogOptions): Log {
  const threshold = LEVELS.indexOf(options.level);
  const write = options.write ?? standardError();
  const format = (options.pretty ?? process.stderr.isTTY === true) ? prettyLine : jsonLine;
  const clock = options.clock ?? (() => new Date());
  const log = (level: Severity) => (message: string, fields: LogFields = {}) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const clean = Object.entries(fields).map(([name, value]) => [name, redactField(name, value)] as const);
    write(`${format(clock(), level, redactText(message), clean)}\n`);
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

/**
 * What the log may know of an error: class, code and the place in our code that it came from, and the same of its
 * cause. Never a message: libraries quote the value they stumbled over, and that may be somebody's name.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? error.cause : null;
  return {
    error: error.name,
    ...field('code', codeOf(error)),
    ...field('at', placeOf(error)),
    ...(cause === null ? {} : { cause: cause.name, ...field('causeCode', codeOf(cause)), ...field('causeAt', placeOf(cause)) }),
  };
}

function field(name: string, value: string | null): LogFields {
  return value === null ? {} : { [name]: value };
}

function codeOf(error: Error): string | null {
  return 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : null;
}

/** The first frame in the project's own code, `folder/file.ts:line`; frames alone, for the rest of a stack quotes the message. */
function placeOf(error: Error): string | null {
  const frames = (error.stack ?? '').slice((error.stack ?? '').indexOf(error.message) + error.message.length);
  for (const [, file = '', line = ''] of frames.matchAll(/^ {4}at (?:.*\()?(?:file:\/\/)?(\/[^\s()]+):(\d+):\d+\)?$/gm)) {
    if (file.startsWith(ROOT) && !file.includes('/node_modules/')) return `${file.slice(ROOT.length)}:${line}`;
  }
  return null;
}

const ROOT = new URL('..', import.meta.url).pathname;

type CleanFields = readonly (readonly [string, string | number | boolean | null])[];

function jsonLine(time: Date, level: Severity, message: string, fields: CleanFields): string {
  // A field must not pass itself off as one of ours.
  const { time: _time, level: _level, message: _message, ...rest } = Object.fromEntries(fields);
  return JSON.stringify({ time: time.toISOString(), level, message, ...rest });
}

function prettyLine(time: Date, level: Severity, message: string, fields: CleanFields): string {
  const colour = { info: 36, warn: 33, error: 31 }[level];
  const tail = fields.map(([name, value]) => ` \u001B[2m${name}=\u001B[22m${printable(String(value))}`).join('');
  return `${time.toISOString().slice(11, 19)} \u001B[${colour}m${level.padEnd(5)}\u001B[39m ${printable(message)}${tail}`;
}

/** Without control characters, so that a value can neither begin a line of its own nor steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function standardError(): (line: string) => void {
  // Whoever reads our output may go away first (`kyc start 2>&1 | head`); the platform must not die of that.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  return (line) => void process.stderr.write(line);
}
