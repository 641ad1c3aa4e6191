import { anchoredCheckpointPath, anchorFolder, cosignaturePath, parseAnchorPath, timestampPath } from './anchor-files.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { AnchorRefused, LogMalformed, TimestampRefused } from './errors.ts';
import { proveConsistency, readPublished } from './log-reader.ts';
import type { NoteSignature } from './note-key.ts';
import { formatNote, formatSignatureLine, type Note, openNote, parseNote, parseSignatureLines } from './note.ts';
import type { LogSource, LogTiles } from './ports.ts';
import type { Sequencer } from './sequencer.ts';
import { timestampRequest, verifyTimestamp } from './timestamp.ts';
import { askWitness, type Post, type Witness } from './witness.ts';

/** A time-stamping authority (RFC 3161) that the operator has chosen. */
export interface Authority {
  /** Short, for file names and messages: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly url: string;
  /** Root certificates, PEM or DER, one of which its certificate must lead to. */
  readonly roots: readonly (string | Uint8Array)[];
}

export interface AnchorOptions {
  readonly tiles: LogTiles;
  readonly sequencer: Pick<Sequencer, 'key' | 'cosigned'>;
  readonly witnesses: readonly Witness[];
  readonly authorities: readonly Authority[];
  readonly post: Post;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

export interface AnchorReport {
  /** The size that was anchored; null when nothing is published. */
  readonly size: number | null;
  readonly anchored: readonly string[];
  /** Who did not vouch, and why. Asked again the next time. */
  readonly refused: readonly AnchorRefused[];
}

const NONCE_SIZE = 8;

/**
 * Has the published checkpoint time-stamped and cosigned by all who have not done so yet, keeps what they say under
 * `anchors/<size>/`, and adds the cosignatures to the checkpoint. One that refuses or does not answer stops no other.
 */
export async function anchorCheckpoint(options: AnchorOptions): Promise<AnchorReport> {
  const { tiles, sequencer, witnesses, authorities, post, random } = options;
  const published = await readPublished(tiles, sequencer.key);
  if (published === null || published.size === 0) return { size: null, anchored: [], refused: [] };
  const { size } = published;
  const note = await keepCheckpoint();
  const anchored: string[] = [];
  const refused: AnchorRefused[] = [];

  for (const witness of witnesses) await attempt(witness.key.name, () => cosignature(witness));
  for (const authority of authorities) await attempt(authority.name, () => timestamp(authority));
  await addCosignatures(tiles, sequencer, size);
  return { size, anchored, refused };

  /** The checkpoint with the log's signature alone, as every anchor of this size refers to it. */
  async function keepCheckpoint(): Promise<Note> {
    const whole = parseNote(published?.note ?? '');
    const own = { text: whole.text, signatures: whole.signatures.filter(({ id, name }) => id === sequencer.key.id && name === sequencer.key.name) };
    openNote(own, [sequencer.key]);
    await tiles.put(anchoredCheckpointPath(size), Buffer.from(formatNote(own)));
    return own;
  }

  async function attempt(who: string, ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
      anchored.push(who);
    } catch (error) {
      if (!(error instanceof AnchorRefused)) throw error;
      refused.push(error);
    }
  }

  function reaching(who: string): Post {
    return (...request) => post(...request).catch((cause: unknown) => {
      throw new AnchorRefused(who, 'it did not answer', { cause });
    });
  }

  async function cosignature(witness: Witness): Promise<void> {
    const path = cosignaturePath(size, witness.key.id);
    if ((await tiles.get(path)) !== null) return;
    const before = await lastCosigned(witness.key.id);
    const line = await askWitness(witness, note, before, (from) => proveConsistency(tiles, parseCheckpoint(note.text), from), reaching(witness.key.name));
    await tiles.put(path, Buffer.from(formatSignatureLine(line)));
  }

  async function timestamp(authority: Authority): Promise<void> {
    const path = timestampPath(size, authority.name);
    if ((await tiles.get(path)) !== null) return;
    const [text, nonce] = [Buffer.from(note.text), random(NONCE_SIZE)];
    const answer = await reaching(authority.name)(authority.url, 'application/timestamp-query', timestampRequest(text, nonce));
    if (answer.status !== 200) throw new AnchorRefused(authority.name, `it answered ${answer.status}`);
    await verifyTimestamp(answer.body, text, authority.roots, nonce).catch((cause: unknown) => {
      throw cause instanceof TimestampRefused ? new AnchorRefused(authority.name, cause.message, { cause }) : cause;
    });
    await tiles.put(path, answer.body);
  }

  /** The largest size that this witness has cosigned, by what we keep. */
  async function lastCosigned(keyId: string): Promise<number> {
    let last = 0;
    for await (const path of tiles.list('anchors/')) {
      const file = parseAnchorPath(path);
      if (file?.kind === 'cosignature' && file.keyId === keyId && file.size <= size) last = Math.max(last, file.size);
    }
    return last;
  }
}

/** Adds what witnesses have said of the published checkpoint to it, whoever asked them. For the one writer of the log. */
export async function publishCosignatures(tiles: LogSource, sequencer: Pick<Sequencer, 'key' | 'cosigned'>): Promise<void> {
  const published = await readPublished(tiles, sequencer.key);
  if (published !== null && published.size > 0) await addCosignatures(tiles, sequencer, published.size);
}

async function addCosignatures(tiles: LogSource, sequencer: Pick<Sequencer, 'cosigned'>, size: number): Promise<void> {
  const lines: NoteSignature[] = [];
  for await (const path of tiles.list(`${anchorFolder(size)}/cosignature-`)) {
    const bytes = await tiles.get(path);
    if (bytes !== null) lines.push(...readLines(bytes));
  }
  if (lines.length > 0) await sequencer.cosigned(size, lines);
}

function readLines(bytes: Uint8Array): NoteSignature[] {
  try {
    return parseSignatureLines(Buffer.from(bytes).toString());
  } catch (error) {
    if (error instanceof LogMalformed) return [];
    throw error;
  }
}
