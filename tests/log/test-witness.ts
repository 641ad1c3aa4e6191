import { parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { cosign } from '../../ledger/log/cosignature.ts';
import { NoteRefused } from '../../ledger/log/errors.ts';
import { equalBytes } from '../../ledger/log/hash.ts';
import { formatSignatureLine, openNote, parseNote } from '../../ledger/log/note.ts';
import { COSIGNATURE_V1, verifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import { consistencyFault } from '../../ledger/log/verify-proof.ts';
import type { Post, Witness } from '../../ledger/log/witness.ts';
import { parseAddCheckpoint } from '../../ledger/log/witness-request.ts';
import { makeSigner } from './fixtures.ts';

export interface TestWitness extends Witness {
  readonly post: Post;
  /** What it was asked, request by request. */
  readonly requests: string[];
  /** Size it cosigned last. */
  readonly size: () => number;
}

/** A witness as C2SP tlog-witness describes it, for one log, with its memory and a clock that stands still. */
export async function makeWitness(logKey: VerifierKey, time = 1_790_000_000): Promise<TestWitness> {
  const signer = makeSigner();
  const key = verifierKey('witness.example/w1', await signer.publicKey(), COSIGNATURE_V1);
  let latest: { size: number; root: Uint8Array } = { size: 0, root: new Uint8Array() };
  const requests: string[] = [];

  const post: Post = async (url, _contentType, body) => {
    if (url !== 'https://witness.example/w1/add-checkpoint') return text(404);
    requests.push(Buffer.from(body).toString());
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(Buffer.from(body).toString());
    const note = parseNote(checkpoint);
    const { origin, size, root } = parseCheckpoint(note.text);
    if (origin !== logKey.name) return text(404);
    try {
      openNote(note, [logKey]);
    } catch (error) {
      if (error instanceof NoteRefused) return text(403);
      throw error;
    }
    if (oldSize > size) return text(400);
    if (oldSize !== latest.size) return text(409, `${latest.size}\n`, 'text/x.tlog.size');
    if (oldSize === size && !equalBytes(root, latest.root)) return text(409);
    const fault = oldSize === 0
      ? (proof.length > 0 ? 'WRONG_LENGTH' : null)
      : consistencyFault({ oldSize: BigInt(oldSize), newSize: BigInt(size), oldRoot: latest.root, newRoot: root, proof });
    if (fault !== null) return text(422);
    latest = { size, root };
    return text(200, formatSignatureLine(await cosign(note.text, key.name, time, signer)));
  };
  return { url: 'https://witness.example/w1', key, post, requests, size: () => latest.size };
}

function text(status: number, body = '', contentType = 'text/plain') {
  return { status, contentType, body: Buffer.from(body) };
}
