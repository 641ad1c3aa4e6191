import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { applicantHistory } from '../../handlers/history.ts';
import { exportLedger } from '../../handlers/export.ts';
import { EXPORTS_STREAM } from '../../handlers/record-export.ts';
import { describeReport } from '../../ledger/export/verifier/describe.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { parseProofFile, verifyProofFile } from '../../ledger/log/proof-file.ts';
import { parseCsv } from '../../ledger/export/verifier/check-tables.ts';
import { everything, exportBag, makeWorld, MemoryBag, type World } from './support.ts';

let world: World;
let bag: MemoryBag;
beforeAll(async () => {
  world = await makeWorld(2);
  bag = await exportBag(world);
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const caseLines = (each: MemoryBag): string[] => lines(each.text('data/events.ndjson')).filter((line) => JSON.parse(line).subject.startsWith('applicant-'));
const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('a bag', () => {
  test('is a bag by RFC 8493: declaration, payload manifest, tag manifest, oxum', () => {
    expect(bag.text('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    const payload = [...bag.files].filter(([path]) => path.startsWith('data/'));
    expect(lines(bag.text('manifest-sha256.txt')).toSorted()).toEqual(payload.map(([path, bytes]) => `${sha256(bytes)}  ${path}`).toSorted());
    const tags = [...bag.files].filter(([path]) => !path.startsWith('data/') && path !== 'tagmanifest-sha256.txt');
    expect(lines(bag.text('tagmanifest-sha256.txt')).toSorted()).toEqual(tags.map(([path, bytes]) => `${sha256(bytes)}  ${path}`).toSorted());
    const bytes = payload.reduce((sum, [, each]) => sum + each.length, 0);
    expect(bag.text('bag-info.txt')).toContain(`Payload-Oxum: ${bytes}.${payload.length}\n`);
    for (const line of lines(bag.text('bag-info.txt'))) expect(line).toMatch(/^[A-Za-z-]+: \S/);
  });

  test('verifies, and says how much it looked at', async () => {
    const report = await verifyBag(bag, { key: world.key });
    expect(describeReport(report)).toContain('Verified: everything holds.');
    expect(report).toMatchObject({ verdict: 'verified', findings: [], notes: [] });
    expect(report.checked).toMatchObject({
      entries: '24 events in the tree of 24', personal: '10 of 10 events with personal fields opened with their own keys',
      evidence: '8 pieces of evidence, each with the hash that its event names',
    });
  });

  test('holds every event as CloudEvents 1.0 with its exact entry in the log, and a C2SP proof that another verifier takes', async () => {
    const events = lines(bag.text('data/events.ndjson')).map((line) => JSON.parse(line));
    const own = (await Promise.all(world.streams.map((stream) => applicantHistory(world.platform.deps, stream)))).flat();
    expect(events).toHaveLength(own.length);
    for (const [at, event] of events.entries()) {
      const recorded = own[at];
      expect(event).toMatchObject({
        specversion: '1.0', id: recorded?.id, source: 'kyc.ledger', type: `kyc.ledger.${recorded?.type}`, subject: recorded?.stream,
        time: recorded?.recordedAt, datacontenttype: 'application/json', data: recorded?.data,
      });
      for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      const proof = parseProofFile(bag.text(`data/proofs/${event.subject}/${event.streamversion}.tlog-proof`));
      expect(verifyProofFile(proof, Buffer.from(event.leaf, 'base64'), world.sequencer.key).index).toBe(event.logindex);
    }
  });

  test('shows the personal fields as they were recorded', async () => {
    const report = await verifyBag(bag);
    for (const stream of world.streams) {
      const history = await applicantHistory(world.platform.deps, stream);
      const shown = report.events.filter(({ event }) => event.stream === stream);
      expect(shown.map(({ personal }) => personal)).toEqual(history.map(({ personal }) => personal));
    }
  });

  test('has tables whose rows are those of the read models', async () => {
    const users = parseCsv(bag.text('data/tables/users.csv')) ?? [];
    const [header = [], ...rows] = users;
    expect(rows).toHaveLength(2);
    expect(Object.fromEntries(header.map((name, at) => [name, rows[0]?.[at]]))).toMatchObject({
      email: 'ada0@example.test', reg_no: '7000001', reg_type: 'GMC', status: 'VERIFIED', applicant_id: world.streams[0]?.replace('applicant-', ''),
    });
  });

  test('has the policies that its decisions name', () => {
    expect(bag.text('data/policies/2026-11/policy.ts')).toBe('// policy 2026-11\n');
  });
});

describe('a bag without personal data', () => {
  test('G-33: verifies, and holds nothing of anybody in any file', async () => {
    const redacted = await exportBag(world, { personal: false, evidence: false });
    const report = await verifyBag(redacted, { key: world.key });
    expect(describeReport(report)).toContain('Verified');
    expect(report.events.every(({ personal }) => personal === null)).toBe(true);
    expect([...redacted.files.keys()].filter((path) => /disclosed|evidence/.test(path))).toEqual([]);
    expect(redacted.text('data/tables/users.csv')).not.toContain('email');

    const opened = (await Promise.all(world.streams.map((stream) => world.deps.ledger.load(stream)))).flat();
    const values = new Set(opened.flatMap(({ personal }) => stringsIn(personal)).filter((value) => value.length >= 4));
    expect(values.size).toBeGreaterThan(15);
    const everyByte = [...redacted.files.values()].map((bytes) => Buffer.from(bytes).toString()).join('\n');
    const leaves = lines(redacted.text('data/events.ndjson')).map((line) => Buffer.from(JSON.parse(line).leaf, 'base64').toString()).join('\n');
    for (const value of values) {
      const encoded = Buffer.from(value).toString('base64').replace(/.?.?=*$/, '');
      for (const haystack of [everyByte, leaves]) expect([value, haystack.includes(value), haystack.includes(encoded)]).toEqual([value, false, false]);
    }
  });

  test('has the same events and proofs as the one with personal data', async () => {
    const [open, redacted] = [await exportBag(world), await exportBag(world, { personal: false, evidence: false })];
    const streams = world.streams.flatMap((stream) => [...redacted.files.keys()].filter((path) => path.startsWith(`data/proofs/${stream}/`)));
    expect(streams).toHaveLength(24);
    expect(caseLines(redacted)).toEqual(caseLines(open));
  });

  test('cannot bring evidence', async () => {
    const refused = await exportLedger(world.deps, { ...everything, personal: false }, 'e0000000-0000-4000-8000-000000000001', new MemoryBag());
    expect(refused).toMatchObject({ kind: 'refused', code: 'EVIDENCE_IS_PERSONAL' });
  });
});

describe('what is exported', () => {
  test('is one applicant, if asked so, with who looked at the record', async () => {
    const [stream = ''] = world.streams;
    const report = await verifyBag(await exportBag(world, { applicant: stream }));
    expect(new Set(report.events.map(({ event }) => event.stream))).toEqual(new Set([stream, stream.replace('applicant-', 'access-')]));
    expect(report.verdict).toBe('verified');
  });

  test('is as of a moment: whole streams up to it, with a statement of how far they went on', async () => {
    const [first = '', second = ''] = world.streams;
    const events = await world.deps.store.load(second);
    const to = events[6]?.recordedAt ?? '';
    const report = await verifyBag(await exportBag(world, { to }));
    expect(report.verdict).toBe('verified');
    const state = (stream: string) => report.statement?.streams.find((each) => each.stream === stream);
    expect(state(first)).toMatchObject({ exported: 12, head: 12 });
    expect(state(second)).toMatchObject({ exported: 6, head: 12 });
    expect(report.checked.completeness).toContain('1 of them went on after the moment of this export');
  });

  test('is who had an event since a moment, with all that led up to it', async () => {
    const [first = '', second = ''] = world.streams;
    const from = (await world.deps.store.load(first)).at(-1)?.recordedAt ?? '';
    const both = await verifyBag(await exportBag(world, { from }));
    expect(both.events.filter(({ event }) => event.stream === first)).toHaveLength(12);
    const later = await verifyBag(await exportBag(world, { from: new Date(Date.parse(from) + 1).toISOString() }));
    expect(new Set(later.events.map(({ event }) => event.stream).filter((stream) => stream.startsWith('applicant-')))).toEqual(new Set([second]));
  });

  test.each([
    ['a register', { registerType: 'GMC' as const }, 2],
    ['a decision', { decision: 'PASS' as const }, 2],
  ])('is narrowed down by %s', async (_what, changes, applicants) => {
    const report = await verifyBag(await exportBag(world, changes));
    expect(report.statement?.streams.filter(({ stream }) => stream.startsWith('applicant-'))).toHaveLength(applicants);
  });

  test.each([
    ['another register', { registerType: 'NMC' as const }, 'NOTHING_TO_EXPORT'],
    ['another decision', { decision: 'FAIL' as const }, 'NOTHING_TO_EXPORT'],
    ['an unknown applicant', { applicant: 'applicant-00000000-0000-4000-8000-000000000000' }, 'NOTHING_TO_EXPORT'],
    ['a stream that is no applicant', { applicant: EXPORTS_STREAM }, 'NOTHING_TO_EXPORT'],
    ['a period in the future', { from: '2030-01-01T00:00:00.000Z' }, 'NOTHING_TO_EXPORT'],
    ['a period before everything', { to: '2020-01-01T00:00:00.000Z' }, 'NOTHING_TO_EXPORT'],
    ['a period that ends before it begins', { from: '2026-11-02T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' }, 'PERIOD_EMPTY'],
    ['a checkpoint of somebody else', { previousCheckpoint: 'made up' }, 'CHECKPOINT_REFUSED'],
  ])('is refused for %s, and nothing is recorded', async (_what, changes, code) => {
    const before = (await world.deps.store.load(EXPORTS_STREAM)).length;
    const refused = await exportLedger(world.deps, { ...everything, ...changes }, 'e0000000-0000-4000-8000-000000000001', new MemoryBag());
    expect(refused).toMatchObject({ kind: 'refused', code });
    expect(await world.deps.store.load(EXPORTS_STREAM)).toHaveLength(before);
  });
});

describe('every export', () => {
  test('G-34: is recorded in each record that is in it and in the ledger\'s own stream, with the hash of its manifest', async () => {
    const [stream = ''] = world.streams;
    const exported = await exportBag(world, { applicant: stream, basis: 'COURT_ORDER' });
    const manifestSha256 = sha256(exported.files.get('manifest-sha256.txt') ?? new Uint8Array());
    const access = (await world.deps.ledger.load(stream.replace('applicant-', 'access-'))).at(-1);
    expect(access).toMatchObject({
      type: 'RecordExported', actor: everything.actor, data: { applicant: stream, upToVersion: 12, basis: 'COURT_ORDER', personalDataIncluded: true, manifestSha256 },
    });
    const whole = (await world.deps.ledger.load(EXPORTS_STREAM)).at(-1);
    expect(whole).toMatchObject({ type: 'LedgerExported', data: { applicants: 1, basis: 'COURT_ORDER', manifestSha256, checkpoint: exported.text('data/checkpoint') } });
  });

  test('G-34: proves that the log only adds to what it was at the export before it', async () => {
    const before = await exportBag(world);
    const after = await exportBag(world);
    expect(after.text('data/previous/checkpoint')).toBe(before.text('data/checkpoint'));
    const report = await verifyBag(after, { key: world.key });
    expect(report.verdict).toBe('verified');
    expect(report.checked.history).toMatch(/^\d+ entries then, \d+ now$/);
  });

  test('proves it from any checkpoint that the receiver has', async () => {
    const later = await exportBag(world, { previousCheckpoint: bag.text('data/checkpoint') });
    expect(later.text('data/previous/checkpoint')).toBe(bag.text('data/checkpoint'));
    expect((await verifyBag(later)).checked.history).toMatch(/^24 entries then/);
  });
});

test('of an erased person the bag shows what happened, without who, and verifies', async () => {
  const erased = await makeWorld(2);
  const [stream = ''] = erased.streams;
  await erased.platform.deps.ledger.destroyKey(stream);
  const report = await verifyBag(await exportBag(erased), { key: erased.key });
  expect(report.verdict).toBe('verified');
  const own = report.events.filter(({ event }) => event.stream === stream);
  expect(own).toHaveLength(12);
  expect(own.every(({ personal }) => personal === null)).toBe(true);
  expect(report.statement?.streams.find((each) => each.stream === stream)?.opened).toBe(false);
  expect(report.notes.filter((note) => note.endsWith('erased with the person'))).toHaveLength(4);
});

test('evidence that is missing or altered in the store is said to be so, never left out in silence', async () => {
  const spoiled = await makeWorld(1);
  const [first = '', second = ''] = [...spoiled.evidence.kept.keys()];
  spoiled.evidence.kept.delete(first);
  spoiled.evidence.kept.set(second, new Uint8Array([1, 2, 3]));
  const report = await verifyBag(await exportBag(spoiled));
  expect(report.verdict).toBe('verified');
  expect(report.notes).toEqual(expect.arrayContaining([`${first}: its bytes were missing when this bag was made`, `${second}: its bytes were altered when this bag was made`]));
});

test('an event that differs from the log makes no bag', async () => {
  const forged = await makeWorld(1);
  const store = { ...forged.deps.store, load: async (stream: string) => (await forged.deps.store.load(stream)).map((event) => (event.type === 'DecisionMade' ? { ...event, data: { ...event.data, decision: 'FAIL' } } : event)) };
  await expect(exportLedger({ ...forged.deps, store }, everything, 'e0000000-0000-4000-8000-000000000001', new MemoryBag())).rejects.toMatchObject({ code: 'EXPORT_IMPOSSIBLE' });
  expect(await forged.deps.store.load(EXPORTS_STREAM)).toEqual([]);
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
