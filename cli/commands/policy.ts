import type { Command } from 'commander';
import { z } from 'zod';
import type { BacktestResult, ChangedCase } from '../../aggregates/policy/backtest.ts';
import { defaultSettings, newestPolicy, policies, policyOf } from '../../aggregates/policy/policies.ts';
import type { PolicyVersion } from '../../aggregates/policy/policy.ts';
import { PolicySettings } from '../../events/signals.ts';
import { backtestPolicy } from '../../handlers/backtest-policy.ts';
import { recomputeAll } from '../../handlers/recompute-decisions.ts';
import type { Stores } from '../../runtime/embedded/stores.ts';
import { readGiven, writeNew } from '../files.ts';
import { CommandFailed, duration, exitCode, paint, print, progressBar, table } from '../output.ts';
import { withStores } from '../stores.ts';
import { show } from './cases.ts';

/** A policy as a file: which version, and its settings where they are not the usual ones. */
const PolicyFile = z.strictObject({ version: z.string(), settings: PolicySettings.partial().default({}) });

const SHOWN = 50;

export function registerPolicyCommands(program: Command): void {
  program
    .command('decisions')
    .description('the decisions in the ledger')
    .addHelpText('after', '\nExample:\n  $ kyc decisions recompute')
    .command('recompute')
    .description('make every decision again, under its recorded policy; exit code 1 when one comes out differently')
    .addHelpText('after', '\nExample:\n  $ kyc decisions recompute\n  $ kyc --json decisions recompute | jq .different')
    .action((_options: unknown, command: Command) => withStores((stores) => recompute(stores, command)));

  const policy = program
    .command('policy')
    .description('the versions of the policy, and what another one would have decided')
    .addHelpText('after', '\nExample:\n  $ kyc policy backtest --policy ./stricter.json');

  policy
    .command('list')
    .description('every version that was ever in use')
    .addHelpText('after', '\nExample:\n  $ kyc policy list')
    .action((_options: unknown, command: Command) => {
      const versions = Object.keys(policies).map((version) => ({ version, rules: policyOf(version).rules.length, newest: version === newestPolicy }));
      show(command, { versions }, () => print(table(['version', 'rules', ''], versions.map((each) => [each.version, String(each.rules), each.newest ? 'in use' : '']))));
    });

  policy
    .command('show [version]')
    .description('a version\'s rules and the thresholds they have under the usual settings')
    .addHelpText('after', '\nExample:\n  $ kyc policy show 2026-11')
    .action((version: string | undefined, _options: unknown, command: Command) => {
      const { rules, settings, ...shown } = policyNamed(version ?? newestPolicy);
      const list = rules.map((rule) => ({ rule: rule.rule, threshold: rule.threshold(settings) }));
      show(command, { version: shown.version, settings, rules: list }, () => {
        print(`Policy ${paint('bold', shown.version)} with ${settingsLine(settings)}\n`);
        print(table(['rule', 'threshold'], list.map(({ rule, threshold }) => [rule, JSON.stringify(threshold)])));
      });
    });

  policy
    .command('backtest')
    .description('try a policy on the whole history: which cases would come out otherwise')
    .requiredOption('--policy <version or file>', 'a version, or a JSON file {"version", "settings": {"minSimilarity", ...}}')
    .option('--csv <file>', 'write the cases that change to a CSV file')
    .addHelpText('after', `
Example:
  $ kyc policy backtest --policy 2026-11
  $ echo '{"version": "2026-11", "settings": {"minSimilarity": 0.9}}' > stricter.json
  $ kyc policy backtest --policy stricter.json --csv changed.csv

Settings that a file leaves out are the usual ones (kyc policy show): minSimilarity (0 to 1), livenessRequired (true or
false), maxSnapshotAgeDays (days). Nothing is changed by a trial.`)
    .action(async (options: { policy: string; csv?: string }, command: Command) => {
      const tried = await readPolicy(options.policy);
      await withStores((stores) => backtest(stores, tried, options.csv, command));
    });
}

