import { anchoredCheckpointPath, type AnchorFile, parseAnchorPath } from './anchor-files.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { LogMalformed, NoteRefused, TimestampRefused } from './errors.ts';
import type { Finding } from './findings.ts';
import { equalBytes } from './hash.ts';
import type { VerifierKey } from './note-key.ts';
import { type Note, openNote, parseNote, parseSignatureLines, vouchedBy } from './note.ts';
import type { LogSource } from './ports.ts';
import { verifyTimestamp } from './timestamp.ts';

/** Whom the verifier trusts beside the log itself. */
export interface AnchorTrust {
  readonly witnesses: readonly VerifierKey[];
  /** Root certificates of time-stamping authorities, PEM or DER. */
  readonly authorities: readonly (string | Uint8Array)[];
}

export interface AnchorCoverage {
  readonly anchors: number;
  readonly anchorsUnchecked: number;
}

/** Verifies every anchor: its checkpoint is of this tree, and what witness or authority said of it holds. */
export async function verifyAnchors(
  source: LogSource, logKey: VerifierKey, trust: AnchorTrust, size: number, rootAt: (size: number) => Promise<Uint8Array>, report: (finding: Finding) => void,
): Promise<AnchorCoverage> {
  const notes = new Map<number, Note | null>();
  let [anchors, anchorsUnchecked] = [0, 0];
  const wrong = (where: string, detail: string) => report({ kind: 'altered', what: 'anchor', where, detail });

  async function noteAt(at: number): Promise<Note | null> {
    const known = notes.get(at);
    if (known !== undefined) return known;
    const where = anchoredCheckpointPath(at);
    const bytes = await source.get(where);
    const note = bytes === null ? null : await checkedNote(bytes, at, where);
    if (bytes === null) report({ kind: 'missing', what: 'anchor', where, detail: 'the checkpoint that its anchors vouch for is gone' });
    notes.set(at, note);
    return note;
  }

  async function checkedNote(bytes: Uint8Array, at: number, where: string): Promise<Note | null> {
    try {
      const note = parseNote(bytes);
      openNote(note, [logKey]);
      const checkpoint = parseCheckpoint(note.text);
      if (checkpoint.size !== at || at > size) wrong(where, `it is of size ${checkpoint.size}, which is not the one it is kept for or beyond the log`);
      else if (!equalBytes(checkpoint.root, await rootAt(at))) wrong(where, 'it has another root than the log had at that size');
      else return note;
    } catch (error) {
      if (!(error instanceof LogMalformed || error instanceof NoteRefused)) throw error;
      wrong(where, 'it is not a checkpoint that this log signed');
    }
    return null;
  }

  async function check(file: AnchorFile, path: string): Promise<'checked' | 'unchecked'> {
    const note = await noteAt(file.size);
    const bytes = await source.get(path);
    if (file.kind === 'checkpoint' || note === null || bytes === null) return 'checked';
    try {
      if (file.kind === 'timestamp') {
        if (trust.authorities.length === 0) return 'unchecked';
        await verifyTimestamp(bytes, Buffer.from(note.text), trust.authorities);
        return 'checked';
      }
      const key = trust.witnesses.find(({ id }) => id === file.keyId);
      if (key === undefined) return 'unchecked';
      if (vouchedBy(note.text, parseSignatureLines(Buffer.from(bytes).toString()), [key]).length === 0) wrong(path, 'it is not a cosignature of this witness');
    } catch (error) {
      if (!(error instanceof LogMalformed || error instanceof NoteRefused || error instanceof TimestampRefused)) throw error;
      wrong(path, 'it does not vouch for the checkpoint beside it');
    }
    return 'checked';
  }

  for await (const path of source.list('anchors/')) {
    const file = parseAnchorPath(path);
    if (file === null) report({ kind: 'added', what: 'anchor', where: path, detail: 'it is none of this log\'s anchors' });
    else if ((await check(file, path)) === 'checked') anchors += 1;
    else anchorsUnchecked += 1;
  }
  return { anchors, anchorsUnchecked };
}
