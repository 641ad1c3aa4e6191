import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anchorCheckpoint, type AnchorOptions, type Authority as AnchorAuthority } from '../../ledger/log/anchor.ts';
import { openNote, parseNote } from '../../ledger/log/note.ts';
import type { NoteSigner } from '../../ledger/log/note-key.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { serveLog } from '../../ledger/log/serve-log.ts';
import { verifyLog } from '../../ledger/log/verify.ts';
import type { Post } from '../../ledger/log/witness.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { emptyTiles, memoryTiles, type TilesContent } from '../support/memory/tiles.ts';
import { makeEvent, makeSigner } from './fixtures.ts';
import { type Authority, hasOpenssl, makeAuthority } from './openssl-authority.ts';
import { makeWitness, type TestWitness } from './test-witness.ts';

const events = Array.from({ length: 30 }, (_, at) => makeEvent(at, 1));

let content: TilesContent;
let sequencer: Sequencer;
let witness: TestWitness;
let options: AnchorOptions & { readonly signer: NoteSigner };

beforeEach(async () => {
  content = emptyTiles();
  const [tiles, signer] = [memoryTiles(content), makeSigner()];
  sequencer = await openSequencer({ tiles, store: memoryEvents(events), signer, origin: 'ledger.example/log', clock: () => new Date() });
  witness = await makeWitness(sequencer.key);
  options = { signer, tiles, sequencer, witnesses: [witness], authorities: [], post: witness.post, random: (bytes) => randomBytes(bytes) };
});

const verify = (authorities: readonly string[] = []) => verifyLog({
  source: memoryTiles(content), store: memoryEvents(events.slice(0, sequencer.size)), logKey: sequencer.key, now: new Date('2027-01-01T00:00:00.000Z'), threads: 0,
  evidence: { get: async () => null, async *list() {} },
  trust: { witnesses: [witness.key], authorities },
});

describe('anchoring', () => {
  it('does nothing for an empty log', async () => {
    expect(await anchorCheckpoint(options)).toEqual({ size: null, anchored: [], refused: [] });
  });

  it('brings the witness\'s cosignature into the published checkpoint, and keeps it beside it', async () => {
    await sequencer.sequence(events.slice(0, 10));
    expect(await anchorCheckpoint(options)).toEqual({ size: 10, anchored: ['witness.example/w1'], refused: [] });
    const vouched = openNote(parseNote(content.files.get('checkpoint') ?? ''), [sequencer.key, witness.key]);
    expect(vouched.map(({ key }) => key.name)).toEqual(['ledger.example/log', 'witness.example/w1']);
    expect([...content.files.keys()].filter((path) => path.startsWith('anchors/'))).toEqual([
      'anchors/000000000010/checkpoint', `anchors/000000000010/cosignature-${witness.key.id}`,
    ]);
    expect(await serveLog(memoryTiles(content))(`anchors/000000000010/cosignature-${witness.key.id}`)).toMatchObject({ status: 200 });
  });

  it('G-30: asks nobody twice about one size, and proves consistency from the size before', async () => {
    await sequencer.sequence(events.slice(0, 10));
    await anchorCheckpoint(options);
    await anchorCheckpoint(options);
    await sequencer.sequence(events);
    await anchorCheckpoint(options);
    expect(witness.requests.map((request) => request.split('\n')[0])).toEqual(['old 0', 'old 10']);
    expect((await verify()).findings).toEqual([]);
    expect((await verify()).coverage).toMatchObject({ anchors: 4, anchorsUnchecked: 0 });
  });

  it('lasts through a restart of the sequencer', async () => {
    await sequencer.sequence(events);
    await anchorCheckpoint(options);
    const checkpoint = content.files.get('checkpoint');
    await sequencer.close();
    const again = await openSequencer({ tiles: memoryTiles(content), store: memoryEvents(events), signer: options.signer, origin: 'ledger.example/log', clock: () => new Date() });
    expect(again.size).toBe(30);
    expect(content.files.get('checkpoint')).toEqual(checkpoint);
  });

  it('says who refused, and goes on with the others', async () => {
    const other = await makeWitness(sequencer.key);
    const post: Post = async (url, type, body) => {
      if (url.startsWith('https://down.example')) throw new Error('nobody there');
      return witness.post(url, type, body);
    };
    await sequencer.sequence(events);
    const report = await anchorCheckpoint({ ...options, post, witnesses: [{ url: 'https://down.example', key: other.key }, witness] });
    expect(report.anchored).toEqual(['witness.example/w1']);
    expect(report.refused.map(String)).toEqual(['AnchorRefused: witness.example/w1: it did not answer']);
  });

  it('leaves the published checkpoint alone when the log has grown meanwhile', async () => {
    await sequencer.sequence(events.slice(0, 10));
    const post: Post = async (url, type, body) => {
      await sequencer.sequence(events);
      return witness.post(url, type, body);
    };
    expect(await anchorCheckpoint({ ...options, post })).toMatchObject({ size: 10, anchored: ['witness.example/w1'] });
    expect(parseNote(content.files.get('checkpoint') ?? '').text).toContain('\n30\n');
    expect((await verify()).findings).toEqual([]);
  });
});

