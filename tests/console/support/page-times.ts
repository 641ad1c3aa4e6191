import { chromium, type Browser, type Page } from 'playwright-core';
import type { Role } from '../../../cli/client.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { startDemo, type DemoPlatform } from './demo-platform.ts';

/**
 * npm run bench:console: how long each page takes from the first byte asked for to usable, in a browser that has never been
 * here and in one that has, and how much JavaScript travels. The median of some rounds; worth something on a quiet machine.
 */
const rounds = Number(process.env['KYC_ROUNDS'] ?? 7);

interface Measured { readonly page: string; readonly role: Role; readonly path: string; readonly usable: (page: Page) => Promise<unknown> }

const heading = (name: string) => (page: Page): Promise<void> => page.getByRole('heading', { name }).first().waitFor();
const row = (page: Page): Promise<void> => page.locator('tbody tr:not(.spacer)').first().waitFor();

const pages = (cases: DemoPlatform['cases']): readonly Measured[] => [
  { page: 'queue', role: 'reviewer', path: '/queue', usable: row },
  { page: 'case', role: 'reviewer', path: `/cases/${cases['not-on-register']}`, usable: (page) => page.locator('main h2').first().waitFor() },
  { page: 'applicants', role: 'operator', path: '/applicants', usable: row },
  { page: 'time travel', role: 'auditor', path: `/applicants/${cases['gmc-pass']}`, usable: (page) => page.getByRole('slider').waitFor() },
  { page: 'audit trail', role: 'auditor', path: '/search', usable: row },
  { page: 'numbers', role: 'analyst', path: '/numbers', usable: heading('Funnel') },
  { page: 'ledger, verified', role: 'auditor', path: '/ledger', usable: heading('Whole and unaltered') },
  { page: 'policy lab', role: 'auditor', path: '/policy', usable: (page) => page.getByRole('button', { name: 'Try it' }).waitFor() },
  { page: 'exports', role: 'auditor', path: '/exports', usable: (page) => page.getByRole('button', { name: 'Make it' }).waitFor() },
  { page: 'retention', role: 'operator', path: '/retention', usable: (page) => page.getByRole('heading', { name: /Due for deletion/ }).waitFor() },
];

const executablePath = findChromium();
if (executablePath === null) {
  process.stderr.write('This needs a Chromium (apt-get install chromium, or KYC_TEST_CHROMIUM=<path>).\n');
  process.exit(1);
}
const demo = await startDemo(['gmc-pass', 'not-on-register']);
const browser = await chromium.launch({ executablePath, args: chromiumArguments });
try {
  const rows = [];
  for (const each of pages(demo.cases)) {
    const taken = [];
    for (let round = 0; round < rounds; round += 1) taken.push(await measure(browser, each));
    rows.push({ page: each.page, 'first visit, ms': median(taken.map(({ first }) => first)), 'again, ms': median(taken.map(({ again }) => again)), 'JavaScript, kB': Math.round(taken[0]?.kilobytes ?? 0) });
  }
  console.table(rows);
} finally {
  await browser.close();
  await demo.stop();
}

async function measure(from: Browser, { role, path, usable }: Measured): Promise<{ readonly first: number; readonly again: number; readonly kilobytes: number }> {
  const { running } = demo.platform;
  const context = await from.newContext({ viewport: { width: 1280, height: 860 }, baseURL: running.url, reducedMotion: 'reduce' });
  await context.addCookies([{ name: 'kyc-session', value: running.sessions[role] ?? '', url: running.url, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  const visit = async (): Promise<number> => {
    const began = performance.now();
    await page.goto(path, { waitUntil: 'commit' });
    await usable(page);
    return performance.now() - began;
  };
  const first = await visit();
  const bytes = await page.evaluate<number>('performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)');
  await page.goto('about:blank');
  const again = await visit();
  await context.close();
  return { first, again, kilobytes: bytes / 1000 };
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}
