import type { RecordedEvent } from '../../events/envelope.ts';
import { evidenceRefs, type NamedEvidence } from './examine.ts';
import type { Finding } from './findings.ts';
import { inParallel } from './in-parallel.ts';
import type { EvidenceSource } from './ports.ts';
import type { LogEntries } from './verify-entries.ts';

const UNDER_WAY = 16;

export interface EvidenceCoverage {
  readonly evidence: number;
  readonly evidenceBytes: number;
  readonly evidenceErased: number;
  readonly evidenceUnreferenced: number;
}

/** What the log says about evidence: which there is, and whose may be gone. */
export interface EvidenceClaims {
  readonly named: readonly Omit<NamedEvidence, 'entry'>[];
  readonly erased: ReadonlySet<string>;
}

/** By the entries that are what they should be, and in the place of the others by their events in the store. */
export function evidenceClaims(entries: LogEntries, altered: ReadonlySet<number>, claimed: readonly RecordedEvent[]): EvidenceClaims {
  const sound = <T extends { readonly entry: number }>(each: T) => !altered.has(each.entry);
  const fromStore = claimed.flatMap(({ stream, data }) => [...evidenceRefs(data)].map((ref) => ({ ...ref, stream })));
  const erasedInStore = claimed.filter(({ type }) => type === 'ApplicantErased');
  return {
    named: [...entries.evidence.filter(sound), ...fromStore],
    erased: new Set([...entries.erased.filter(sound), ...erasedInStore].map(({ stream }) => stream)),
  };
}

/** What lies under a key; null where there is nothing. */
export type FoundEvidence = { readonly sha256: string; readonly bytes: number } | null;

/** Hashes what lies under each of the keys that are not in `found` yet. */
export async function hashEvidence(source: EvidenceSource, keys: Iterable<string>, found: Map<string, FoundEvidence>, progress: (done: number) => void): Promise<void> {
  const fresh = new Set(keys).difference(found);
  await inParallel(fresh, UNDER_WAY, async (key) => {
    const bytes = await source.get(key);
    found.set(key, bytes === null ? null : { sha256: await sha256InBackground(bytes), bytes: bytes.length });
    progress(1);
  });
}

/** Compares what was found with the hashes in the log. Only an erased applicant's may be gone. */
export async function compareEvidence(
  source: EvidenceSource, { named, erased }: EvidenceClaims, found: ReadonlyMap<string, FoundEvidence>, report: (finding: Finding) => void,
): Promise<EvidenceCoverage> {
  const byKey = Map.groupBy(named, ({ key }) => key);
  let [evidence, evidenceBytes, evidenceErased, evidenceUnreferenced] = [0, 0, 0, 0];
  for (const [key, references] of byKey) {
    const kept = found.get(key) ?? null;
    const wrong = references.find(({ sha256, bytes }) => kept?.sha256 !== sha256 || kept.bytes !== bytes);
    if (kept !== null) {
      evidence += 1;
      evidenceBytes += kept.bytes;
      if (wrong !== undefined) report({ kind: 'altered', what: 'evidence', where: key, detail: describe(wrong, kept.bytes) });
    } else if (references.every(({ stream }) => erased.has(stream))) evidenceErased += 1;
    else report({ kind: 'missing', what: 'evidence', where: key, detail: 'an event names it, but it is gone' });
  }
  for await (const key of source.list('')) if (!byKey.has(key)) evidenceUnreferenced += 1;
  return { evidence, evidenceBytes, evidenceErased, evidenceUnreferenced };
}

/** On the threads that Node has for such work: evidence is large, and handing it to a thread of ours would copy it. */
async function sha256InBackground(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))).toString('hex');
}

function describe({ bytes }: { readonly bytes: number }, found: number): string {
  return bytes === found ? 'its hash is not the one in the log' : `it has ${found} bytes instead of ${bytes}`;
}
