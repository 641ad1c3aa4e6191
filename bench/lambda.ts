import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { lambdaEntries } from '../infra/lambda/entries.ts';
import type { Bench } from './bench.ts';

const run = promisify(execFile);
const ROOT = new URL('../', import.meta.url);
const RUNS = 5;
/** Of its own, so that a build that runs meanwhile is not measured half made. */
const OUT = 'dist/bench-lambda/';

/** Enough for a bundle to be loaded; nothing is called. */
const environment = {
  PATH: process.env['PATH'] ?? '', AWS_REGION: 'eu-west-2', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', KYC_EVENT_BUS: 'kyc', KYC_LOG: 'silent',
};

/** Milliseconds that a fresh process takes to import a bundle, its compile cache empty, as in a cold start. */
async function importMs(bundle: URL): Promise<number> {
  const script = `const start = performance.now(); await import(${JSON.stringify(bundle.href)}); process.stdout.write(String(performance.now() - start)); process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env: environment });
  return Number(stdout);
}

export const bench: Bench = {
  name: 'lambda',
  summary: `bundles as Lambda gets them: size, and time of a cold import (fastest of ${RUNS}, for what else runs here is not its cost; and the median); limits 1,500 kB and 300 ms`,
  async run() {
    await run(process.execPath, [new URL('infra/lambda/build.ts', ROOT).pathname, '--no-sharp', '--out', OUT], { env: process.env });
    const rows: Record<string, string | number>[] = [];
    for (const { name, memoryMegabytes } of lambdaEntries) {
      const bundle = new URL(`${OUT}${name}/index.mjs`, ROOT);
      const { size } = await stat(bundle);
      const times: number[] = [];
      for (let count = 0; count < RUNS; count += 1) times.push(await importMs(bundle));
      const [fastest = 0, , median = 0] = times.toSorted((a, b) => a - b);
      rows.push({ function: name, kB: Math.round(size / 1000), 'import ms': Math.round(fastest), 'median ms': Math.round(median), 'memory MB': memoryMegabytes, within: size <= 1_500_000 && fastest <= 300 ? 'yes' : 'NO' });
    }
    return rows;
  },
};
