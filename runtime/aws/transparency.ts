import type { Transparency } from '../../api/deps.ts';
import { decodeHead, NO_HEAD } from '../../ledger/log/log-head.ts';
import { formatVerifierKey, type VerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { readIndex } from '../../ledger/log/open-log.ts';
import type { SequencerOptions } from '../../ledger/log/sequencer.ts';
import { serveLog } from '../../ledger/log/serve-log.ts';
import type { StreamIndex } from '../../ledger/log/stream-index.ts';

export async function logKeyOf({ signer, origin }: Pick<SequencerOptions, 'signer' | 'origin'>): Promise<VerifierKey> {
  return verifierKey(origin, await signer.publicKey());
}

/** The log as readers see it: by its head and its tiles, beside the one function that writes them. */
export async function openTransparency(parts: SequencerOptions): Promise<Transparency> {
  const { tiles } = parts;
  const key = await logKeyOf(parts);
  let known: { readonly size: number; readonly index: StreamIndex } | null = null;

  async function current(): Promise<StreamIndex> {
    const bytes = await tiles.readHead();
    const { size } = bytes === null ? NO_HEAD : decodeHead(bytes);
    if (known === null || known.size !== size) known = { size, index: await readIndex(tiles, size) };
    return known.index;
  }

  return {
    verifierKey: formatVerifierKey(key),
    indexOf: async (stream, version) => (await current()).indexOf(stream, version),
    file: serveLog(tiles),
  };
}
