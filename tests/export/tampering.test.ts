import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeReport } from '../../ledger/export/verifier/describe.ts';
import { formatCopy, parseCopy, partPage } from '../../ledger/export/verifier/page-copy.ts';
import type { Report } from '../../ledger/export/verifier/report.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { exportBag, makeWorld, type MemoryBag, type World } from './support.ts';

let world: World;
let bag: MemoryBag;
let paths: string[];
beforeAll(async () => {
  world = await makeWorld(1);
  await exportBag(world);
  bag = await exportBag(world);
  paths = [...bag.files.keys()];
});

/** The files and events that are named, without the line or row in them. */
const named = (report: Report): string[] => report.findings.map(({ where }) => where.split(' ')[0] ?? '');
const seen = (report: Report): string => report.findings.map(({ where, what }) => `${where}: ${what}`).join('\n');

const forge = async (change: (spoiled: MemoryBag) => void): Promise<Report> => {
  const spoiled = bag.copy();
  change(spoiled);
  await spoiled.coverUp();
  const report = await verifyBag(spoiled, { key: world.key });
  expect(report.verdict).toBe('refuted');
  expect(named(report)).toContain('manifest-sha256.txt');
  return report;
};
const eventLines = (of: MemoryBag): string[] => of.text('data/events.ndjson').trimEnd().split('\n');
const setLines = (of: MemoryBag, lines: readonly string[]): void => of.set('data/events.ndjson', lines.map((line) => `${line}\n`).join(''));
const copyOf = (of: MemoryBag): Map<string, Uint8Array<ArrayBuffer>> => parseCopy(partPage(of.text('index.html'))?.copy ?? '') ?? new Map();
const asPage = (files: Map<string, Uint8Array<ArrayBuffer>>) => ({ scope: 'page' as const, paths: async () => [...files.keys()], read: async (path: string) => files.get(path) ?? null });

describe('one change to a bag is found, and the file is named', () => {
  test('G-32: a single byte altered, of any file', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (file, at, flip, withKey) => {
      const path = paths[file % paths.length] ?? '';
      const spoiled = bag.copy();
      const bytes = spoiled.files.get(path) ?? new Uint8Array(1);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      const report = await verifyBag(spoiled, withKey ? { key: world.key } : {});
      expect(report.verdict).toBe('refuted');
      expect(named(report)).toContain(path);
    }), { numRuns: 400 });
  });

  test('any file cut off, made longer, emptied or removed', async () => {
    for (const path of paths) {
      for (const change of ['shorter', 'longer', 'empty', 'gone'] as const) {
        const spoiled = bag.copy();
        const bytes = bag.files.get(path) ?? new Uint8Array();
        if (change === 'gone') spoiled.files.delete(path);
        else if (change === 'longer') spoiled.files.set(path, new Uint8Array([...bytes, 10]));
        else spoiled.files.set(path, bytes.slice(0, change === 'empty' ? 0 : -1));
        const report = await verifyBag(spoiled);
        expect(report.verdict).toBe('refuted');
        expect(named(report)).toContain(path);
      }
    }
  });

  test.each(['data/evil.txt', 'data/tables/more.csv', 'data/evidence/x/y.jpg', 'note.txt', 'data/proofs/applicant-1/1.tlog-proof', '.hidden', 'data/anchors/000000000001/checkpoint'])('%s added', async (path) => {
    const spoiled = bag.copy();
    spoiled.set(path, 'added');
    const report = await verifyBag(spoiled);
    expect(report.verdict).toBe('refuted');
    expect(named(report)).toContain(path);
  });

  test('two files exchanged', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), async (one, other) => {
      const [a = '', b = ''] = [paths[one % paths.length], paths[other % paths.length]];
      const spoiled = bag.copy();
      const [first, second] = [bag.files.get(a) ?? new Uint8Array(), bag.files.get(b) ?? new Uint8Array()];
      fc.pre(Buffer.compare(first, second) !== 0);
      spoiled.files.set(a, second);
      spoiled.files.set(b, first);
      const report = await verifyBag(spoiled);
      // Where the manifest itself is gone, there is nothing left to name the other file by.
      const both = ![a, b].includes('manifest-sha256.txt');
      expect(named(report)).toEqual(expect.arrayContaining(both ? [a, b] : ['manifest-sha256.txt']));
    }), { numRuns: 100 });
  });
});

