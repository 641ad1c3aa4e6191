import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { ApiClient, type Role } from '../../../cli/client.ts';
import { waitForDecision } from '../../../cli/commands/cases.ts';
import { randomApplicant } from '../../../cli/specimens/random-applicant.ts';
import { submitSample } from './demo-platform.ts';

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Requests that this test answers with an error on purpose. */
  readonly expectErrors?: boolean;
}

/** What a test of the console has: the platform with the samples decided, and pages signed in by role. */
export interface World {
  readonly url: string;
  /** Applicant of a sample of the demo, by the sample's id. */
  caseOf(sample: string): string;
  /** A page at `path`, signed in as `role` (null: as nobody). What it throws or the security policy refuses fails the test. */
  open(role: Role | null, path: string, options?: OpenOptions): Promise<Page>;
  /** Submits somebody who is on no register, for a case of a test's own that waits for review. Answers the applicant's id. */
  newCase(): Promise<string>;
  api(role: Role): ApiClient;
  /** Fails with the rules that are broken (WCAG 2.2 AA) and where; also when the page is wider than the screen (1.4.10, reflow). */
  expectAccessible(page: Page): Promise<void>;
  /** A sign-in link that the platform printed; each role's works once in a whole run. */
  signInLink(role: string): string;
}

/**
 * `describe` with a browser: skipped where there is none.
 *
 *     describeInBrowser('the queue', (world) => {
 *       test('shows who waits', async () => {
 *         const page = await world.open('reviewer', '/queue');
 *         await world.expectAccessible(page);
 *       });
 *     });
 */
export function describeInBrowser(name: string, body: (world: World) => void): void {
  const given = inject('console');
  describe.skipIf(given === null)(name, () => {
    if (given === null) return;
    const { platform } = given;
    let browser: Browser;
    let folder: string;
    const contexts: BrowserContext[] = [];
    const faults: string[] = [];

    beforeAll(async () => {
      browser = await chromium.connect(given.browser);
      folder = await mkdtemp(join(tmpdir(), 'kyc-console-test-'));
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      expect(faults.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    });

    body({
      url: platform.url,
      caseOf: (sample) => {
        const id = given.cases[sample];
        if (id === undefined) throw new Error(`The test platform has no sample ${sample}: add it to wanted in support/global-setup.ts`);
        return id;
      },
      open: async (role, path, { width = 1280, height = 860, theme = 'light', expectErrors = false } = {}) => {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, baseURL: platform.url, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/London' });
        contexts.push(context);
        const session = role === null ? undefined : platform.sessions[role];
        if (session !== undefined) await context.addCookies([{ name: 'kyc-session', value: session, url: platform.url, httpOnly: true, sameSite: 'Strict' }]);
        const page = await context.newPage();
        page.setDefaultTimeout(Number(process.env['KYC_TEST_PATIENCE_MS'] ?? 15_000));
        page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
        page.on('console', (message) => {
          const refused = /^Failed to load resource|Failed to fetch dynamically imported module|Unable to preload CSS/.test(message.text());
          if (message.type() === 'error' && !(refused && (expectErrors || role === null))) faults.push(`${path}: ${message.text()}`);
        });
        await page.goto(path);
        return page;
      },
      newCase: async () => {
        const api = new ApiClient(platform, 'operator');
        const { sample } = randomApplicant(Math.floor(Math.random() * 90_000));
        const id = await submitSample(api, sample, folder);
        await waitForDecision(api, id, 60_000);
        return id;
      },
      api: (role) => new ApiClient(platform, role),
      expectAccessible: async (page) => {
        expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
      },
      signInLink: (role) => given.signInLinks.find((link) => link.role === role)?.url ?? '',
    });
  });
}
