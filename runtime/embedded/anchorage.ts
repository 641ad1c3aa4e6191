import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Log } from '../../handlers/deps.ts';
import { anchorCheckpoint, type AnchorOptions, type AnchorReport, type Authority } from '../../ledger/log/anchor.ts';
import { parseAnchorPath } from '../../ledger/log/anchor-files.ts';
import { LogMalformed } from '../../ledger/log/errors.ts';
import { httpPost } from '../../ledger/log/http-post.ts';
import { readPublished } from '../../ledger/log/log-reader.ts';
import { COSIGNATURE_V1, parseVerifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import type { LogSource } from '../../ledger/log/ports.ts';
import type { AnchorTrust } from '../../ledger/log/verify-anchors.ts';
import type { Witness } from '../../ledger/log/witness.ts';
import { type Settings, SettingsInvalid } from '../settings.ts';

const TIMEOUT_MS = 20_000;
const MINUTE = 60_000;

/** Who outside vouches for the log's checkpoints, as the settings name them. */
export interface Anchorage {
  readonly witnesses: readonly Witness[];
  readonly authorities: readonly Authority[];
}

/** Reads keys and certificates. Throws SettingsInvalid for a key or a certificate file that does not read. */
export async function openAnchorage({ values }: { readonly values: Pick<Settings['values'], 'KYC_WITNESSES' | 'KYC_TIMESTAMP_URLS'> }): Promise<Anchorage> {
  const witnesses = values.KYC_WITNESSES.map(({ url, vkey }) => ({ url, key: witnessKey(vkey) }));
  const authorities = await Promise.all(values.KYC_TIMESTAMP_URLS.map(async ({ name, url, certificates }) => ({
    name: name ?? new URL(url).hostname.replaceAll(/[^a-z0-9-]/g, '-'),
    url,
    roots: await Promise.all(certificates.map((file) => readCertificate(file))),
  })));
  if (new Set(authorities.map(({ name }) => name)).size < authorities.length) {
    throw new SettingsInvalid('KYC_TIMESTAMP_URLS: two authorities have the same name; give each a "name"');
  }
  return { witnesses, authorities };
}

export const trustOf = ({ witnesses, authorities }: Anchorage): AnchorTrust => ({
  witnesses: witnesses.map(({ key }) => key),
  authorities: authorities.flatMap(({ roots }) => roots),
});

/** Has the published checkpoint vouched for now by all who have not done so. */
export function anchorNow(log: Pick<AnchorOptions, 'tiles' | 'sequencer'>, anchorage: Anchorage): Promise<AnchorReport> {
  return anchorCheckpoint({ ...log, ...anchorage, post: httpPost(TIMEOUT_MS), random: (bytes) => randomBytes(bytes) });
}

export interface AnchorerOptions {
  readonly log: Log;
  readonly clock: () => Date;
  readonly everyMinutes: number;
  readonly anchorage: Anchorage;
  /** Asked for when there is something to anchor, so that a log that cannot be opened stops nothing else. */
  readonly open: () => Promise<Pick<AnchorOptions, 'tiles' | 'sequencer'>>;
}

/** The periodic job: anchors what has been published since, at most every so many minutes, and tells who refused. */
export class Anchorer {
  readonly #options: AnchorerOptions;
  #last: number | null = null;

  constructor(options: AnchorerOptions) {
    this.#options = options;
  }

  /** null when it was not time yet, or nothing was left to anchor. */
  async run(): Promise<AnchorReport | null> {
    const { log, clock, everyMinutes, anchorage, open } = this.#options;
    const now = clock().getTime();
    if (anchorage.witnesses.length + anchorage.authorities.length === 0) return null;
    if (this.#last !== null && now - this.#last < everyMinutes * MINUTE) return null;
    const opened = await open();
    if (await complete(opened.tiles, opened.sequencer.key, anchorage)) return null;
    this.#last = now;
    const report = await anchorNow(opened, anchorage);
    for (const refused of report.refused) log.warn('a checkpoint was not vouched for; it is asked for again', { code: refused.code, reason: refused.message });
    return report;
  }
}

/** Has everybody vouched for the published checkpoint, or is there none? */
async function complete(tiles: LogSource, key: VerifierKey, { witnesses, authorities }: Anchorage): Promise<boolean> {
  const published = await readPublished(tiles, key);
  if (published === null || published.size === 0) return true;
  const by = new Set<string>();
  for await (const path of tiles.list('anchors/')) {
    const file = parseAnchorPath(path);
    if (file?.size === published.size && file.kind === 'cosignature') by.add(file.keyId);
    if (file?.size === published.size && file.kind === 'timestamp') by.add(`${file.name}.tsr`);
  }
  return witnesses.every((each) => by.has(each.key.id)) && authorities.every(({ name }) => by.has(`${name}.tsr`));
}

function witnessKey(text: string): VerifierKey {
  const key = readKey(text);
  if (key.type !== COSIGNATURE_V1) throw new SettingsInvalid('KYC_WITNESSES: that is the key of a log, not of a witness (its type must be 0x04)');
  return key;
}

function readKey(text: string): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (error instanceof LogMalformed) throw new SettingsInvalid(`KYC_WITNESSES: ${error.message}`, { cause: error });
    throw error;
  }
}

function readCertificate(file: string): Promise<string> {
  // A function has no files of the operator's: there the certificate itself is given.
  if (file.includes('-----BEGIN CERTIFICATE-----')) return Promise.resolve(file);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SettingsInvalid(`KYC_TIMESTAMP_URLS: the certificate file ${file} does not read`, { cause });
  });
}
