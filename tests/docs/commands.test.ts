import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { describeProgram } from '../../cli/program.ts';

const program = describeProgram({ silent: true });

/** The words of a command line; quotes keep words together, and what a shell would put in counts as one. */
const wordsOf = (line: string): string[] => (line.match(/(?:"[^"]*"|'[^']*'|<[^>]*>|[^\s"'<])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));

/** What is wrong with a line of the pages that calls kyc; null if nothing is. */
function mistakeIn(line: string): string | null {
  const words = wordsOf(line.split(/\s[|&>;]/)[0] ?? '').filter((word) => word !== '\\');
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
  return given < needs || given > takes.length ? `${command.name()} takes ${takes.length} arguments, not ${given}` : null;
}

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];
const lines = pages.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/^\$ (?:bin\/)?kyc (.+)$/gm)].map(([, line]) => ({ page, line: line ?? '' })));

describe('the pages call kyc as it can be called', () => {
  test('there are such lines', () => {
    expect(lines.length).toBeGreaterThan(15);
  });

  test.each(lines)('$page: kyc $line', ({ line }) => {
    expect(mistakeIn(line)).toBeNull();
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
