import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parseAnchorPath } from '../../ledger/log/anchor-files.ts';
import type { AnchorReport } from '../../ledger/log/anchor.ts';
import { parseLeaf } from '../../ledger/log/leaf.ts';
import { formatVerifierKey } from '../../ledger/log/note-key.ts';
import { LogMalformed, NoteRefused } from '../../ledger/log/errors.ts';
import { readPublished } from '../../ledger/log/log-reader.ts';
import { inspectLog, readIndex } from '../../ledger/log/open-log.ts';
import type { LogSource } from '../../ledger/log/ports.ts';
import { readEntry } from '../../ledger/log/read-tiles.ts';
import { openSequencer } from '../../ledger/log/sequencer.ts';
import { readSweep } from '../../ledger/log/sweep.ts';
import { type Anchorage, anchorNow, openAnchorage } from '../../runtime/embedded/anchorage.ts';
import { lastVerifiedPath, readLastVerified } from '../../runtime/embedded/last-verified.ts';
import type { Stores } from '../../runtime/embedded/stores.ts';
import { logKeyOf, tilesOf } from '../../runtime/embedded/transparency-log.ts';
import { findRunning } from '../../runtime/running.ts';
import type { Settings } from '../../runtime/settings.ts';
import { CommandFailed, exitCode, paint, print, table } from '../output.ts';
import { withStores } from '../stores.ts';
import { show } from './cases.ts';
import { registerEvents } from './ledger-events.ts';
import { registerProofCommands } from './ledger-proof.ts';
import { registerRestore } from './ledger-restore.ts';
import { registerVerify } from './ledger-verify.ts';

export function registerLedgerCommands(program: Command): void {
  const ledger = program.command('ledger').description('the transparency log: verify it, read it, prove events, have it anchored');
  registerVerify(ledger);
  registerStatus(ledger);
  registerProofCommands(ledger);
  registerEvents(ledger);
  registerAnchor(ledger);
  registerRestore(ledger);
}

