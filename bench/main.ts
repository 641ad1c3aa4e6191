import { spawnSync } from 'node:child_process';
import { bench as append } from './append.ts';
import { bench as asOf } from './as-of.ts';
import { bench as backtest } from './backtest.ts';
import { bench as cases } from './cases.ts';
import { bench as exporting } from './export.ts';
import { bench as lambda } from './lambda.ts';
import { bench as load } from './load.ts';
import { bench as queue } from './queue.ts';
import { bench as reading } from './reading.ts';
import { bench as sequencing } from './sequencing.ts';
import { bench as streams } from './streams.ts';
import { bench as verifying } from './verifying.ts';
import type { Bench } from './bench.ts';

/** Every bench there is. `npm run bench` runs all, `npm run bench -- append load` those named. */
const benches: readonly Bench[] = [append, load, streams, reading, cases, sequencing, verifying, asOf, backtest, exporting, lambda, queue, {
  name: 'rebuild',
  summary: 'the relational tables from 100,000 events, in a process of its own so that its memory is its own',
  run: async () => [{ 'exit code': spawnSync(process.execPath, ['bench/rebuild.ts'], { stdio: 'inherit' }).status ?? 1 }],
}];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${benches.map((bench) => bench.name).join(', ')}`);
  process.exit(2);
}
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.log(`\n${bench.name}: ${bench.summary}`);
  console.table(await bench.run());
}
