import { parseCheckpoint, parseSize } from './checkpoint.ts';
import { AnchorRefused } from './errors.ts';
import type { NoteSignature, VerifierKey } from './note-key.ts';
import { formatNote, type Note, parseSignatureLines, vouchedBy } from './note.ts';
import { formatAddCheckpoint } from './witness-request.ts';

/** A witness that the operator has chosen: where it answers and which key it cosigns with. */
export interface Witness {
  /** Submission prefix, without `/add-checkpoint`. */
  readonly url: string;
  readonly key: VerifierKey;
}

/** One HTTP request; throws when nobody answers. The body that comes back may be anything. */
export type Post = (url: string, contentType: string, body: Uint8Array) => Promise<Answer>;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

const CONFLICT = 409;
const SIZE_TYPE = 'text/x.tlog.size';
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'it finds the request malformed',
  403: 'it does not trust the signature of this log',
  404: 'it does not know this log',
  409: 'it has cosigned another root for this size',
  422: 'the log is not consistent with what it cosigned before',
};

/**
 * Asks a witness to cosign a checkpoint (C2SP tlog-witness). `oldSize` is what we believe it cosigned last; where it
 * knows better, it says so and is asked once more. `prove` gives the consistency proof from a size to the checkpoint's.
 * Throws AnchorRefused when it does not cosign, or cosigns something else.
 */
export async function askWitness(
  witness: Witness, note: Note, oldSize: number, prove: (oldSize: number) => Promise<readonly Uint8Array[]>, post: Post,
): Promise<NoteSignature> {
  const first = await submit(oldSize);
  const answer = first.status === CONFLICT && first.contentType.startsWith(SIZE_TYPE) ? await submit(sizeIn(first)) : first;
  if (answer.status !== 200) throw new AnchorRefused(witness.key.name, REFUSALS[answer.status] ?? `it answered ${answer.status}`);
  return signatureIn(answer);

  async function submit(from: number): Promise<Answer> {
    const { size } = parseCheckpoint(note.text);
    if (from > size) throw new AnchorRefused(witness.key.name, `it has cosigned size ${from}, beyond this checkpoint's ${size}`);
    const proof = from === 0 || from === size ? [] : await prove(from);
    const body = Buffer.from(formatAddCheckpoint({ oldSize: from, proof, checkpoint: formatNote(note) }));
    return post(`${witness.url.replace(/\/$/, '')}/add-checkpoint`, 'text/plain; charset=utf-8', body);
  }

  function sizeIn({ body }: Answer): number {
    return refusing('its size does not read', () => parseSize(Buffer.from(body).toString().replace(/\n$/, ''), 'tree size'));
  }

  function signatureIn({ body }: Answer): NoteSignature {
    return refusing('its cosignature does not hold', () => {
      const lines = parseSignatureLines(Buffer.from(body).toString());
      const own = lines.find(({ name, id }) => name === witness.key.name && id === witness.key.id);
      if (own === undefined) throw new AnchorRefused(witness.key.name, 'it cosigned with another key');
      vouchedBy(note.text, [own], [witness.key]);
      return own;
    });
  }

  function refusing<T>(why: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof AnchorRefused) throw cause;
      throw new AnchorRefused(witness.key.name, why, { cause });
    }
  }
}
