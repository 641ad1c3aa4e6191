import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { findChromium } from '../console/support/chromium.ts';
import { rareReason, secondEvery, startWithLongQueue, type LongQueue } from '../console/support/long-queue.ts';

const cases = 100_000;
const executablePath = findChromium();
const rows = (page: Page) => page.locator('.windowed tbody tr:not(.spacer, .hole)');

describe.skipIf(executablePath === null)('a queue of a hundred thousand cases', () => {
  let queue: LongQueue;
  beforeAll(async () => {
    queue = await startWithLongQueue(cases, executablePath ?? '');
  }, 300_000);
  afterAll(() => queue.stop());

  const open = async (path: string): Promise<Page> => {
    const page = await (await queue.context()).newPage();
    await page.goto(path);
    await rows(page).first().waitFor();
    return page;
  };
  const scrollTo = (page: Page, share: number): Promise<void> => page.locator('.windowed').evaluate((element, at) => element.scrollTo({ top: element.scrollHeight * at }), share);

  test('is there from its first to its last row, with second approvals on top, and draws only what is in view', async () => {
    const page = await open('/queue');
    await page.getByText('100,000 cases wait for a person').waitFor();
    await rows(page).first().getByText(`No. ${secondEvery}`, { exact: true }).waitFor();
    await rows(page).first().getByText('Second person').waitFor();
    await scrollTo(page, 1);
    await page.getByText(`No. ${cases - 1}`, { exact: true }).waitFor();
    for (const share of [0.25, 0.9, 0.1, 0.5, 0.500_5]) await scrollTo(page, share);
    const middle = Math.round(cases * 0.5005) - cases / secondEvery;
    await page.getByText(new RegExp(`^No\\. ${String(middle).slice(0, 3)}\\d\\d$`)).first().waitFor();
    await scrollTo(page, 0);
    await rows(page).first().getByText(`No. ${secondEvery}`, { exact: true }).waitFor();
    expect(await page.locator('.windowed tbody tr').count()).toBeLessThan(80);
  });

  test('is walked by keyboard: End, one up, Home', async () => {
    const page = await open('/queue');
    const after = async (key: string): Promise<string> => {
      await page.keyboard.press(key);
      return page.locator('tr.at .queue-case').innerText();
    };
    expect(await after('End')).toBe(`No. ${cases - 1}`);
    expect(await after('k')).toBe(`No. ${cases - 2}`);
    expect(await after('Home')).toBe(`No. ${secondEvery}`);
  });

  test('is narrowed by the server: two cases with a rare reason, those that wait for a second person, a register', async () => {
    const narrowed = async (query: string): Promise<string> => {
      const page = await open(`/queue?${query}`);
      return page.locator('.page-head p').innerText();
    };
    expect(await narrowed(`reason=${rareReason.code}`)).toMatch(`${cases / rareReason.every} cases wait`);
    expect(await narrowed('second=only')).toMatch(`${cases / secondEvery} cases wait`);
    expect(await narrowed('register=GDC')).toMatch('25,000 cases wait');
  });

  test('is paged by cursor without a gap or a repetition', async () => {
    const seen = new Set<number>();
    let cursor: string | null = null;
    for (let page = 0; page < 30; page += 1) {
      const response: Response = await fetch(`${queue.running.url}/api/v1/reviews?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`, { headers: { authorization: `Bearer ${queue.running.sessions['reviewer']}` } });
      const answer = await response.json() as { cases: { number: number }[]; cursor: string | null };
      for (const { number } of answer.cases) seen.add(number);
      ({ cursor } = answer);
    }
    expect(seen.size).toBe(6_000);
  });
});
