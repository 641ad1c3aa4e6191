import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Coverage, Finding, Verification } from '../../ledger/log/findings.ts';
import { COSIGNATURE_V1, formatVerifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import { verifyLog } from '../../ledger/log/verify.ts';
import type { AnchorTrust } from '../../ledger/log/verify-anchors.ts';
import { openAnchorage, trustOf } from '../../runtime/embedded/anchorage.ts';
import { type LastVerified, lastVerifiedPath, readLastVerified, rememberVerified } from '../../runtime/embedded/last-verified.ts';
import { inventoryOf } from '../../runtime/embedded/inventory.ts';
import type { Stores } from '../../runtime/embedded/stores.ts';
import { logKeyOf, tilesOf } from '../../runtime/embedded/transparency-log.ts';
import type { Settings } from '../../runtime/settings.ts';
import { verifierKeyFrom } from '../log.ts';
import { CommandFailed, duration, exitCode, paint, print, progressBar } from '../output.ts';
import { withStores } from '../stores.ts';
import { collect, show } from './cases.ts';

const Options = z.object({ key: z.string().optional(), witness: z.array(z.string()), authority: z.array(z.string()), last: z.string().optional() });
type Options = z.infer<typeof Options>;

export function registerVerify(ledger: Command): void {
  ledger
    .command('verify')
    .description('verify the whole log against event store, evidence, anchors and what was verified last')
    .option('--key <key>', 'the log\'s verifier key, from a source that you trust (default: the one used last, or the platform\'s)')
    .option('--witness <key>', 'verifier key of a witness beside those of KYC_WITNESSES; may be given several times', collect, [])
    .option('--authority <file>', 'root certificate (PEM) of a time-stamping authority beside those of KYC_TIMESTAMP_URLS; may be given several times', collect, [])
    .option('--last <file>', 'where the last verified checkpoint is remembered (default: <data>/run/last-verified.json)')
    .addHelpText('after', `
Examples:
  $ kyc ledger verify
  $ kyc ledger verify --key 'kyc-ledger.example/log+acc35a27+AbIQ...' --last /media/auditor/last-verified.json
  $ kyc ledger verify --json | jq .findings

Ends with 0 if everything holds, with 1 if not: then each line names one event, file or piece of evidence that is altered,
missing or added. What was verified is remembered, and the next verification has to find it unchanged. Works beside a
running platform, and without one.`)
    .action(async (given: unknown, command: Command) => {
      const result = await withStores((stores, settings) => verify(stores, settings, Options.parse(given)));
      show(command, result, () => printResult(result));
      if (result.findings.length > 0) process.exitCode = exitCode.failed;
    });
}

interface Result extends Verification {
  readonly verdict: 'verified' | 'refused';
  readonly key: string;
  /** The verification before, with which this one is consistent unless a finding says otherwise. */
  readonly lastVerified: LastVerified | null;
  readonly milliseconds: number;
}

async function verify(stores: Stores, settings: Settings, options: Options): Promise<Result> {
  const [source, now, started] = [tilesOf(settings), new Date(), performance.now()];
  const memory = options.last ?? lastVerifiedPath(settings.dataFolder);
  const last = await readLastVerified(memory);
  const lastVerified = last === 'unreadable' ? null : last;
  const logKey = await chooseKey(options.key, lastVerified, () => logKeyOf(settings, stores));
  const verification = await verifyLog({
    source, logKey, lastVerified, now,
    store: { load: stores.store.load, ...inventoryOf(settings, stores) },
    evidence: stores.evidence,
    trust: await trusted(settings, options),
    onProgress: progressBar('verifying'),
  });
  const findings = last === 'unreadable' ? [unreadable(memory), ...verification.findings] : verification.findings;
  const key = formatVerifierKey(logKey);
  const { tree, coverage } = verification;
  if (findings.length === 0 && tree !== null) await rememberVerified(memory, { ...tree, key, at: now.toISOString() });
  return { verdict: findings.length === 0 ? 'verified' : 'refused', findings, tree, coverage, key, lastVerified, milliseconds: Math.round(performance.now() - started) };
}

/** Once verified, a log keeps its key: otherwise whoever exchanges the platform's key could sign another log. */
async function chooseKey(given: string | undefined, last: LastVerified | null, own: () => Promise<VerifierKey>): Promise<VerifierKey> {
  if (given !== undefined) return verifierKeyFrom(given);
  return last === null ? own() : verifierKeyFrom(last.key);
}

async function trusted(settings: Settings, { witness, authority }: Options): Promise<AnchorTrust> {
  const known = trustOf(await openAnchorage(settings));
  const witnesses = witness.map(verifierKeyFrom);
  if (witnesses.some(({ type }) => type !== COSIGNATURE_V1)) throw new CommandFailed('A --witness is the key of a log, not of a witness.', exitCode.usage, 'NOT_A_KEY');
  const authorities = await Promise.all(authority.map((file) => readFile(file, 'utf8').catch(() => {
    throw new CommandFailed(`There is no file ${file}.`, exitCode.usage, 'NO_SUCH_FILE');
  })));
  return { witnesses: [...known.witnesses, ...witnesses], authorities: [...known.authorities, ...authorities] };
}

const unreadable = (where: string): Finding =>
  ({ kind: 'altered', what: 'checkpoint', where, detail: 'what was verified last does not read; remove the file to begin anew' });

function printResult({ findings, tree, coverage, key, lastVerified, milliseconds }: Result): void {
  for (const { kind, what, where, detail } of findings) print(`${paint('red', kind)} ${what} ${where}: ${detail}`);
  if (findings.length > 0) print();
  if (findings.length > 0) print(paint('red', `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: the log is not as it was recorded.`));
  else print(paint('green', 'The log is complete and unaltered.'));
  print();
  if (tree !== null) print(`Tree       ${tree.size.toLocaleString('en')} entries, root ${tree.root}`);
  print(`Key        ${key}`);
  print(`Before     ${lastVerified === null ? 'verified for the first time' : `${lastVerified.size.toLocaleString('en')} entries, verified ${lastVerified.at}`}`);
  for (const line of covered(coverage)) print(line);
  print(`Took       ${duration(milliseconds)}`);
}

const counted = (count: number) => count.toLocaleString('en');

function covered(coverage: Coverage): string[] {
  const { events, pending, tiles, evidence, evidenceBytes, evidenceErased, evidenceUnreferenced, anchors, anchorsUnchecked } = coverage;
  return [
    `Events     ${counted(events)} agree with the log${pending > 0 ? `, ${counted(pending)} just recorded` : ''}`,
    `Tiles      ${counted(tiles)}`,
    `Evidence   ${counted(evidence)} pieces (${counted(evidenceBytes)} bytes), ${counted(evidenceErased)} erased, ${counted(evidenceUnreferenced)} that no event names`,
    `Anchors    ${counted(anchors)}${anchorsUnchecked > 0 ? `, ${counted(anchorsUnchecked)} more of authorities or witnesses that you did not name` : ''}`,
  ];
}
