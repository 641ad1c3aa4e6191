import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportOperations, KeptBag, MadeExport } from '../../api/deps.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { Refused } from '../../handlers/execute.ts';
import { exportLedger, type ExportDeps, type ExportRequest } from '../../handlers/export.ts';
import type { BagAssets } from '../../ledger/export/bag-sink.ts';
import { zipSink } from '../../ledger/export/zip-sink.ts';

/** How long a bag can be fetched. */
const KEPT_MS = 60 * 60 * 1000;
const CIPHER = 'aes-256-ctr';

interface Kept {
  readonly actor: Actor;
  readonly applicants: ReadonlySet<string>;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly bytes: number;
  readonly timer: NodeJS.Timeout;
  made: MadeExport | null;
}

/**
 * Bags that wait to be fetched. Each lies on disk enciphered under a key that only this process knows, for an hour at
 * most: after a crash nobody can read what is left over, and erasing a person takes the bags with that person away.
 */
export class Exports implements ExportOperations {
  readonly #deps: ExportDeps;
  readonly #folder: string;
  readonly #kept = new Map<string, Kept>();
  /** For each bag that is being made, whose erasure has been ordered meanwhile. */
  readonly #making = new Set<Set<string>>();

  private constructor(deps: ExportDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  static async open(deps: ExportDeps, folder: string): Promise<Exports> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
    return new Exports(deps, folder);
  }

  async make(request: ExportRequest): Promise<Refused | MadeExport> {
    const exportId = randomUUID();
    const [key, iv] = [randomBytes(32), randomBytes(16)];
    const file = join(this.#folder, exportId);
    const zip = zipSink(bagName(exportId), this.#deps.clock());
    const written = pipeline(zip.output, createCipheriv(CIPHER, key, iv), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    const erased = new Set<string>();
    this.#making.add(erased);
    // It is waited for below; until then its failure must not end the process.
    written.catch(() => {});
    try {
      const done = await exportLedger(this.#deps, request, exportId, zip.sink);
      zip.end();
      await written;
      if (done.kind === 'refused') {
        await rm(file, { force: true });
        return done;
      }
      if (done.applicantStreams.some((stream) => erased.has(stream))) {
        await rm(file, { force: true });
        return { kind: 'refused', code: 'ERASED_MEANWHILE', message: 'The erasure of somebody in it was ordered while it was made. Make it again.' };
      }
      const { size: bytes } = await stat(file);
      const timer = setTimeout(() => void this.#drop(exportId), KEPT_MS).unref();
      this.#kept.set(exportId, { actor: request.actor, applicants: new Set(done.applicantStreams), key, iv, bytes, timer, made: null });
      const { applicantStreams: _, ...made } = { ...done, bytes, expiresAt: new Date(this.#deps.clock().getTime() + KEPT_MS).toISOString() };
      const kept = this.#kept.get(exportId);
      if (kept !== undefined) kept.made = made;
      return made;
    } catch (error) {
      zip.output.destroy();
      await rm(file, { force: true });
      throw error;
    } finally {
      this.#making.delete(erased);
    }
  }

  async state(exportId: string, actor: Actor): Promise<MadeExport | null> {
    const kept = this.#kept.get(exportId);
    return kept === undefined || kept.actor.kind !== actor.kind || kept.actor.id !== actor.id ? null : kept.made;
  }

  async read(exportId: string, actor: Actor): Promise<Extract<KeptBag, { readonly body: unknown }> | null> {
    const kept = this.#kept.get(exportId);
    if (kept === undefined || kept.actor.kind !== actor.kind || kept.actor.id !== actor.id) return null;
    const decipher = createDecipheriv(CIPHER, kept.key, kept.iv);
    void pipeline(createReadStream(join(this.#folder, exportId)), decipher).catch(() => {});
    return { fileName: `${bagName(exportId)}.zip`, bytes: kept.bytes, body: Readable.toWeb(decipher) as ReadableStream<Uint8Array> };
  }

  /** Takes note of appended events: who is to be erased is in no bag that can still be fetched. Never throws. */
  wake(events: readonly RecordedEvent[]): void {
    for (const { stream, type } of events) {
      if (type !== 'ErasureRequested') continue;
      for (const erased of this.#making) erased.add(stream);
      for (const [exportId, { applicants }] of this.#kept) if (applicants.has(stream)) void this.#drop(exportId);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((exportId) => this.#drop(exportId)));
  }

  async #drop(exportId: string): Promise<void> {
    clearTimeout(this.#kept.get(exportId)?.timer);
    this.#kept.delete(exportId);
    await rm(join(this.#folder, exportId), { force: true }).catch(() => {});
  }
}

const bagName = (exportId: string): string => `kyc-export-${exportId}`;

const root = new URL('../../', import.meta.url);

export async function readBagAssets(): Promise<BagAssets> {
  const [page, verifier] = await Promise.all(['index.html', 'verify.mjs'].map((name) => readFile(new URL(`ledger/export/assets/${name}`, root), 'utf8')));
  return { page: page ?? '', verifier: verifier ?? '' };
}

/** What every version of the policy is made with. */
const SHARED = ['policy.ts', 'rule.ts', 'evaluate.ts'];

/** The source of policy versions as it lies in aggregates/policy, by path there. */
export async function policyFiles(versions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const folder = new URL('aggregates/policy/', root);
  const paths = await Promise.all(versions.map(async (version) => (await readdir(new URL(`${version}/`, folder))).map((name) => `${version}/${name}`)));
  const wanted = versions.length === 0 ? [] : [...paths.flat(), ...SHARED].toSorted();
  return new Map(await Promise.all(wanted.map(async (path) => [path, await readFile(new URL(path, folder), 'utf8')] as const)));
}