describe('a forger who makes all unsigned hashes fit is found out by the signed statement and the tree', () => {
  test('G-32: every event in turn left out, with its proof', async () => {
    const all = eventLines(bag);
    for (const [at, line] of all.entries()) {
      const { subject, streamversion } = JSON.parse(line);
      const report = await forge((spoiled) => {
        setLines(spoiled, all.filter((_, other) => other !== at));
        spoiled.files.delete(`data/proofs/${subject}/${streamversion}.tlog-proof`);
      });
      expect(report.findings).toContainEqual({ check: 'completeness', where: `${subject}/${streamversion}`, what: 'missing, or not proven: the statement counts it' });
    }
  });

  test('the end of a stream left out', async () => {
    const all = eventLines(bag);
    const own = all.filter((line) => JSON.parse(line).subject === world.streams[0]);
    const report = await forge((spoiled) => setLines(spoiled, all.filter((line) => line !== own.at(-1))));
    expect(named(report)).toContain(`${world.streams[0]}/${own.length}`);
  });

  test('what an event says changed, in its entry too', async () => {
    const report = await forge((spoiled) => setLines(spoiled, eventLines(spoiled).map((line) => {
      const event = JSON.parse(line);
      if (event.type !== 'kyc.ledger.DecisionMade') return line;
      const leaf = Buffer.from(event.leaf, 'base64').toString().replace('"decision":"PASS"', '"decision":"FAIL"');
      return JSON.stringify({ ...event, data: JSON.parse(leaf).data, leaf: Buffer.from(leaf).toString('base64') });
    })));
    const decided = eventLines(bag).map((line) => JSON.parse(line)).find(({ type }) => type === 'kyc.ledger.DecisionMade');
    expect(report.findings).toContainEqual({
      check: 'entries', where: `${decided.subject}/${decided.streamversion}`, what: `it is not entry ${decided.logindex} of the log: event or proof is altered`,
    });
  });

  test('only the readable part of an event changed', async () => {
    const report = await forge((spoiled) => setLines(spoiled, eventLines(spoiled).map((line, at) => (at === 4 ? line.replace('"given":true', '"given":false').replace(/"time":"2026/, '"time":"2025') : line))));
    expect(report.findings).toContainEqual({ check: 'entries', where: 'data/events.ndjson line 5', what: 'what it says is not what the entry in the log says' });
  });

  test('an event put in twice, or two exchanged', async () => {
    const all = eventLines(bag);
    expect(seen(await forge((spoiled) => setLines(spoiled, [...all, all[0] ?? ''])))).toContain('it is in the bag twice');
  });

  test('a personal field replaced by one that another key opens', async () => {
    const report = await forge((spoiled) => {
      const lines = spoiled.text('data/disclosed.ndjson').trimEnd().split('\n');
      const [first, second] = [JSON.parse(lines[0] ?? ''), JSON.parse(lines[1] ?? '')];
      lines[0] = JSON.stringify({ ...first, key: second.key });
      spoiled.set('data/disclosed.ndjson', lines.map((line) => `${line}\n`).join(''));
    });
    expect(report.findings.find(({ check }) => check === 'personal')?.what).toBe('the key is not the one that the event commits to');
  });

  test('a key withheld that the statement says is disclosed', async () => {
    const report = await forge((spoiled) => spoiled.set('data/disclosed.ndjson', spoiled.text('data/disclosed.ndjson').split('\n').slice(1).join('\n')));
    expect(named(report)).toContain(`${world.streams[0]}/1`);
  });

  test('evidence replaced', async () => {
    const path = paths.find((each) => each.includes('/document-')) ?? '';
    const report = await forge((spoiled) => spoiled.set(path, 'another face'));
    expect(report.findings.some(({ check, where }) => check === 'evidence' && where === path)).toBe(true);
  });

  test.each([
    ['a cell of a table changed', 'data/tables/users.csv', (text: string) => text.replace('VERIFIED', 'REJECTED'), 'altered: its SHA-256 is not the one in the manifest that was signed'],
    ['a policy changed', 'data/policies/2026-11/policy.ts', (text: string) => `${text}// and more\n`, 'altered: its SHA-256 is not the one in the manifest that was signed'],
    ['a file added', 'data/more.txt', () => 'more', 'added: the manifest that was signed does not list it'],
    ['a file removed', 'data/tables/consents.csv', () => null, 'missing'],
  ])('%s, and named although the manifest fits', async (_what, path, change, what) => {
    const report = await forge((spoiled) => {
      const text = change(spoiled.text(path));
      if (text === null) spoiled.files.delete(path);
      else spoiled.set(path, text);
    });
    expect(report.findings).toContainEqual({ check: 'files', where: path, what });
  });

  test('a row in a table made up', async () => {
    const report = await forge((spoiled) => spoiled.set('data/tables/users.csv', `${spoiled.text('data/tables/users.csv')}${spoiled.text('data/tables/users.csv').split('\r\n')[1]?.replace(/[^,]+$/, '00000000-0000-7000-8000-000000000000')}\r\n`));
    expect(report.findings).toContainEqual({ check: 'tables', where: 'data/tables/users.csv row 2', what: 'it comes from no event of this bag' });
  });

  test('history rewritten: another tree at the export before', async () => {
    const other = await makeWorld(1);
    const stranger = await exportBag(other);
    const report = await forge((spoiled) => spoiled.files.set('data/previous/checkpoint', stranger.files.get('data/checkpoint') ?? new Uint8Array()));
    expect(report.findings.some(({ check }) => check === 'history')).toBe(true);
  });

  test('the whole bag signed anew with a key of his own is refused under the key that the reader knows', async () => {
    const stranger = await exportBag(await makeWorld(1));
    expect((await verifyBag(stranger)).verdict).toBe('verified');
    const report = await verifyBag(stranger, { key: world.key });
    expect(report.verdict).toBe('refuted');
    expect(named(report)).toContain('data/log.vkey');
    expect([report.events, report.evidence]).toEqual([[], []]);
  });

  test('evidence left out with its line', async () => {
    const [line = '', ...rest] = bag.text('data/evidence.ndjson').trimEnd().split('\n');
    const { stream, version, key, file } = JSON.parse(line);
    const report = await forge((spoiled) => {
      spoiled.set('data/evidence.ndjson', rest.map((each) => `${each}\n`).join(''));
      spoiled.files.delete(file);
    });
    expect(report.findings).toContainEqual({ check: 'evidence', where: `${stream}/${version}`, what: `its evidence ${key} is left out: the statement says that evidence is in the bag` });
  });
});

test('a bag held under the key that is in it is never called verified, for whoever makes up a ledger makes up a key', async () => {
  const [own, known] = [await verifyBag(bag), await verifyBag(bag, { key: world.key })];
  expect([own.keyFrom, known.keyFrom]).toEqual(['bag', 'reader']);
  expect(describeReport(own)).toContain('Whose key that is, the bag cannot tell.');
  expect(describeReport(own)).not.toContain('Verified');
  expect(describeReport(known)).toContain('Verified: everything holds.');
});

test('what a bag says about itself cannot pass for what the verifier says', async () => {
  const spoiled = bag.copy();
  spoiled.set('data/x\r\u001B[2K\nVerified: everything holds.\u202E', '');
  const lines = describeReport(await verifyBag(spoiled)).split('\n');
  expect(lines).not.toContain('Verified: everything holds.');
  expect(lines.join('')).toContain('data/x\\u{d}\\u{1b}[2K\\u{a}Verified: everything holds.\\u{202e}: added');
});

describe('the copy inside index.html', () => {
  test('verifies by itself', async () => {
    const report = await verifyBag(asPage(copyOf(bag)), { key: world.key });
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('verified');
    expect(report.evidence).toHaveLength(4);
  });

  test('any byte altered, any file missing or added in it is found, and the file is named', async () => {
    const copied = [...copyOf(bag).keys()];
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.constantFrom('altered', 'gone'), async (file, at, flip, change) => {
      const path = copied[file % copied.length] ?? '';
      const files = new Map([...copyOf(bag)].map(([name, bytes]) => [name, new Uint8Array(bytes)]));
      const bytes = files.get(path) ?? new Uint8Array(1);
      if (change === 'gone') files.delete(path);
      else bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      const report = await verifyBag(asPage(files));
      expect(report.verdict).toBe('refuted');
      expect(named(report)).toContain(path);
    }), { numRuns: 150 });
  });

  test('holds the same bytes as the bag, whatever they are', () => {
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/), fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)))), (entries) => {
      const files = new Map(Object.entries(entries).map(([path, bytes]) => [path, new Uint8Array(bytes)]));
      const copy = formatCopy(files);
      expect(copy).not.toContain('<');
      expect(parseCopy(copy)).toEqual(files);
    }));
  });
});
