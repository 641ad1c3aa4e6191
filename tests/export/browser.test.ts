import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderSink } from '../../ledger/export/folder-sink.ts';
import { fillPage, formatCopy, parseCopy, partPage } from '../../ledger/export/verifier/page-copy.ts';
import { exportBag, makeWorld, temporaryFolder, type MemoryBag, type World } from './support.ts';

const CHROMIUM = '/usr/bin/chromium';

const settled = (page: Page) => page.waitForSelector('html:is([data-verdict="verified"], [data-verdict="refuted"], [data-verdict="unsigned"])');
const HOLDS = 'Everything holds under the key inside the bag. Whose key that is, the bag cannot tell.';
const verdict = (page: Page) => page.textContent('#verdict-line');
const openCase = async (page: Page) => {
  await page.click('.case >> nth=0');
  await page.waitForSelector('.case[open] .event');
};

describe.skipIf(!existsSync(CHROMIUM))(`index.html in a real browser (skipped where ${CHROMIUM} is missing: apt-get install chromium)`, () => {
  let world: World;
  let bag: MemoryBag;
  let browser: Browser;
  let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
  const requests: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    world = await makeWorld(2);
    await exportBag(world);
    bag = await exportBag(world);
    temporary = await temporaryFolder();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await temporary?.remove();
  });

  async function write(name: string, of: MemoryBag): Promise<string> {
    const folder = join(temporary.path, name);
    const sink = await folderSink(folder);
    for (const [path, bytes] of of.files) await sink.add(path, bytes);
    return folder;
  }

  /** Opens the page as a double-click does, and waits for what it says. */
  async function open(folder: string): Promise<Page> {
    const page = await browser.newPage();
    page.on('request', (request) => requests.push(new URL(request.url()).protocol));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => faults.push(message.text()));
    await page.goto(`file://${folder}/index.html`);
    await settled(page);
    return page;
  }

  /** The bag with the copy in its page changed. */
  function spoiledPage(change: (files: Map<string, Uint8Array<ArrayBuffer>>) => void): MemoryBag {
    const spoiled = bag.copy();
    const parts = partPage(spoiled.text('index.html'));
    const files = parseCopy(parts?.copy ?? '') ?? new Map<string, Uint8Array<ArrayBuffer>>();
    change(files);
    spoiled.set('index.html', fillPage(parts?.template ?? '', formatCopy(files)));
    return spoiled;
  }

  test('G-32: verifies without a network and shows the cases readably', async () => {
    const page = await open(await write('whole', bag));
    expect(await verdict(page)).toBe(HOLDS);
    expect(await page.locator('#checks .mark').allTextContents()).toEqual(Array.from({ length: 8 }, () => 'holds'));
    expect(await page.locator('.case .who').allTextContents()).toEqual(['Ada May Example', 'Ada May Example']);
    await openCase(page);
    expect(await page.locator('.case[open] .event h3').first().textContent()).toBe('Applicant registered');
    expect(await page.locator('.case[open] .event').first().textContent()).toContain('ada0@example.test');
    expect(await page.locator('.case[open]').textContent()).toContain('Who viewed or exported this record');
    expect(await page.locator('.case[open] .event', { hasText: 'Decision made' }).textContent()).toContain('FACE_MATCH');
    expect(new Set(requests)).toEqual(new Set(['file:', 'blob:']));
    expect(faults).toEqual([]);
  });

  test('opens every case on paper', async () => {
    const page = await open(await write('paper', bag));
    await page.emulateMedia({ media: 'print' });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.locator('.case[open] .event').count()).toBe(26);
    expect(await page.locator('.tools').isVisible()).toBe(false);
  });

  test('checks against the key that the reader knows', async () => {
    const page = await open(await write('key', bag));
    await page.fill('#key', world.key);
    await page.click('#key-check');
    await page.waitForSelector('#verdict-line:has-text("Verified: everything holds.")');
    const stranger = await makeWorld(1);
    await page.fill('#key', stranger.key);
    await page.click('#key-check');
    await page.waitForSelector('html[data-verdict="refuted"]');
    expect(await page.textContent('#checks')).toContain('data/log.vkey: it is not the key that you gave');
    // What is proven against somebody else's checkpoint is proven to nobody.
    expect(await page.locator('.case').count()).toBe(0);
  });

  test('G-32: names the event that was altered, and shows none that does not hold', async () => {
    const page = await open(await write('altered', spoiledPage((files) => {
      const events = Buffer.from(files.get('data/events.ndjson') ?? []).toString().split('\n');
      const line = JSON.parse(events[1] ?? '');
      const leaf = Buffer.from(line.leaf, 'base64').toString().replace('"given":true', '"given":false');
      events[1] = JSON.stringify({ ...line, data: JSON.parse(leaf).data, leaf: Buffer.from(leaf).toString('base64') });
      files.set('data/events.ndjson', new TextEncoder().encode(events.join('\n')));
    })));
    expect(await verdict(page)).toMatch(/^NOT verified/);
    const shown = await page.textContent('#checks');
    expect(shown).toContain(`${world.streams[0]}/2: it is not entry 1 of the log`);
    expect(shown).toContain('data/events.ndjson: altered');
    await openCase(page);
    expect(await page.locator('.case[open] .event h3').allTextContents()).not.toContain('Consent recorded');
  });

  test('names the event that was left out', async () => {
    const page = await open(await write('left-out', spoiledPage((files) => {
      const events = Buffer.from(files.get('data/events.ndjson') ?? []).toString().split('\n');
      files.set('data/events.ndjson', new TextEncoder().encode(events.filter((_, at) => at !== 4).join('\n')));
    })));
    expect(await page.textContent('#checks')).toContain(`${world.streams[0]}/5: missing, or not proven: the statement counts it`);
  });

  test('a copy that does not even read is not verified', async () => {
    const spoiled = bag.copy();
    spoiled.set('index.html', spoiled.text('index.html').replace('{"README.txt"', '{README.txt"'));
    const page = await open(await write('broken', spoiled));
    expect(await verdict(page)).toBe('Not verified yet');
  });

  test('verifies the files beside it once the folder is chosen, and names the one that was altered', async () => {
    const folder = await write('folder', bag);
    const page = await open(folder);
    await page.setInputFiles('#folder', folder);
    await page.waitForSelector('#verdict-more:has-text("the folder that you chose")');
    expect(await verdict(page)).toBe(HOLDS);

    const users = join(folder, 'data', 'tables', 'users.csv');
    await writeFile(users, (await readFile(users, 'utf8')).replace('VERIFIED', 'REJECTED'));
    const again = await open(folder);
    expect(await verdict(again)).toBe(HOLDS);
    await again.setInputFiles('#folder', folder);
    await again.waitForSelector('html[data-verdict="refuted"]');
    expect(await again.textContent('#checks')).toContain('data/tables/users.csv: altered: its SHA-256 is not the one in the manifest');
  });

  test('without personal data it says what is sealed, and verifies', async () => {
    const page = await open(await write('redacted', await exportBag(world, { personal: false, evidence: false })));
    expect(await verdict(page)).toBe(HOLDS);
    expect(await page.locator('.case .who').first().textContent()).toBe('Applicant 1');
    await openCase(page);
    expect(await page.locator('.case[open] .withheld').count()).toBe(5);
  });

  test('says so where the browser lacks Ed25519, and never calls that verified', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const real = crypto.subtle.importKey.bind(crypto.subtle);
      Object.defineProperty(crypto.subtle, 'importKey', {
        value: (...args: Parameters<typeof real>) => (JSON.stringify(args[2]).includes('Ed25519') ? Promise.reject(new DOMException('no', 'NotSupportedError')) : real(...args)),
      });
    });
    await page.goto(`file://${await write('old-browser', bag)}/index.html`);
    await settled(page);
    expect(await verdict(page)).toContain('Ed25519 signatures cannot be checked here');
    expect(await page.locator('#checks .mark').first().textContent()).toBe('open');
  });
});
