import type { Command } from 'commander';
import { z } from 'zod';
import { connect } from '../client.ts';
import { paint, print, table } from '../output.ts';
import { applicantId, show, versionOf } from './cases.ts';

const Words = z.object({ code: z.string(), words: z.string() });
const Reference = z.object({ version: z.number(), type: z.string(), recordedAt: z.string() });
const Person = z.object({ kind: z.string(), id: z.string() });
const Decision = z.looseObject({
  by: z.enum(['policy', 'person']),
  version: z.number(),
  decidedAt: z.string(),
  decision: z.string(),
  inForce: z.boolean(),
  reasons: z.array(Words),
  policyVersion: z.string().optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  asOf: z.string().optional(),
  notes: z.array(Words).optional(),
  rules: z.array(z.looseObject({
    rule: z.string(), outcome: z.string(), inputs: z.record(z.string(), z.unknown()), threshold: z.unknown(), words: z.string().nullable(),
    restsOn: z.array(Reference),
  })).optional(),
  actor: Person.optional(),
  maker: Person.nullable().optional(),
  replaces: z.number().optional(),
  appeal: Reference.nullable().optional(),
  seen: Reference.nullable().optional(),
  notSeen: z.array(Reference).optional(),
  note: z.string().nullable().optional(),
});
type Decision = z.infer<typeof Decision>;
const Explained = z.looseObject({ decisions: z.array(Decision) });

export function registerExplain(program: Command): void {
  program
    .command('explain <applicant>')
    .description('why it was decided so: each rule, its inputs and threshold, and the events it rests on')
    .option('--decision <version>', 'only the decision at this version')
    .addHelpText('after', '\nExample:\n  $ kyc explain <applicant>\n  $ kyc explain <applicant> --decision 11')
    .action(async (applicant: string, options: { decision?: string }, command: Command) => {
      const query = options.decision === undefined ? '' : `?decision=${versionOf(options.decision)}`;
      const explained = await (await connect('auditor')).get(`/applicants/${applicantId(applicant)}/explain${query}`, Explained);
      show(command, explained, () => {
        if (explained.decisions.length === 0) print('Nothing has been decided yet.');
        for (const decision of explained.decisions) printDecision(decision);
      });
    });
}

function printDecision(decision: Decision): void {
  print(`${paint('bold', decision.decision)}${decision.inForce ? ' (in force)' : ''}, version ${decision.version}, ${decision.decidedAt}`);
  for (const { code, words } of decision.reasons) print(`  ${code}: ${words}`);
  for (const { code, words } of decision.notes ?? []) print(`  note ${code}: ${words}`);
  if (decision.by === 'person') printPerson(decision);
  else printRules(decision);
  print();
}

function printPerson({ actor, maker, replaces, appeal, seen, notSeen, note }: Decision): void {
  print(`  By ${actor?.kind ?? ''} ${actor?.id ?? ''}${maker ? `, proposed by ${maker.kind} ${maker.id}` : ''}; it replaces the decision at version ${String(replaces)}.`);
  if (appeal !== null && appeal !== undefined) print(`  It answers the appeal of ${reference(appeal)}, ${appeal.recordedAt}.`);
  print(`  They had seen everything up to ${seen === null || seen === undefined ? 'nothing' : reference(seen)}.`);
  if (notSeen !== undefined && notSeen.length > 0) print(`  Recorded after that, and not seen: ${notSeen.map(reference).join(', ')}`);
  print(`  Their note: ${note ?? 'no longer readable'}`);
}

function printRules({ policyVersion, settings, asOf, rules }: Decision): void {
  print(`  By policy ${policyVersion ?? ''} (${Object.entries(settings ?? {}).map(([name, value]) => `${name} ${String(value)}`).join(', ')}), judged as of ${asOf ?? ''}\n`);
  print(table(
    ['rule', 'outcome', 'inputs', 'threshold', 'reason', 'rests on'],
    (rules ?? []).map((rule) => [
      rule.rule, coloured(rule.outcome), inputsLine(rule.inputs), plain(rule.threshold), rule.words ?? '–', rule.restsOn.map(reference).join(', ') || '–',
    ]),
  ));
}

function coloured(outcome: string): string {
  if (outcome === 'pass') return paint('green', outcome);
  return outcome === 'fail' ? paint('red', outcome) : outcome === 'review' ? paint('yellow', outcome) : outcome;
}

const inputsLine = (inputs: Readonly<Record<string, unknown>>): string =>
  Object.entries(inputs).map(([name, value]) => `${name}=${plain(value)}`).join(' ');

/** A value on one line. A comparison of names is shown by the rule that fired; other structures as JSON. */
export function plain(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'rule' in value && 'matched' in value) return `${String(value.rule)}${value.matched === true ? '' : ' (no match)'}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const reference = ({ version, type }: z.infer<typeof Reference>): string => `#${version} ${type}`;
