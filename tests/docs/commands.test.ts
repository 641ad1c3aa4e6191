import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { describeProgram } from '../../cli/program.ts';

const program = describeProgram({ silent: true });

/** The words of a command line, those that may be left out among them; quotes keep words together, and what a shell would put in counts as one. */
const wordsOf = (line: string): string[] => (line.replaceAll(/[[\]…]/g, ' ').match(/(?:"[^"]*"|'[^']*'|<[^>]*>|[^\s"'<])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));

/** What is wrong with a line of the pages that calls kyc; null if nothing is. `mentioned`: in a sentence, which leaves arguments out. */
function mistakeIn(line: string, { mentioned = false } = {}): string | null {
  const words = wordsOf(line.split(/\s[|&>;#]/)[0] ?? '').filter((word) => word !== '\\');
  let command: Command = program;
  let given = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word.startsWith('-')) {
      const [name] = word.split('=');
      const option = [...command.options, ...program.options].find((each) => each.long === name || each.short === name);
      if (option === undefined) return `${command.name()} has no option ${word}`;
      if (option.required && !word.includes('=')) at += 1;
      continue;
    }
    const next = given === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (next === undefined) given += 1;
    else command = next;
  }
  if (command.commands.length > 0 && given > 0) return `${command.name()} has no command ${words.join(' ')}`;
  const takes = command.registeredArguments;
  const needs = takes.filter(({ required }) => required).length;
  return (given < needs && !mentioned) || given > takes.length ? `${command.name()} takes ${takes.length} arguments, not ${given}` : null;
}

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];
const found = (pattern: RegExp) => pages.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(pattern)].map(([, line]) => ({ page, line: line?.trim() ?? '' })));
/** Lines to be typed: after a prompt, indented, or in a block of shell. */
const lines = found(/^(?:\$ | {4})?(?:bin\/)?kyc (?!0\.)(.+)$/gm);
/** Spans in sentences; help is commander's own. */
const mentions = found(/`(?:bin\/)?kyc ([a-z-][^`]*)`/g).filter(({ line }) => !/^(?:help|--help)\b/.test(line));

describe('the pages call kyc as it can be called', () => {
  test('there are such lines', () => {
    expect(lines.length).toBeGreaterThan(25);
    expect(mentions.length).toBeGreaterThan(25);
  });

  test.each(lines)('$page: kyc $line', ({ line }) => {
    expect(mistakeIn(line)).toBeNull();
  });

  test.each(mentions)('$page mentions: kyc $line', ({ line }) => {
    expect(mistakeIn(line, { mentioned: true })).toBeNull();
  });

  test.each(['histori $A', 'history', 'history $A $B', 'history $A --when 2026', 'policy backtst', 'ledger proof'])('kyc %s would be found out', (line) => {
    expect(mistakeIn(line)).not.toBeNull();
  });
});

describe('docs/auditor.md', () => {
  const screens = new Set([...readFileSync('console/pages.ts', 'utf8').matchAll(/path: '([^']+)'/g)].map(([, path]) => path));
  const questions = readFileSync('docs/auditor.md', 'utf8').split(/^## (?=\d+\. )/m).slice(1);

  test('answers the ten questions', () => {
    expect(questions.map((question) => Number.parseInt(question, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each(questions.map((question) => ({ title: question.split('\n')[0] ?? '', question })))('$title: by one command and on one screen', ({ question }) => {
    expect(question).toMatch(/^```\n(?:\$ echo .+\n)?\$ kyc /m);
    const named = [...question.matchAll(/^Screen: .*?`(\/[a-z/:]+)`/gm)].map(([, path]) => path);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !screens.has(path))).toEqual([]);
  });
});