function registerStatus(ledger: Command): void {
  ledger
    .command('status')
    .description('size, root, key and anchors of the log, and what has not entered it yet')
    .addHelpText('after', `
Example:
  $ kyc ledger status

Ends with 1 where the sequencer would not go on because head, tiles and checkpoint contradict each other.
Whether the log is complete and unaltered says: kyc ledger verify`)
    .action(async (_options: unknown, command: Command) => {
      const status = await withStores(statusOf);
      show(command, status, () => printStatus(status));
      if (status.problem !== null) process.exitCode = exitCode.failed;
    });
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(stores: Stores, settings: Settings) {
  const tiles = tilesOf(settings);
  const key = await logKeyOf(settings, stores);
  const problem = await inspectLog(tiles, key);
  const checkpoint = await readPublished(tiles, key).catch(nullIfWrong);
  const size = checkpoint?.size ?? 0;
  const last = size === 0 ? null : await readEntry(tiles, size - 1, size).then(parseLeaf).catch(nullIfWrong);
  const verified = await readLastVerified(lastVerifiedPath(settings.dataFolder));
  return {
    problem,
    size,
    root: checkpoint === null ? null : Buffer.from(checkpoint.root).toString('hex'),
    key: formatVerifierKey(key),
    // Where the log lies in a bucket, the file's time is not asked for.
    publishedAt: await stat(join(settings.dataFolder, 'log', 'checkpoint')).then(({ mtime }) => mtime.toISOString(), () => null),
    lastEntry: last === null ? null : { stream: last.stream, version: last.version, type: last.type, recordedAt: last.recordedAt },
    // What has not entered a log that contradicts itself cannot be told.
    unsequenced: problem === null ? await unsequenced(stores, tiles, size) : null,
    lastVerified: verified === 'unreadable' ? null : verified,
    anchors: await anchorsOf(tiles, await openAnchorage(settings)),
  };
}

/** For what does not read: the problem is told by itself. */
function nullIfWrong(error: unknown): null {
  if (error instanceof LogMalformed || error instanceof NoteRefused) return null;
  throw error;
}

const counted = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`;

function printStatus({ problem, size, root, key, publishedAt, lastEntry, unsequenced: waiting, lastVerified, anchors }: Status): void {
  print(`State        ${problem === null ? paint('green', 'in order') : paint('red', problem)}`);
  print(`Size         ${paint('bold', counted(size))}`);
  print(`Root         ${root ?? 'none'}`);
  print(`Key          ${key}`);
  if (publishedAt !== null) print(`Checkpoint   written ${publishedAt}`);
  print(`Last event   ${lastEntry === null ? 'none' : `${lastEntry.stream}/${lastEntry.version} ${lastEntry.type}, recorded ${lastEntry.recordedAt}`}`);
  print(`Unsequenced  ${waiting === null ? 'unknown' : counted(waiting)}`);
  print(`Verified     ${lastVerified === null ? 'never' : `${lastVerified.at}, ${counted(lastVerified.size)}`}`);
  if (anchors.length === 0) return print('Anchors      none');
  const rows = anchors.map((each) => [each.size.toLocaleString('en'), each.cosignatures.join(', ') || '–', each.timestamps.join(', ') || '–']);
  print(`\n${table(['anchored size', 'cosigned by', 'time-stamped by'], rows)}`);
}

/** Events since the last sweep that are not in the log. */
async function unsequenced({ store }: Stores, tiles: ReturnType<typeof tilesOf>, size: number): Promise<number> {
  const [index, sweep] = [await readIndex(tiles, size), await readSweep(tiles, size)];
  const from = sweep.until === null ? 0 : Date.parse(sweep.until) - SWEEP_OVERLAP_MS;
  let count = 0;
  for await (const events of store.since(new Date(from).toISOString())) {
    for (const { stream, version } of events) if (index.lastVersion(stream) < version) count += 1;
  }
  return count;
}

const SWEEP_OVERLAP_MS = 15 * 60_000;

/** By size, the newest first. A witness is shown by its name where the settings know its key. */
async function anchorsOf(source: LogSource, { witnesses }: Anchorage) {
  const bySize = new Map<number, { readonly size: number; readonly cosignatures: string[]; readonly timestamps: string[] }>();
  for await (const path of source.list('anchors/')) {
    const file = parseAnchorPath(path);
    if (file === null) continue;
    const entry = bySize.get(file.size) ?? { size: file.size, cosignatures: [], timestamps: [] };
    bySize.set(file.size, entry);
    if (file.kind === 'timestamp') entry.timestamps.push(file.name);
    if (file.kind === 'cosignature') entry.cosignatures.push(witnesses.find(({ key }) => key.id === file.keyId)?.key.name ?? file.keyId);
  }
  return [...bySize.values()].toSorted((a, b) => b.size - a.size);
}

function registerAnchor(ledger: Command): void {
  ledger
    .command('anchor')
    .description('have the published checkpoint time-stamped (RFC 3161) and cosigned (C2SP witnesses) now')
    .addHelpText('after', `
Example:
  $ export KYC_TIMESTAMP_URLS='[{"url": "https://freetsa.org/tsr", "certificates": ["./freetsa-root.pem"]}]'
  $ export KYC_WITNESSES='[{"url": "https://witness.example/w1", "vkey": "witness.example/w1+0d2a...+BCx..."}]'
  $ kyc ledger anchor

A running platform does so by itself, at most every KYC_ANCHOR_MINUTES. Who has vouched for a checkpoint is not asked again.`)
    .action(async (_options: unknown, command: Command) => {
      const report = await withStores(anchor);
      const refused = report.refused.map(({ message }) => message);
      show(command, { size: report.size, anchored: report.anchored, refused }, () => {
        if (report.size === null) return print('Nothing has been published yet.');
        for (const who of report.anchored) print(`Size ${report.size.toLocaleString('en')} is vouched for by ${paint('bold', who)}`);
        for (const each of refused) print(paint('red', each));
      });
      if (refused.length > 0) process.exitCode = exitCode.failed;
    });
}

async function anchor(stores: Stores, settings: Settings): Promise<AnchorReport> {
  const anchorage = await openAnchorage(settings);
  if (anchorage.witnesses.length + anchorage.authorities.length === 0) {
    throw new CommandFailed('There is nobody to ask; name them in KYC_TIMESTAMP_URLS and KYC_WITNESSES.', exitCode.usage, 'NO_ANCHORS');
  }
  const tiles = tilesOf(settings);
  // The platform that runs is the one writer of the checkpoint: it adds the cosignatures when it publishes or anchors next.
  if ((await findRunning(settings.dataFolder)) !== null) {
    return anchorNow({ tiles, sequencer: { key: await logKeyOf(settings, stores), cosigned: async () => false } }, anchorage);
  }
  const sequencer = await openSequencer({ tiles, store: stores.store, signer: stores.keys, origin: settings.values.KYC_LEDGER_ORIGIN, clock: () => new Date() });
  try {
    await sequencer.catchUp();
    return await anchorNow({ tiles, sequencer }, anchorage);
  } finally {
    await sequencer.close();
  }
}
