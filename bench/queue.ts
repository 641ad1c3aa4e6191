import { findChromium } from '../tests/console/support/chromium.ts';
import { rareReason, startWithLongQueue, type LongQueue } from '../tests/console/support/long-queue.ts';
import { median, type Bench, type Row } from './bench.ts';

const CASES = 100_000;
const ROUNDS = 9;
const row = '.windowed tbody tr:not(.spacer, .hole)';

/** What a reviewer waits for, in a browser that has nothing in its cache, and what the API takes of it. */
export const bench: Bench = {
  name: 'queue',
  summary: 'the review queue with 100,000 cases that wait, platform and browser on the same machine: milliseconds',
  async run() {
    const executablePath = findChromium();
    if (executablePath === null) return [{ skipped: 'no Chromium' }];
    const queue = await startWithLongQueue(CASES, executablePath);
    try {
      return [
        ...await api(queue, [['the first page', 'limit=100&offset=0'], ['the last page', `limit=100&offset=${CASES - 100}`], ['a rare reason', `limit=100&offset=0&reason=${rareReason.code}`], ['one register', 'limit=100&offset=0&registerType=GDC']]),
        ...await browser(queue),
      ];
    } finally {
      await queue.stop();
    }
  },
};

async function api({ running }: LongQueue, questions: readonly (readonly [string, string])[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, query] of questions) {
    rows.push(line(`API: ${name}`, await times(async () => {
      const began = performance.now();
      const response = await fetch(`${running.url}/api/v1/reviews?${query}`, { headers: { authorization: `Bearer ${running.sessions['reviewer']}` } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The API answered ${response.status}`);
      return performance.now() - began;
    })));
  }
  return rows;
}

async function browser({ context }: LongQueue): Promise<Row[]> {
  const opened: number[] = [];
  const last: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const fresh = await context();
    const page = await fresh.newPage();
    const began = performance.now();
    await page.goto('/queue', { waitUntil: 'commit' });
    await page.locator(row).first().waitFor();
    const first = performance.now() - began;
    const jumped = performance.now();
    await page.locator('.windowed').evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await page.getByText(`No. ${CASES - 1}`, { exact: true }).waitFor();
    // The first round warms up the platform.
    if (round > 0) {
      opened.push(first);
      last.push(performance.now() - jumped);
    }
    await fresh.close();
  }
  return [line('browser: from the address to the first row', opened), line('browser: from the first row to the last', last)];
}

async function times(once: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const time = await once();
    if (round > 0) all.push(time);
  }
  return all;
}

const line = (what: string, measured: readonly number[]): Row => ({ what, median: Math.round(median(measured)), fastest: Math.round(Math.min(...measured)), slowest: Math.round(Math.max(...measured)) });
