import { styleText } from 'node:util';

/** Exit codes of the kyc command; `kyc --help` lists them. */
export const exitCode = { ok: 0, failed: 1, usage: 2, notRunning: 3, refused: 4 } as const;

/** Ends the command with one sentence on stderr and an exit code. Never carries personal data. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exit: number;
  readonly code: string;
  constructor(message: string, exit: number = exitCode.failed, code = 'FAILED') {
    super(message);
    this.exit = exit;
    this.code = code;
  }
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

let answered = false;

/** Has the command given its answer in JSON? A second value on stdout would not parse. */
export const hasAnswered = (): boolean => answered;

/** One JSON value a command, so that the output can be piped into jq. */
export function printJson(value: unknown): void {
  answered = true;
  print(JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each), 2));
}

export const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stdout });

// oxlint-disable-next-line no-control-regex -- the escape character is what a terminal colour begins with
const colour = /\u001B\[\d+m/g;
const widthOf = (text: string): number => text.replace(colour, '').length;

/** Columns aligned, header underlined; cells may be coloured. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))).join('  ').trimEnd();
  return [line(header.map((title) => paint('bold', title))), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A progress bar on stderr: redrawn in place on a terminal, a line every tenth elsewhere. */
export function progressBar(label: string): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const step = process.stderr.isTTY ? Math.floor(share * 200) : Math.floor(share * 10);
    if (step === shown) return;
    shown = step;
    const filled = Math.round(share * 30);
    const bar = `${label} [${'█'.repeat(filled)}${'·'.repeat(30 - filled)}] ${done.toLocaleString('en')}/${total.toLocaleString('en')}`;
    process.stderr.write(process.stderr.isTTY ? `\r${bar}${share === 1 ? '\n' : ''}` : `${bar}\n`);
  };
}

/** `1.2 s`, `3 min 4 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
