import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tiles } from '../../gateways/tiles/port.ts';
import { exportLedger, type ExportDeps, type ExportRequest } from '../../handlers/export.ts';
import type { BagAssets } from '../../ledger/export/bag-sink.ts';
import type { Bytes } from '../../ledger/export/verifier/bytes.ts';
import { formatManifest, hashHex, TAG_FILES } from '../../ledger/export/verifier/bagit.ts';
import type { BagFiles } from '../../ledger/export/verifier/read-bag.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { formatVerifierKey } from '../../ledger/log/note-key.ts';
import { makeSigner } from '../log/fixtures.ts';
import { createMemoryEventStore } from '../support/memory/event-store.ts';
import { createMemoryEvidence, createMemoryLedger } from '../support/memory/ledger.ts';
import { ada, createMemoryPlatform, passport, selfie, type MemoryPlatform } from '../support/memory/platform.ts';
import { memoryTiles } from '../support/memory/tiles.ts';
import { playCase } from '../support/play.ts';

export const assets: BagAssets = {
  page: readFileSync(new URL('../../ledger/export/assets/index.html', import.meta.url), 'utf8'),
  verifier: readFileSync(new URL('../../ledger/export/assets/verify.mjs', import.meta.url), 'utf8'),
};

export interface World {
  readonly platform: MemoryPlatform;
  readonly deps: ExportDeps;
  readonly tiles: Tiles;
  readonly sequencer: Sequencer;
  readonly evidence: ReturnType<typeof createMemoryEvidence>;
  readonly streams: readonly string[];
  /** The log's verifier key. */
  readonly key: string;
}

/** A ledger with played cases (registers clear, so they pass) and its log. */
export async function makeWorld(cases = 2): Promise<World> {
  const store = createMemoryEventStore();
  const evidence = createMemoryEvidence();
  const time = { now: Date.parse('2026-11-20T10:00:00.000Z') };
  const ledger = createMemoryLedger({ store, evidence, clock: () => new Date((time.now += 1000)) });
  const platform = createMemoryPlatform({ store, ledger });
  const signer = makeSigner();
  const tiles = memoryTiles();
  const streams: string[] = [];
  for (let at = 0; at < cases; at += 1) {
    const number = `700000${at + 1}`;
    platform.registers.registrants?.push({ ...ada, number });
    const { stream } = await playCase(platform, {
      applicant: { email: `ada${at}@example.test`, registrationNumber: number },
      document: passport({ number: `12345678${at}` }), selfie: selfie(),
    });
    streams.push(stream);
    platform.time.now += 3_600_000;
    time.now = platform.time.now;
  }
  const sequencer = await openSequencer({ tiles, store, signer, origin: 'ledger.example/log', clock: platform.deps.clock });
  await sequencer.catchUp({ whole: true });
  const deps: ExportDeps = {
    ledger, store, clock: platform.deps.clock, newId: platform.deps.newId, assets,
    log: {
      source: tiles, key: sequencer.key, signer,
      catchUp: () => sequencer.catchUp({ whole: true }), indexOf: (stream, version) => sequencer.indexOf(stream, version),
    },
    policyFiles: async (versions) => new Map(versions.map((version) => [`${version}/policy.ts`, `// policy ${version}\n`])),
  };
  return { platform, deps, tiles, sequencer, evidence, streams, key: formatVerifierKey(sequencer.key) };
}

export const everything: ExportRequest = {
  applicant: null, from: null, to: null, registerType: null, decision: null, basis: null, personal: true, evidence: true, previousCheckpoint: null,
  actor: { kind: 'operator', id: 'local-auditor' }, correlationId: 'test',
};

/** A bag in memory, which a test may spoil. */
export class MemoryBag implements BagFiles {
  readonly scope = 'bag';
  readonly files: Map<string, Bytes>;

  constructor(files: Iterable<readonly [string, Bytes]> = []) {
    this.files = new Map(files);
  }

  async add(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, new Uint8Array(bytes));
  }

  async paths() {
    return [...this.files.keys()];
  }

  async read(path: string) {
    return this.files.get(path) ?? null;
  }

  text(path: string): string {
    return Buffer.from(this.files.get(path) ?? []).toString();
  }

  set(path: string, text: string): void {
    this.files.set(path, new TextEncoder().encode(text));
  }

  copy(): MemoryBag {
    return new MemoryBag([...this.files].map(([path, bytes]) => [path, new Uint8Array(bytes)]));
  }

  /** What a forger who lacks the ledger's key would do after changing something: all unsigned hashes made to fit. */
  async coverUp(): Promise<void> {
    const hashes = async (wanted: (path: string) => boolean) => {
      const entries = await Promise.all([...this.files].filter(([path]) => wanted(path)).map(async ([path, bytes]) => [path, await hashHex(bytes)] as const));
      return formatManifest(new Map(entries));
    };
    this.set('manifest-sha256.txt', await hashes((path) => path.startsWith('data/')));
    this.set('tagmanifest-sha256.txt', await hashes((path) => TAG_FILES.includes(path)));
  }
}

/** Exports into memory. Throws where it is refused. */
export async function exportBag(world: World, changes: Partial<ExportRequest> = {}): Promise<MemoryBag> {
  const bag = new MemoryBag();
  const done = await exportLedger(world.deps, { ...everything, ...changes }, randomUUID(), bag);
  if (done.kind === 'refused') throw new Error(done.code);
  return bag;
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kyc-export-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
