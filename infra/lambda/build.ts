import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import packageJson from '../../package.json' with { type: 'json' };
import { lambdaEntries } from './entries.ts';
import { lean } from './lean/plugin.ts';

/**
 * Bundles every Lambda function to dist/lambda/<name>/index.mjs (Node 24, ESM) and says how large each has become.
 *
 *     npm run build:lambda                       for Lambda on ARM
 *     npm run build:lambda -- --cpu x64          sharp for another processor, to run them elsewhere
 *     npm run build:lambda -- --only decision    some of them; may be repeated
 *     npm run build:lambda -- --out dist/other/  to another folder, so that two builds do not meet
 */

const ROOT = new URL('../../', import.meta.url);
const MOST_BYTES = 1_500_000;

const { values } = parseArgs({ options: { cpu: { type: 'string', default: 'arm64' }, only: { type: 'string', multiple: true }, 'no-sharp': { type: 'boolean', default: false }, out: { type: 'string', default: 'dist/lambda/' } } });
const OUT = new URL(values.out, ROOT);
const chosen = lambdaEntries.filter(({ name }) => values.only === undefined || values.only.includes(name));

// Libraries in CommonJS call `require`; files that are read relative to their module are found beside the bundle.
const banner = [
  'import { createRequire as __createRequire } from "node:module";',
  'const require = __createRequire(import.meta.url);',
  'const __from = new URL("./app/from/index.mjs", import.meta.url).href;',
].join('');

/** What a function's bundle reads beside itself: the SQL that makes and copies the tables. */
const READS_SQL: ReadonlySet<string> = new Set(['api', 'migrate']);

/** What an export carries: the page and the program that verify it, and the policies that decided. */
const CARRIES = ['ledger/export/assets/', 'aggregates/policy/'];

const sizes: { name: string; bytes: number }[] = [];
for (const { name, sharp } of chosen) {
  const folder = new URL(`${name}/`, OUT);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const result = await build({
    entryPoints: [new URL(`${name}.ts`, import.meta.url).pathname],
    outfile: new URL('index.mjs', folder).pathname,
    bundle: true, minify: true, treeShaking: true, metafile: true,
    platform: 'node', target: 'node24', format: 'esm', mainFields: ['module', 'main'],
    legalComments: 'none',
    external: ['pg-native'],
    plugins: [lean],
    banner: { js: banner },
    define: { 'import.meta.url': '__from', 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  refuseStrays(name, result.metafile, sharp === true);
  if (READS_SQL.has(name)) await cp(new URL('schema/', ROOT), new URL('app/schema/', folder), { recursive: true, filter: (from) => !from.includes('/events') && !from.endsWith('openapi.json') });
  if (name === 'export') for (const path of CARRIES) await cp(new URL(path, ROOT), new URL(path, folder), { recursive: true });
  const [output] = Object.entries(result.metafile.outputs).filter(([path]) => path.endsWith('.mjs')).map(([, each]) => each);
  sizes.push({ name, bytes: output?.bytes ?? 0 });
}

if (!values['no-sharp'] && chosen.some(({ sharp }) => sharp)) {
  const modules = await sharpFor(values.cpu);
  for (const { name } of chosen.filter(({ sharp }) => sharp)) await cp(modules, new URL(`${name}/node_modules/`, OUT), { recursive: true, verbatimSymlinks: true });
}

await writeFile(new URL('sizes.json', OUT), `${JSON.stringify(sizes, null, 2)}\n`);
for (const { name, bytes } of sizes) process.stdout.write(`${name.padEnd(24)} ${(bytes / 1000).toFixed(0).padStart(6)} kB\n`);
const tooLarge = sizes.filter(({ bytes }) => bytes > MOST_BYTES);
if (tooLarge.length > 0) {
  process.stderr.write(`Over ${MOST_BYTES / 1e6} MB: ${tooLarge.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 1;
}

/** sharp where its entry does not say so would fail at the first call, in an account and not here. */
function refuseStrays(name: string, { inputs }: Metafile, maySharp: boolean): void {
  if (Object.keys(inputs).some((path) => path.endsWith('lean/sharp.ts')) && !maySharp) throw new Error(`${name} imports sharp, and its entry does not say so`);
}

/** node_modules with sharp for Lambda's Linux, installed by npm in a folder of its own, the version that is tested here. */
async function sharpFor(cpu: string): Promise<URL> {
  const folder = new URL(`.sharp-${cpu}/`, OUT);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('package.json', folder), JSON.stringify({ private: true, dependencies: { sharp: packageJson.dependencies.sharp } }));
  await promisify(execFile)('npm', ['install', '--os=linux', `--cpu=${cpu}`, '--libc=glibc', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  return new URL('node_modules/', folder);
}