async function recompute(stores: Stores, command: Command): Promise<void> {
  const began = Date.now();
  const bar = progressBar('decisions by applicant');
  const result = await recomputeAll(stores, bar);
  show(command, { ...result, milliseconds: Date.now() - began }, () => {
    for (const each of result.different) {
      print(`${paint('red', '✗')} ${each.stream} version ${each.version}, policy ${each.policyVersion}`);
      for (const { path, recorded, recomputed } of each.differences) {
        print(`    ${path}: recorded ${shown(recorded)}, comes out as ${shown(recomputed)}`);
      }
    }
    const mark = result.different.length === 0 ? paint('green', '✓') : paint('red', '✗');
    const versions = Object.entries(result.byPolicy).map(([version, count]) => `${count} under ${version}`).join(', ') || 'none';
    print(`${mark} ${result.decisions - result.different.length} of ${result.decisions} decisions come out as recorded (${versions}), in ${duration(Date.now() - began)}.`);
    if (result.inPart > 0) print(`  ${result.inPart} of them of erased applicants: what rests on personal data alone could not be made again.`);
  });
  if (result.different.length > 0) throw new CommandFailed(`${result.different.length} decisions come out differently.`, exitCode.failed, 'DECISIONS_DIFFER');
}

async function backtest(stores: Stores, tried: PolicyVersion, csv: string | undefined, command: Command): Promise<void> {
  const began = Date.now();
  const result = await backtestPolicy(stores, tried);
  if (csv !== undefined) await writeNew(csv, csvOf(result.changed));
  show(command, { policy: { version: tried.version, settings: tried.settings }, ...result, milliseconds: Date.now() - began }, () => report(result, tried, csv, Date.now() - began));
}

function report(result: BacktestResult, tried: PolicyVersion, csv: string | undefined, milliseconds: number): void {
  print(`Policy ${paint('bold', tried.version)} with ${settingsLine(tried.settings)},`);
  print(`tried on ${result.decisions} decisions in ${duration(milliseconds)}: ${paint('bold', String(result.changed.length))} come out otherwise, ${result.otherReasons} for other reasons.\n`);
  print(table(['was', 'becomes', 'decisions'], result.outcomes.map(({ was, becomes, count }) => [was, was === becomes ? '(the same)' : becomes, String(count)])));
  const moved = result.reasons.filter(({ was, becomes }) => was !== becomes);
  if (moved.length > 0) {
    print();
    print(table(['reason', 'was given', 'would be given'], moved.map(({ reason, was, becomes }) => [reason, String(was), String(becomes)])));
  }
  if (result.changed.length > 0) {
    print();
    print(table(
      ['applicant', '#', 'was', 'becomes', 'because of', 'no longer', 'a person decided'],
      result.changed.slice(0, SHOWN).map((each) => [
        each.stream.replace(/^applicant-/, ''), String(each.version), each.was, each.becomes, each.gained.join(', ') || '–', each.lost.join(', ') || '–', each.person ?? '–',
      ]),
    ));
    if (result.changed.length > SHOWN) print(`... and ${result.changed.length - SHOWN} more; --csv <file> writes all of them.`);
  }
  if (csv !== undefined) print(`\n${result.changed.length} cases written to ${csv}.`);
}

function csvOf(changed: readonly ChangedCase[]): string {
  const header = 'applicant,version,recorded_at,policy_version,was,becomes,reasons_gained,reasons_lost,person_decided';
  const lines = changed.map((each) => [
    each.stream, each.version, each.recordedAt, each.policyVersion, each.was, each.becomes, each.gained.join(' '), each.lost.join(' '), each.person ?? '',
  ].join(','));
  return `${[header, ...lines].join('\r\n')}\r\n`;
}

async function readPolicy(named: string): Promise<PolicyVersion> {
  if (!/[./\\]/.test(named)) return policyNamed(named);
  const text = (await readGiven(named)).toString();
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  if (json === undefined) throw new CommandFailed(`${named} is not JSON. A policy reads {"version": "${newestPolicy}", "settings": {"minSimilarity": 0.9}}.`, exitCode.usage, 'POLICY_MALFORMED');
  const file = PolicyFile.safeParse(json);
  if (!file.success) throw new CommandFailed(`${named} is not a policy: ${file.error.issues.map((issue) => [...issue.path, issue.message].join(': ')).join('; ')}`, exitCode.usage, 'POLICY_MALFORMED');
  const given = Object.fromEntries(Object.entries(file.data.settings).filter(([, value]) => value !== undefined));
  return policyNamed(file.data.version, PolicySettings.parse({ ...defaultSettings, ...given }));
}

function policyNamed(version: string, settings: PolicySettings = defaultSettings): PolicyVersion {
  if (!Object.hasOwn(policies, version)) {
    throw new CommandFailed(`There is no policy ${version}; there are: ${Object.keys(policies).join(', ')}.`, exitCode.usage, 'UNKNOWN_POLICY');
  }
  return policyOf(version, settings);
}

function settingsLine(settings: PolicySettings): string {
  return Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`).join(', ');
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
