import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { z } from 'zod';
import { ApiClient } from '../../../cli/client.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { reopenDemo, startDemo } from './demo-platform.ts';
import { playScene } from './tour-scene.ts';
import { tourSamples, tourStops, type TourStop } from './tour-stops.ts';

/** npm run tour: docs/tour.md and its pictures, from the sample applicants on a fresh platform, or on what a demo left (KYC_TOUR_DATA). */
const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const Link = z.object({ url: z.string() });

const executablePath = findChromium();
if (executablePath === null) {
  process.stderr.write('The tour needs a Chromium (apt-get install chromium, or KYC_TEST_CHROMIUM=<path>).\n');
  process.exit(1);
}
/** `npm run tour -- queue apply` takes these alone. */
const named = process.argv.slice(2);
const left = process.env['KYC_TOUR_DATA'];
const demo = left === undefined ? await startDemo(tourSamples) : await reopenDemo(left);
const browser = await chromium.launch({ executablePath, args: chromiumArguments });
try {
  await mkdir(`${docs}tour`, { recursive: true });
  await playScene(demo.platform.running, demo.cases);
  // The tables follow the ledger a moment later.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  // A picture that cannot be taken leaves the one before in its place, and says so in the end.
  for (const stop of tourStops.filter(({ name }) => named.length === 0 || named.includes(name))) {
    await takePicture(stop).catch((error: unknown) => {
      process.exitCode = 1;
      process.stderr.write(`${stop.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  }
  const stale = (await readdir(`${docs}tour`)).filter((name) => !tourStops.some((stop) => `${stop.name}.png` === name));
  await Promise.all(stale.map((name) => rm(`${docs}tour/${name}`)));
  await writeFile(`${docs}tour.md`, text());
} finally {
  await browser.close();
  await demo.stop();
}

async function takePicture(stop: TourStop): Promise<void> {
  const { running } = demo.platform;
  const context = await browser.newContext({
    viewport: { width: stop.width ?? 1440, height: stop.height ?? 900 }, colorScheme: stop.theme ?? 'light', baseURL: running.url, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/London',
  });
  const page = await context.newPage();
  if (stop.role !== null && typeof stop.role === 'object') {
    const { url } = await new ApiClient(running, 'operator').post(`/applicants/${demo.cases[stop.role.applicant] ?? stop.role.applicant}/sign-in-links`, {}, Link);
    await page.goto(url);
    // On a phone the navigation is folded away, so that the page's heading says that the link worked.
    await page.getByRole('heading', { name: 'Your verification' }).waitFor({ timeout: 60_000 });
  } else if (stop.role !== null) {
    await context.addCookies([{ name: 'kyc-session', value: running.sessions[stop.role] ?? '', url: running.url, httpOnly: true, sameSite: 'Strict' }]);
  }
  page.setDefaultTimeout(60_000);
  await stop.before?.(page);
  await page.goto(stop.path(demo.cases));
  await page.locator('h1').first().waitFor();
  // Listening for live updates never ends, so there is no waiting for a quiet network.
  await page.waitForTimeout(1_500);
  await stop.act?.(page);
  await page.waitForTimeout(700);
  const picture = await sharp(await page.screenshot()).png({ palette: true, colours: 128, effort: 9 }).toBuffer();
  await writeFile(`${docs}tour/${stop.name}.png`, picture);
  process.stdout.write(`${stop.name}.png  ${Math.round(picture.length / 1024)} kB\n`);
  await context.close();
}

function text(): string {
  return [
    '# A tour of the console',
    '',
    'What reviewers, auditors, analysts, operators and applicants see. Each page has a light and a dark face, works on a phone as on',
    'a wide screen and by keyboard alone. What a role may not see, the server does not send.',
    '',
    'Made by `npm run tour` from the sample applicants: nobody in these pictures exists, the portraits are drawn. `npm run demo --',
    '--keep` leaves the platform running with the same people and prints the sign-in links.',
    ...tourStops.flatMap(({ name, title, words, alt }) => ['', `## ${title}`, '', words, '', `![${alt}](tour/${name}.png)`]),
    '',
  ].join('\n');
}