describe('verification of anchors', () => {
  beforeEach(async () => {
    await sequencer.sequence(events.slice(0, 10));
    await anchorCheckpoint(options);
    await sequencer.sequence(events);
  });

  const folder = 'anchors/000000000010';

  it.each([
    ['a cosignature altered', 'altered', () => `cosignature-${witness.key.id}`, (bytes: Buffer) => Buffer.from(bytes.toString().replace(/(\S)(.{20}\n)$/, (_, letter: string, rest: string) => `${letter === 'A' ? 'B' : 'A'}${rest}`))],
    ['a cosignature emptied', 'altered', () => `cosignature-${witness.key.id}`, () => Buffer.of()],
    ['its checkpoint altered', 'altered', () => 'checkpoint', (bytes: Buffer) => Buffer.from(bytes.toString().replace('\n10\n', '\n11\n'))],
    ['its checkpoint taken from another size', 'altered', () => 'checkpoint', () => content.files.get('checkpoint') ?? Buffer.of()],
    ['its checkpoint removed', 'missing', () => 'checkpoint', () => null],
    ['a file added', 'added', () => 'something', () => Buffer.from('x')],
  ])('names %s', async (_, kind, name, spoil) => {
    const path = `${folder}/${name()}`;
    const bytes = spoil(content.files.get(path) ?? Buffer.of());
    if (bytes === null) content.files.delete(path);
    else content.files.set(path, bytes);
    expect((await verify()).findings).toMatchObject([{ kind, what: 'anchor', where: path }]);
  });

  it('counts what it has no key for', async () => {
    const { findings, coverage } = await verifyLog({
      source: memoryTiles(content), store: memoryEvents(events), logKey: sequencer.key, now: new Date('2027-01-01T00:00:00.000Z'), threads: 0,
      evidence: { get: async () => null, async *list() {} },
    });
    expect(findings).toEqual([]);
    expect(coverage).toMatchObject({ anchors: 1, anchorsUnchecked: 1 });
  });
});

describe.skipIf(!hasOpenssl)('time-stamps of a local authority (skipped where there is no openssl to play it)', () => {
  let authority: Authority;
  let anchor: AnchorAuthority;
  beforeAll(() => {
    authority = makeAuthority();
    anchor = { name: 'local', url: 'https://tsa.example', roots: [authority.root] };
  });
  afterAll(() => authority.close());
  const stamping: Post = async (_url, contentType, body) =>
    ({ status: contentType === 'application/timestamp-query' ? 200 : 415, contentType: 'application/timestamp-reply', body: authority.reply(body) });

  it('G-30: are kept beside the checkpoint and verified with it', async () => {
    await sequencer.sequence(events);
    expect(await anchorCheckpoint({ ...options, witnesses: [], authorities: [anchor], post: stamping })).toMatchObject({ anchored: ['local'], refused: [] });
    expect(await verify([authority.root])).toMatchObject({ findings: [], coverage: { anchors: 2 } });
    const path = 'anchors/000000000030/timestamp-local.tsr';
    const bytes = Buffer.from(content.files.get(path) ?? '');
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    content.files.set(path, bytes);
    expect((await verify([authority.root])).findings).toMatchObject([{ kind: 'altered', what: 'anchor', where: path }]);
  });

  it('are refused from an authority that is not trusted, and for another request', async () => {
    await sequencer.sequence(events);
    const untrusted = await anchorCheckpoint({ ...options, witnesses: [], authorities: [{ ...anchor, roots: [] }], post: stamping });
    expect(untrusted.refused.map(String)).toEqual([expect.stringContaining('local: Its signature or its certificate does not hold')]);
    const stale: Post = async (...request) => ({ ...(await stamping(...request)), body: authority.reply(Buffer.from(oldRequest)) });
    const replayed = await anchorCheckpoint({ ...options, witnesses: [], authorities: [anchor], post: stale });
    expect(replayed.refused).toHaveLength(1);
  });

  /** A request for SHA-256 of nothing, with a certificate and no nonce. */
  const oldRequest = Buffer.from('30390201013031300d060960864801650304020105000420e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550101ff', 'hex');
});
