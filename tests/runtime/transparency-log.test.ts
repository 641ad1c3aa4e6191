import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEmbeddedKeys } from '../../gateways/keys/embedded.ts';
import type { Keys } from '../../gateways/keys/port.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import { parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { formatVerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { openNote, parseNote } from '../../ledger/log/note.ts';
import { openAnchorage } from '../../runtime/embedded/anchorage.ts';
import { TransparencyLog } from '../../runtime/embedded/transparency-log.ts';
import { readSettings, SettingsInvalid } from '../../runtime/settings.ts';
import { makeWitness, type TestWitness } from '../log/test-witness.ts';
import { recorded } from '../support/events.ts';
import { createMemoryEventStore } from '../support/memory/event-store.ts';

let folder: string;
let store: EventStore;
let keys: Keys;
let warnings: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-transparency-'));
  store = createMemoryEventStore();
  keys = await openEmbeddedKeys(join(folder, 'keys', 'master.json'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true }));

const log = { info: () => {}, warn: (...all: unknown[]) => void warnings.push(all), error: (...all: unknown[]) => void warnings.push(all) };
const open = (env: Readonly<Record<string, string>> = {}) => TransparencyLog.open(readSettings({ KYC_DATA: folder, ...env }), { store, keys }, log);

const stream = `applicant-${randomUUID()}`;
async function record(version: number) {
  const event = recorded(stream, version, { recordedAt: new Date().toISOString() });
  await store.append(stream, version - 1, [event]);
  return event;
}

async function sizeOf(tiles: TransparencyLog['tiles']): Promise<number> {
  const bytes = await tiles.get('checkpoint');
  return bytes === null ? 0 : parseCheckpoint(parseNote(bytes).text).size;
}

describe('events that are recorded one by one', () => {
  it('enter the log together, so that no heap of partial tiles is left', async () => {
    const transparency = await open();
    await transparency.catchUp();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let version = 1; version <= 40; version += 1) {
      transparency.wake([await record(version)]);
      await nextTurn();
    }
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await transparency.stop();
    expect(await Array.fromAsync(transparency.tiles.list('tile/entries/'))).toEqual(['tile/entries/000.p/40']);
    expect(warnings).toEqual([]);
  });

  it('are in the log when it has stopped, also those that were gathered last', async () => {
    const transparency = await open();
    transparency.wake([await record(1)]);
    await transparency.stop();
    expect(await sizeOf(transparency.tiles)).toBe(1);
  });
});

describe('anchoring by the clock', () => {
  let server: Server;
  let witness: TestWitness;
  beforeEach(async () => {
    witness = await makeWitness(verifierKey('kyc-ledger.example/log', await keys.publicKey()));
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => void witness.post(`https://witness.example/w1${request.url ?? ''}`, 'text/plain', Buffer.concat(parts)).then((answer) =>
        response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());
  const witnesses = () => JSON.stringify([{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, vkey: formatVerifierKey(witness.key) }]);

  it('asks once for each checkpoint, and not more often than the setting says', async () => {
    const often = await open({ KYC_WITNESSES: witnesses(), KYC_ANCHOR_MINUTES: '0' });
    await often.anchor();
    expect(witness.requests).toHaveLength(0);
    await record(1);
    await often.catchUp();
    for (let times = 0; times < 3; times += 1) await often.anchor();
    expect(witness.requests).toHaveLength(1);
    const checkpoint = parseNote((await often.tiles.get('checkpoint')) ?? '');
    expect(openNote(checkpoint, [often.key, witness.key]).map(({ key }) => key.name)).toEqual(['kyc-ledger.example/log', 'witness.example/w1']);
    await record(2);
    await often.catchUp();
    await often.anchor();
    expect(witness.requests).toHaveLength(2);
    await often.stop();

    const seldom = await open({ KYC_WITNESSES: witnesses(), KYC_ANCHOR_MINUTES: '60' });
    for (const version of [3, 4]) {
      await record(version);
      await seldom.catchUp();
      await seldom.anchor();
    }
    expect(witness.requests).toHaveLength(3);
    await seldom.stop();
    expect(warnings).toEqual([]);
  });

  it('tells who did not answer, and loses nothing', async () => {
    const transparency = await open({ KYC_WITNESSES: witnesses(), KYC_ANCHOR_MINUTES: '0' });
    await record(1);
    await transparency.catchUp();
    await new Promise((resolve) => server.close(resolve));
    await transparency.anchor();
    expect(JSON.stringify(warnings)).toContain('it did not answer');
    expect(await sizeOf(transparency.tiles)).toBe(1);
    await transparency.stop();
  });
});

describe('who vouches for the log, by the settings', () => {
  it.each([
    ['a key that does not read', { KYC_WITNESSES: '[{"url": "https://w.example", "vkey": "w"}]' }],
    ['a certificate that is not there', { KYC_TIMESTAMP_URLS: '[{"url": "https://t.example", "certificates": ["/nowhere.pem"]}]' }],
    ['two of one name', { KYC_TIMESTAMP_URLS: JSON.stringify([1, 2].map((n) => ({ url: `https://t.example/${n}`, certificates: [import.meta.filename] }))) }],
  ])('refuses %s', async (_, env) => {
    await expect(openAnchorage(readSettings({ KYC_DATA: folder, ...env }))).rejects.toThrow(SettingsInvalid);
  });

  it('names an authority after its host', async () => {
    const file = join(folder, 'root.pem');
    await writeFile(file, 'PEM');
    const { authorities } = await openAnchorage(readSettings({ KYC_DATA: folder, KYC_TIMESTAMP_URLS: JSON.stringify([{ url: 'http://tsa.example.org/x', certificates: [file] }]) }));
    expect(authorities).toEqual([{ name: 'tsa-example-org', url: 'http://tsa.example.org/x', roots: ['PEM'] }]);
  });
});
