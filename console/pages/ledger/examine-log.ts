import { get } from '../../data/client.ts';
import { sameBytes } from '../../log/bytes.ts';
import { LogBroken, openCheckpoint, parseLogKey, type Checkpoint } from '../../log/checkpoint.ts';
import { readBundle, tileWidth } from '../../log/tiles.ts';
import { proveEntry, proveGrowth } from '../../log/verify.ts';
import { readLog } from '../../data/read-log.ts';
import { lastSeen, remember } from './seen.ts';

export interface Check {
  readonly title: string;
  readonly outcome: 'good' | 'bad' | 'not-run';
  readonly words: string;
}

export interface Examined {
  readonly checkpoint: Checkpoint | null;
  readonly keyId: string | null;
  readonly verifierKey: string;
  /** Is it another key than at the last visit? */
  readonly keyChanged: boolean;
  /** When somebody compared the key with what they were given; null: never. */
  readonly comparedAt: string | null;
  readonly checks: readonly Check[];
  readonly broken: boolean;
}

/**
 * Everything that can be told about the log at a visit: its signature, that it is the continuation of what this browser
 * saw before, and that its newest entry leads to its root. Only what holds is remembered.
 */
export async function examineLog(): Promise<Examined> {
  const checks: Check[] = [];
  let checkpoint: Checkpoint | null = null;
  let keyId: string | null = null;
  const before = lastSeen();
  const run = async (title: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      checks.push({ title, outcome: 'good', words: await work() });
      return true;
    } catch (thrown) {
      if (!(thrown instanceof LogBroken)) throw thrown;
      checks.push({ title, outcome: 'bad', words: thrown.message });
      return false;
    }
  };

  const { verifierKey } = await get('/ledger');
  const keyChanged = before !== null && before.verifierKey !== verifierKey;
  const comparedAt = keyChanged ? null : before?.comparedAt ?? null;
  const key = { verifierKey, keyChanged, comparedAt };
  const signed = await run('Signed by the log\'s key', async () => {
    if (keyChanged) throw new LogBroken('The log has another key than at the last visit. Ask the operator whether the key was changed, and compare it with what they publish.');
    const signer = await parseLogKey(verifierKey);
    keyId = signer.id;
    const note = await readLog('checkpoint');
    if (note === null) throw new LogBroken('The log has published no checkpoint.');
    checkpoint = await openCheckpoint(new TextDecoder().decode(note), signer);
    return before === null ? `The Ed25519 signature of key ${signer.id} holds. This browser has not seen the key before.` : `The Ed25519 signature of key ${signer.id} holds; it is the key of your last visit${comparedAt === null ? '' : ', compared with the one you were given'}.`;
  });
  const now = checkpoint as Checkpoint | null;
  if (!signed || now === null) return { checkpoint: now, keyId, ...key, checks, broken: true };
  const grown = await run('A continuation of what this browser saw', async () => {
    if (before === null || before.size === 0) return 'This is the first visit from this browser. From now on every visit is held to what it has seen.';
    const hashes = await proveGrowth(readLog, before, now);
    if (before.size === now.size) return `The same ${now.size} entries as at your last visit.`;
    return `The ${before.size} entries of your last visit are the beginning of these ${now.size}: proven with ${hashes} hashes.`;
  });
  const led = now.size === 0 || await run('The newest entry leads to the root', async () => {
    const { path } = await proveEntry(readLog, now, now.size - 1);
    return `Entry ${now.size - 1} is in the tree: proven with ${path.length} hashes.`;
  });
  const broken = !grown || !led;
  if (!broken && (before === null || before.size !== now.size || !sameBytes(before.root, now.root))) remember(now, verifierKey, comparedAt);
  return { checkpoint: now, keyId, ...key, checks, broken };
}

/** How the log grew: sizes at moments, from the recorded times of at most `samples` entries. */
export async function growthOf(size: number, samples = 24): Promise<readonly { readonly at: number; readonly value: number }[]> {
  const wanted = [...new Set(Array.from({ length: Math.min(samples, size) }, (_, at) => Math.floor((at * (size - 1)) / Math.max(1, Math.min(samples, size) - 1))))];
  const bundles = new Map<number, ReturnType<typeof readBundle>>();
  const points = await Promise.all(wanted.map(async (index) => {
    const number = Math.floor(index / tileWidth);
    const bundle = bundles.get(number) ?? readBundle(readLog, number, size);
    bundles.set(number, bundle);
    const entry = (await bundle)[index % tileWidth];
    const { recordedAt } = entryOf(entry ?? new Uint8Array());
    return { at: Date.parse(recordedAt ?? ''), value: index + 1 };
  }));
  return points.filter(({ at }) => !Number.isNaN(at)).toSorted((a, b) => a.at - b.at || a.value - b.value);
}

/** The event in an entry; what is no event has no fields. */
export function entryOf(entry: Uint8Array): { readonly text: string; readonly stream?: string; readonly version?: number; readonly type?: string; readonly recordedAt?: string; readonly actor?: string } {
  const text = new TextDecoder().decode(entry);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return { text };
    const field = (name: string): unknown => Reflect.get(parsed, name);
    const actor = field('actor');
    return {
      text: JSON.stringify(parsed, null, 2),
      stream: String(field('stream')),
      version: Number(field('version')),
      type: String(field('type')),
      recordedAt: String(field('recordedAt')),
      actor: typeof actor === 'object' && actor !== null ? `${String(Reflect.get(actor, 'kind'))} ${String(Reflect.get(actor, 'id'))}` : '',
    };
  } catch {
    return { text };
  }
}
