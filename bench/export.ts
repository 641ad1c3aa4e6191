import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exportLedger, type ExportDeps, type ExportRequest } from '../handlers/export.ts';
import type { BagAssets } from '../ledger/export/bag-sink.ts';
import { parseCopy, partPage } from '../ledger/export/verifier/page-copy.ts';
import type { BagFiles } from '../ledger/export/verifier/read-bag.ts';
import { verifyBag } from '../ledger/export/verifier/verify-bag.ts';
import { zipSink } from '../ledger/export/zip-sink.ts';
import { openSequencer } from '../ledger/log/sequencer.ts';
import { makeSigner } from '../tests/log/fixtures.ts';
import { createMemoryEventStore } from '../tests/support/memory/event-store.ts';
import { createMemoryEvidence, createMemoryLedger } from '../tests/support/memory/ledger.ts';
import { ada, createMemoryPlatform, passport } from '../tests/support/memory/platform.ts';
import { memoryTiles } from '../tests/support/memory/tiles.ts';
import { playCase } from '../tests/support/play.ts';
import type { Bench, Row } from './bench.ts';

const SIZES = [1_000, 10_000];

export const bench: Bench = {
  name: 'export',
  summary: 'whole cases from the ledger into a zipped bag with keys and evidence, and the verification of that bag; stores in memory',
  async run() {
    const rows: Row[] = [];
    for (const events of SIZES) rows.push(await measure(events));
    return rows;
  },
};

async function measure(events: number): Promise<Row> {
  const deps = await playUntil(events);
  const { sink, output, end } = zipSink('bag', new Date());
  let zipped = 0;
  output.on('data', (chunk: Buffer) => {
    zipped += chunk.length;
  });
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let bytes = 0;
  const started = performance.now();
  const done = await exportLedger(deps, request, randomUUID(), {
    add: async (path, content) => {
      bytes += content.length;
      files.set(path, new Uint8Array(content));
      await sink.add(path, content);
    },
  });
  if (done.kind === 'refused') throw new Error(done.code);
  end();
  await new Promise((resolve) => output.on('end', resolve));
  const exported = performance.now();
  const whole = await verifyBag(filesOf('bag', files));
  const verified = performance.now();
  const copy = parseCopy(partPage(Buffer.from(files.get('index.html') ?? []).toString())?.copy ?? '') ?? new Map<string, Uint8Array<ArrayBuffer>>();
  const page = await verifyBag(filesOf('page', copy));
  const pageVerified = performance.now();
  if (whole.verdict !== 'verified' || page.verdict !== 'verified') throw new Error('the bag does not verify');
  return {
    events: done.events,
    cases: done.applicants,
    'export s': seconds(exported - started),
    'events/s': Math.round(done.events / ((exported - started) / 1000)),
    'bag MB': megabytes(bytes),
    'zip MB': megabytes(zipped),
    'verify s': seconds(verified - exported),
    'verify page s': seconds(pageVerified - verified),
    'MB rss': megabytes(process.memoryUsage().rss),
  };
}

const request: ExportRequest = {
  applicant: null, from: null, to: null, registerType: null, decision: null, basis: null, personal: true, evidence: true, previousCheckpoint: null,
  actor: { kind: 'operator', id: 'bench' }, correlationId: 'bench',
};

/** A ledger with so many events, all of them of whole cases. */
async function playUntil(events: number): Promise<ExportDeps> {
  const store = createMemoryEventStore();
  const clock = () => new Date();
  const ledger = createMemoryLedger({ store, evidence: createMemoryEvidence(), clock });
  const platform = createMemoryPlatform({ store, ledger, clock });
  for (let at = 0; at * 12 < events; at += 1) {
    const number = String(7_000_000 + at);
    platform.registers.registrants.push({ ...ada, number });
    await playCase(platform, {
      applicant: { applicantId: randomUUID(), email: `applicant-${at}@example.test`, registrationNumber: number },
      document: passport({ number: String(100_000_000 + at) }),
    });
  }
  const signer = makeSigner();
  const tiles = memoryTiles();
  const sequencer = await openSequencer({ tiles, store, signer, origin: 'bench.example/log', clock });
  return {
    ledger, store, clock, newId: platform.deps.newId, assets: await readAssets(), policyFiles: async () => new Map(),
    log: {
      source: tiles, key: sequencer.key, signer,
      catchUp: () => sequencer.catchUp({ whole: true }), indexOf: (stream, version) => sequencer.indexOf(stream, version),
    },
  };
}

async function readAssets(): Promise<BagAssets> {
  const asset = (name: string) => readFile(new URL(`../ledger/export/assets/${name}`, import.meta.url), 'utf8');
  return { page: await asset('index.html'), verifier: await asset('verify.mjs') };
}

function filesOf(scope: BagFiles['scope'], files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): BagFiles {
  return { scope, paths: async () => [...files.keys()], read: async (path) => files.get(path) ?? null };
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 10) / 100;
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
