import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AttributeValue, DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureTables } from '../../ledger/dynamodb/tables.ts';
import { hashLeaf } from '../../ledger/log/hash.ts';
import { formatVerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { openStores, type Stores } from '../../runtime/embedded/stores.ts';
import { TransparencyLog } from '../../runtime/embedded/transparency-log.ts';
import { announce } from '../../runtime/running.ts';
import { readSettings } from '../../runtime/settings.ts';
import { hasOpenssl, makeAuthority } from '../log/openssl-authority.ts';
import { makeWitness } from '../log/test-witness.ts';
import { newEvent } from '../support/events.ts';
import { kyc } from '../e2e/support.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const EVENTS = 300;

/** A platform's data folder with its databases running, announced as a platform would, but without the rest of it. */
let folder: string;
let stores: Stores;
let log: TransparencyLog;
let health: Server;
let evidenceKey: string;
const stream = `applicant-${randomUUID()}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-ledger-verify-'));
  const settings = readSettings({ KYC_DATA: folder });
  stores = await openStores(settings, { attach: false });
  const { ref, plainSha256 } = await stores.ledger.keepEvidence(stream, 'document-1', randomBytes(5000), 'image/jpeg');
  evidenceKey = ref.key;
  await stores.ledger.append(stream, 0, [newEvent({ type: 'IdDocumentUploaded', data: { documentType: 'passport', evidence: ref }, personal: { plainSha256 } })]);
  for (let version = 1; version < EVENTS; version += 50) {
    const notes = Array.from({ length: Math.min(50, EVENTS - version) }, (_, i) => newEvent({ type: 'ReviewNoted', data: { decisionVersion: 3 }, personal: { note: `note ${i}` } }));
    await stores.ledger.append(stream, version, notes);
  }
  log = await TransparencyLog.open(settings, stores, silent);
  await log.catchUp();
  health = await listen((_body, reply) => reply('application/json', Buffer.from('{}')));
  const { databaseUrl, analystUrl, dynamodbEndpoint } = stores;
  await announce(folder, { pid: process.pid, startedAt: new Date().toISOString(), url: urlOf(health), publicUrl: urlOf(health), databaseUrl, analystUrl, dynamodbEndpoint, sessions: {} });
});
afterAll(async () => {
  health.close();
  await log.stop();
  await stores.stop();
  await rm(folder, { recursive: true, force: true });
});

type Answering = (body: Buffer, reply: (contentType: string, body: Uint8Array, status?: number) => void, path: string) => void;

async function listen(answer: Answering): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(Buffer.concat(parts), (contentType, body, status = 200) => {
      response.writeHead(status, { 'content-type': contentType, connection: 'close' }).end(body);
    }, request.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const Report = z.looseObject({
  verdict: z.enum(['verified', 'refused']),
  findings: z.array(z.object({ kind: z.string(), what: z.string(), where: z.string(), detail: z.string() })),
  coverage: z.looseObject({ anchors: z.number(), anchorsUnchecked: z.number() }),
  lastVerified: z.looseObject({ size: z.number() }).nullable(),
});

async function verified(env: Readonly<Record<string, string>> = {}, ...args: string[]) {
  const { code, stdout } = await kyc(folder, ['ledger', 'verify', '--json', ...args], env);
  const report = Report.parse(JSON.parse(stdout));
  expect(code).toBe(report.verdict === 'verified' ? 0 : 1);
  return { ...report, found: report.findings.map(({ kind, what, where }) => `${kind} ${what} ${where}`) };
}

/** Changes one byte of a file of the data folder. Answers how to undo it. */
async function flip(...path: string[]): Promise<() => Promise<void>> {
  const file = join(folder, ...path);
  const before = await readFile(file);
  const altered = Buffer.from(before);
  altered[altered.length - 9] = (altered[altered.length - 9] ?? 0) ^ 1;
  await chmod(file, 0o600);
  await writeFile(file, altered);
  return () => writeFile(file, before);
}

/** Takes a part of the log away. Answers how to bring it back. */
async function renamed(part: string): Promise<() => Promise<void>> {
  const [here, away] = [join(folder, 'log', part), join(folder, `${part}-away`)];
  await rename(here, away);
  return () => rename(away, here);
}

const keyOf = (version: number): Record<string, AttributeValue> => ({ stream: { S: stream }, version: { N: String(version) } });
const put = (Item: Record<string, AttributeValue>) => stores.client.send(new PutItemCommand({ TableName: stores.tables.events, Item }));
const remove = (version: number) => stores.client.send(new DeleteItemCommand({ TableName: stores.tables.events, Key: keyOf(version) }));

async function itemAt(version: number): Promise<Record<string, AttributeValue>> {
  const { Item = {} } = await stores.client.send(new GetItemCommand({ TableName: stores.tables.events, Key: keyOf(version), ConsistentRead: true }));
  return Item;
}

const alterations: readonly [name: string, finding: () => string, alter: () => Promise<() => Promise<unknown>>][] = [
  ['a tile', () => 'altered tile tile/0/000', () => flip('log', 'tile', '0', '000')],
  ['a bundle', () => `altered bundle tile/entries/001.p/${EVENTS - 256}`, () => flip('log', 'tile', 'entries', '001.p', String(EVENTS - 256))],
  ['the checkpoint', () => 'altered checkpoint checkpoint', () => flip('log', 'checkpoint')],
  ['a piece of evidence', () => `altered evidence ${evidenceKey}`, () => flip('evidence', evidenceKey)],
  ['an event in the table', () => `altered event ${stream}/7`, async () => {
    const item = await itemAt(7);
    await put({ ...item, body: { S: (item['body']?.S ?? '').replace('"decisionVersion":3', '"decisionVersion":4') } });
    return () => put(item);
  }],
  ['an event that is gone', () => `missing event ${stream}/8`, async () => {
    const item = await itemAt(8);
    await remove(8);
    return () => put(item);
  }],
  ['an event in the time index alone', () => `altered event ${stream}/9`, async () => {
    const database = new DatabaseSync(join(folder, 'dynamodb', 'dynamodb.sqlite'));
    const copies = '"kyc-events::gsi::by-time"';
    const { changes } = database.prepare(`UPDATE ${copies} SET item_json = replace(item_json, '"decisionVersion\\":3', '"decisionVersion\\":4') WHERE item_json LIKE '%"version":{"N":"9"}%'`).run();
    expect(changes).toBe(1);
    return async () => {
      database.exec(`UPDATE ${copies} SET item_json = replace(item_json, '"decisionVersion\\":4', '"decisionVersion\\":3')`);
      database.close();
    };
  }],
  ['an event that no time index leads to', () => `added event ${stream}/${EVENTS + 1}`, async () => {
    const { bucket: _bucket, at: _at, ...item } = await itemAt(EVENTS);
    await put({ ...item, ...keyOf(EVENTS + 1) });
    return () => remove(EVENTS + 1);
  }],
];

describe('kyc ledger verify', () => {
  it('ends with 0 where nothing was altered, says what it covers, and remembers it for the next time', async () => {
    const answer = await kyc(folder, ['ledger', 'verify']);
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.stdout).toContain('The log is complete and unaltered.');
    expect(answer.stdout).toContain('verified for the first time');
    expect(answer.stdout).toContain(`${EVENTS} agree with the log`);
    expect((await verified()).lastVerified).toMatchObject({ size: EVENTS });
  });

  it.each(alterations)('G-29: names %s that was altered on disk, and nothing else, and ends with 1', async (_name, finding, alter) => {
    const undo = await alter();
    try {
      expect((await verified()).found).toEqual([finding()]);
    } finally {
      await undo();
    }
  });

  it('is content again after kyc ledger restore has brought back what was lost, whose prefix is not the ledger\'s own', async () => {
    const restored = await ensureTables(stores.client, 'restored-');
    await stores.client.send(new PutItemCommand({ TableName: restored.events, Item: await itemAt(11) }));
    await stores.client.send(new PutItemCommand({ TableName: restored.events, Item: await itemAt(12) }));
    const unharmed = await itemAt(11);
    await remove(12);
    expect((await verified()).found).toEqual([`missing event ${stream}/12`]);
    const answer = await kyc(folder, ['--json', 'ledger', 'restore', '--from', 'restored-']);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(answer.stdout)).toContainEqual({ table: 'events', copied: 1, present: 1 });
    expect(await itemAt(11)).toEqual(unharmed);
    expect((await verified()).found).toEqual([]);
    expect(await kyc(folder, ['ledger', 'restore', '--from', 'kyc-'])).toMatchObject({ code: 2, stderr: expect.stringContaining('the ledger\'s own') });
    expect(await kyc(folder, ['ledger', 'restore', '--from', 'not-there-'])).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no table not-there-events') });
  });

  it('prints a line a finding for people', async () => {
    const undo = await flip('log', 'tile', '0', '000');
    const answer = await kyc(folder, ['ledger', 'verify']);
    await undo();
    expect(answer.code).toBe(1);
    expect(answer.stdout.split('\n')[0]).toBe('altered tile tile/0/000: its hashes are not those of what lies below');
    expect(answer.stdout).toContain('1 finding: the log is not as it was recorded.');
  });

  it('goes by what was verified last: another beginning, another key, a memory that does not read', async () => {
    const memory = join(folder, 'run', 'last-verified.json');
    const before = await readFile(memory, 'utf8');
    const kept = z.object({ key: z.string(), size: z.number(), root: z.string(), at: z.string() }).parse(JSON.parse(before));
    await writeFile(memory, JSON.stringify({ ...kept, size: 200 }));
    expect((await verified()).findings).toMatchObject([{ what: 'checkpoint', detail: 'its first 200 entries are not those that were verified last' }]);
    const other = verifierKey(log.key.name, randomBytes(32));
    await writeFile(memory, JSON.stringify({ ...kept, key: formatVerifierKey(other) }));
    expect((await verified()).found).toEqual(['altered checkpoint checkpoint']);
    await writeFile(memory, '{}');
    expect((await verified()).found).toEqual([`altered checkpoint ${memory}`]);
    await writeFile(memory, before);
    expect((await verified()).verdict).toBe('verified');
  });

  it('refuses a folder without a ledger instead of making one', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'kyc-empty-'));
    expect(await kyc(empty, ['ledger', 'verify'])).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no ledger in') });
    await rm(empty, { recursive: true });
  });
});

describe('kyc ledger status', () => {
  it('says how large the log is, and what has not entered it yet', async () => {
    const status = z.looseObject({ size: z.number(), key: z.string(), unsequenced: z.number() }).parse(JSON.parse((await kyc(folder, ['ledger', 'status', '--json'])).stdout));
    expect(status).toMatchObject({ problem: null, size: EVENTS, unsequenced: 0, key: formatVerifierKey(log.key), lastEntry: { stream, version: EVENTS }, anchors: [] });
  });

  it.each([
    ['the head is gone', () => renamed('head'), `The published checkpoint says size ${EVENTS}, but the head only 0`],
    ['a tile is altered', () => flip('log', 'tile', '0', `001.p/${EVENTS - 256}`), `The head says size ${EVENTS} and root`],
    ['an entry at the end is altered', () => flip('log', 'tile', 'entries', `001.p/${EVENTS - 256}`), 'is not what its leaf hash says'],
    ['the checkpoint is altered', () => flip('log', 'checkpoint'), 'The published checkpoint is not signed by this log\'s key'],
  ])('says what is wrong where %s, and ends with 1', async (_name, alter, problem) => {
    const undo = await alter();
    try {
      const answer = await kyc(folder, ['ledger', 'status']);
      expect(answer).toMatchObject({ code: 1, stderr: '' });
      expect(answer.stdout).toContain(problem);
      expect(answer.stdout).toContain('Sequencing stops here; run the verification to see what is altered');
    } finally {
      await undo();
    }
  });
});

describe('kyc ledger events', () => {
  it('prints the bytes that are in the tree, one event a line', async () => {
    const { code, stdout } = await kyc(folder, ['ledger', 'events', '--from', '250']);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(EVENTS - 250);
    const hashes = await readFile(join(folder, 'log', 'tile', '0', '001.p', String(EVENTS - 256)));
    expect(Buffer.concat(lines.slice(6).map((line) => hashLeaf(Buffer.from(line))))).toEqual(hashes);
  });

  it('prints nothing that is not what was signed', async () => {
    const undo = await flip('log', 'tile', 'entries', '000');
    const answer = await kyc(folder, ['ledger', 'events']);
    await undo();
    expect(answer).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('tile/entries/000: its entries do not lead to the signed root') });
  });
});

describe('kyc ledger proof', () => {
  const out = (name: string) => join(folder, name);

  it('proves an event by stream and version, or by its id, and the file verifies where there is no ledger', async () => {
    const [event] = await stores.store.load(stream, { from: 5, to: 5 });
    expect(await kyc(folder, ['ledger', 'proof', `${stream}:5`, '--out', out('by-version'), '--leaf', out('leaf')])).toMatchObject({ code: 0 });
    expect(await kyc(folder, ['ledger', 'proof', event?.id ?? '', '--out', out('by-id')])).toMatchObject({ code: 0 });
    expect(await readFile(out('by-id'))).toEqual(await readFile(out('by-version')));
    const elsewhere = { KYC_DATA: join(folder, 'nothing') };
    const proven = await kyc(folder, ['ledger', 'verify-proof', out('by-version'), '--key', formatVerifierKey(log.key)], elsewhere);
    expect(proven).toMatchObject({ code: 0, stdout: expect.stringContaining(`${stream}/5 ReviewNoted`) });
    expect(await kyc(folder, ['ledger', 'verify-proof', out('by-version')], elsewhere)).toMatchObject({ code: 2 });
  });

  it('refuses another leaf, another key and an event that is not there', async () => {
    const leaf = (await readFile(out('leaf'), 'utf8')).replace('"decisionVersion":3', '"decisionVersion":4');
    await writeFile(out('forged'), leaf);
    const refused = await kyc(folder, ['ledger', 'verify-proof', out('by-version'), '--event', out('forged')]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Not proven.') });
    const other = formatVerifierKey((await makeWitness(log.key)).key);
    expect(await kyc(folder, ['ledger', 'verify-proof', out('by-version'), '--key', other])).toMatchObject({ code: 1 });
    expect(await kyc(folder, ['ledger', 'proof', `${stream}:${EVENTS + 9}`])).toMatchObject({ code: 1, stderr: expect.stringContaining('no such event') });
    expect(await kyc(folder, ['ledger', 'proof', `${stream}:5`, '--out', out('leaf')])).toMatchObject({ code: 2 });
  });
});

describe('kyc ledger anchor', () => {
  it('says so when there is nobody to ask', async () => {
    expect(await kyc(folder, ['ledger', 'anchor'])).toMatchObject({ code: 2, stderr: expect.stringContaining('KYC_TIMESTAMP_URLS') });
  });

  it.skipIf(!hasOpenssl)('has the checkpoint time-stamped and cosigned, and verify checks both (skipped where there is no openssl to play the authority)', async () => {
    const [authority, witness] = [makeAuthority(), await makeWitness(log.key)];
    const stamping = await listen((body, reply) => reply('application/timestamp-reply', authority.reply(body)));
    const witnessing = await listen((body, reply, path) => {
      void witness.post(`https://witness.example/w1${path}`, 'text/plain', body).then((answer) => reply(answer.contentType, answer.body, answer.status));
    });
    const root = join(folder, 'root.pem');
    await writeFile(root, authority.root);
    const env = {
      KYC_TIMESTAMP_URLS: JSON.stringify([{ name: 'local', url: urlOf(stamping), certificates: [root] }]),
      KYC_WITNESSES: JSON.stringify([{ url: urlOf(witnessing), vkey: formatVerifierKey(witness.key) }]),
    };
    try {
      const anchored = await kyc(folder, ['ledger', 'anchor', '--json'], env);
      expect(JSON.parse(anchored.stdout)).toEqual({ size: EVENTS, anchored: ['witness.example/w1', 'local'], refused: [] });
      expect(await verified(env)).toMatchObject({ verdict: 'verified', coverage: { anchors: 3, anchorsUnchecked: 0 } });
      expect(await verified()).toMatchObject({ verdict: 'verified', coverage: { anchors: 1, anchorsUnchecked: 2 } });
      expect(await verified({}, '--authority', root, '--witness', formatVerifierKey(witness.key))).toMatchObject({ coverage: { anchors: 3 } });
      const undo = await flip('log', 'anchors', `000000000${EVENTS}`, 'timestamp-local.tsr');
      expect((await verified(env)).found).toEqual([`altered anchor anchors/000000000${EVENTS}/timestamp-local.tsr`]);
      await undo();
    } finally {
      stamping.close();
      witnessing.close();
      authority.close();
    }
    const refused = await kyc(folder, ['ledger', 'anchor'], { ...env, KYC_WITNESSES: JSON.stringify([{ url: urlOf(health), vkey: formatVerifierKey(log.key) }]) });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('not of a witness') });
  });
});
