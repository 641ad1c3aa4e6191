import type { Command } from 'commander';
import { z } from 'zod';
import { LogMalformed, NoteRefused, ProofRefused } from '../../ledger/log/errors.ts';
import { type Leaf, parseLeaf } from '../../ledger/log/leaf.ts';
import { findEntry, proveEntry } from '../../ledger/log/log-reader.ts';
import { formatVerifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import { readIndex } from '../../ledger/log/open-log.ts';
import { formatProofFile, parseProofFile, type ProofFile, verifyProofFile } from '../../ledger/log/proof-file.ts';
import { openAnchorage } from '../../runtime/embedded/anchorage.ts';
import { tilesOf } from '../../runtime/embedded/transparency-log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { readGiven, writeNew } from '../files.ts';
import { ownLogKey, readCheckpointOf, verifierKeyFrom } from '../log.ts';
import { CommandFailed, exitCode, paint, print } from '../output.ts';
import { collect, show } from './cases.ts';

const ProofOptions = z.object({ out: z.string().optional(), leaf: z.string().optional() });
const VerifyOptions = z.object({ event: z.string().optional(), key: z.string().optional(), witness: z.array(z.string()) });

export function registerProofCommands(ledger: Command): void {
  ledger
    .command('proof <event>')
    .description('prove that an event is in the log: a C2SP tlog-proof that verifies without us')
    .option('--out <file>', 'write the proof to a new file instead of standard output')
    .option('--leaf <file>', 'write the event\'s exact leaf to a new file, too')
    .addHelpText('after', `
Examples:
  $ kyc ledger proof applicant-0193b1f2-7c1e-4c7a-9d8e-2a4b6c8d0e1f:3 --out decision.tlog-proof
  $ kyc ledger proof 0195a3c0-6b11-7d02-9c44-52f1a0b3c4d5

The event is named by its id, or by stream and version. Its leaf goes with the proof (as the line "extra"); it holds nothing
personal. Check it anywhere with: kyc ledger verify-proof <file> --key <the log's key>`)
    .action(async (event: string, given: unknown, command: Command) => {
      const { out, leaf } = ProofOptions.parse(given);
      const { proof, entry, index, size, key } = await prove(event);
      if (out !== undefined) await writeNew(out, proof);
      if (leaf !== undefined) await writeNew(leaf, entry);
      show(command, { index, size, key, proof, leaf: entry.toString(), ...(out !== undefined && { out }) }, () => {
        if (out === undefined) process.stdout.write(proof);
        else print(`Entry ${index} of ${size} is proven in ${paint('bold', out)}\nCheck it with: kyc ledger verify-proof ${out} --key '${key}'`);
      });
    });

  ledger
    .command('verify-proof <file>')
    .description('verify a tlog-proof, without asking anybody')
    .option('--event <file>', 'the event\'s leaf, where the proof does not bring it')
    .option('--key <key>', 'the log\'s verifier key, from a source that you trust (default: that of the ledger in KYC_DATA)')
    .option('--witness <key>', 'verifier key of a witness beside those of KYC_WITNESSES; may be given several times', collect, [])
    .addHelpText('after', `
Example:
  $ kyc ledger verify-proof decision.tlog-proof --key 'kyc-ledger.example/log+acc35a27+AbIQ...'

Ends with 0 if the event is in the log that the key signed, with 1 if that is not proven. Needs no platform.`)
    .action(async (file: string, given: unknown, command: Command) => {
      const { event, key, witness } = VerifyOptions.parse(given);
      const settings = readSettings(process.env);
      const logKey = key === undefined ? await ownLogKey(settings) : verifierKeyFrom(key);
      const { witnesses } = await openAnchorage(settings);
      const proof = await readProof(file);
      const entry = event === undefined ? proof.extra : await readGiven(event);
      if (entry === null) throw new CommandFailed('The proof does not bring the event\'s leaf; give it with --event.', exitCode.usage, 'NO_EVENT');
      const proven = check(proof, entry, logKey, [...witnesses.map((each) => each.key), ...witness.map(verifierKeyFrom)]);
      const leaf = leafIn(entry);
      const cosigned = proven.vouched.flatMap(({ key: by, time }) => (time === null ? [] : [{ by: by.name, at: new Date(time * 1000).toISOString() }]));
      show(command, { verdict: 'verified', index: proven.index, size: proven.checkpoint.size, key: formatVerifierKey(logKey), cosigned, event: leaf }, () => {
        print(`${paint('green', 'Proven:')} ${leaf.stream}/${leaf.version} ${leaf.type}, recorded ${leaf.recordedAt},`);
        print(`is entry ${proven.index} of the ${proven.checkpoint.size} that ${logKey.name} signed.`);
        for (const each of cosigned) print(`Cosigned by ${each.by} at ${each.at}`);
        if (key === undefined) print('The key was taken from this machine\'s own ledger; a stranger gives one with --key.');
      });
    });
}

interface Proven {
  readonly proof: string;
  readonly entry: Buffer;
  readonly index: number;
  readonly size: number;
  readonly key: string;
}

async function prove(event: string): Promise<Proven> {
  const settings = readSettings(process.env);
  const [tiles, key] = [tilesOf(settings), await ownLogKey(settings)];
  const checkpoint = await readCheckpointOf(tiles, key);
  const index = checkpoint === null ? null : await indexOf(event);
  if (checkpoint === null || index === null) {
    throw new CommandFailed('There is no such event in the log. What was recorded a moment ago enters it within seconds.', exitCode.failed, 'NOT_IN_LOG');
  }
  const { proof, entry } = await proveEntry(tiles, key, checkpoint, index);
  return { proof: formatProofFile({ ...parseProofFile(proof), extra: entry }), entry, index, size: checkpoint.size, key: formatVerifierKey(key) };

  async function indexOf(text: string): Promise<number | null> {
    const size = checkpoint?.size ?? 0;
    if (z.uuid().safeParse(text).success) return findEntry(tiles, size, (each) => each.includes(`"id":"${text.toLowerCase()}"`) && leafIn(each).id === text.toLowerCase());
    const [, stream, version] = /^([a-z]+(?:-[0-9a-z]+)+)[:/#](\d{1,10})$/.exec(text) ?? [];
    if (stream === undefined) throw new CommandFailed('An event is named by its id, or by stream and version: applicant-<uuid>:3.', exitCode.usage, 'NOT_AN_EVENT');
    return (await readIndex(tiles, size)).indexOf(stream, Number(version));
  }
}

async function readProof(file: string): Promise<ProofFile> {
  const text = (await readGiven(file)).toString();
  try {
    return parseProofFile(text);
  } catch (error) {
    if (!(error instanceof LogMalformed)) throw error;
    throw new CommandFailed(`That is no proof: ${error.message}.`, exitCode.failed, error.code);
  }
}

function check(proof: ProofFile, entry: Uint8Array, key: VerifierKey, witnesses: readonly VerifierKey[]) {
  try {
    return verifyProofFile(proof, entry, key, witnesses);
  } catch (error) {
    if (!(error instanceof LogMalformed || error instanceof NoteRefused || error instanceof ProofRefused)) throw error;
    throw new CommandFailed(`Not proven. ${error.message}.`, exitCode.failed, error.code);
  }
}

function leafIn(entry: Uint8Array): Leaf {
  try {
    return parseLeaf(entry);
  } catch (error) {
    if (!(error instanceof LogMalformed)) throw error;
    throw new CommandFailed(`The entry is in the log, but it is no event: ${error.message}.`, exitCode.failed, error.code);
  }
}
