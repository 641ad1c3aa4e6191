import { accessSync, constants } from 'node:fs';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium on this machine, or null. KYC_TEST_CHROMIUM names another. */
export function findChromium(): string | null {
  const named = process.env['KYC_TEST_CHROMIUM'];
  for (const path of named === undefined ? usual : [named]) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** Quiet, and without a wish to reach anything but the platform. */
export const chromiumArguments: string[] = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  // A camera that shows a moving pattern, so that a page which asks for one gets one.
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
];
