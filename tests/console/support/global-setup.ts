import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import type { RunningPlatform } from '../../../runtime/running.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { startDemo } from './demo-platform.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** null where there is no browser: the tests are then skipped. */
    readonly console: {
      readonly browser: string;
      readonly platform: RunningPlatform;
      readonly cases: Readonly<Record<string, string>>;
      readonly signInLinks: readonly { readonly role: string; readonly url: string }[];
    } | null;
  }
}

/** One decision of each kind, and the reasons that the case page shows in different ways. */
const wanted = ['gmc-pass', 'expired-document', 'other-person', 'bad-check-digit', 'former-name', 'suspended', 'not-on-register', 'restricted', 'other-name'];

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium();
  if (executablePath === null) {
    process.stderr.write('The tests of the console are skipped: no Chromium was found (apt-get install chromium, or KYC_TEST_CHROMIUM=<path>).\n');
    project.provide('console', null);
    return undefined;
  }
  const demo = await startDemo(wanted);
  const browser = await chromium.launchServer({ executablePath, args: chromiumArguments, host: '127.0.0.1' });
  project.provide('console', { browser: browser.wsEndpoint(), platform: demo.platform.running, cases: demo.cases, signInLinks: demo.platform.signInLinks });
  return async () => {
    await browser.close();
    await demo.stop();
  };
}
