import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseSize } from './checkpoint.ts';
import { LogMalformed } from './errors.ts';
import { HASH_SIZE } from './hash.ts';

const MAX_PROOF_LINES = 63;

/** Body of a C2SP tlog-witness add-checkpoint request. */
export interface AddCheckpoint {
  /** Size of the checkpoint the witness cosigned last; 0 when it never did. */
  readonly oldSize: number;
  /** Consistency from the old size to the checkpoint's; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(encodeBase64), '', checkpoint].join('\n');
}

export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.indexOf('\n\n');
  if (split < 0) throw new LogMalformed('add-checkpoint request', 'it has no checkpoint');
  const [old, ...lines] = body.slice(0, split).split('\n');
  if (old?.startsWith('old ') !== true) throw new LogMalformed('add-checkpoint request', 'it names no old size');
  if (lines.length > MAX_PROOF_LINES) throw new LogMalformed('add-checkpoint request', 'its proof is too long');
  const proof = lines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_SIZE) throw new LogMalformed('add-checkpoint request', 'a line is not a hash');
    return hash;
  });
  return { oldSize: parseSize(old.slice('old '.length), 'add-checkpoint request'), proof, checkpoint: body.slice(split + 2) };
}
