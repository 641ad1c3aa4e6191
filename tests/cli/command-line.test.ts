import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-command-line-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function kyc(...args: string[]): Promise<Ran> {
  const env = { ...process.env, KYC_DATA: join(folder, 'nothing-here') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/main.ts', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const ID = '00000000-0000-4000-8000-000000000000';

describe('with --json whatever goes wrong is one JSON value on stdout, and nothing else is said', () => {
  test.each<[string, string[], number, string]>([
    ['an option that takes other words', ['--json', 'export', '--register', 'XXX'], 2, 'USAGE'],
    ['a command that there is not', ['exprot', '--json'], 2, 'USAGE'],
    ['a command that is not said', ['--json', 'ledger'], 2, 'USAGE'],
    ['no platform, and a version that is the record\'s, not the program\'s', ['--json', 'history', ID, '--version', '3'], 3, 'NOT_RUNNING'],
  ])('%s', async (_what, args, code, expected) => {
    const ran = await kyc(...args);
    expect(ran).toMatchObject({ code, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: expected, message: expect.stringMatching(/^[A-Z'a-z](?!rror:).+/) } });
  });
});

describe('what is asked of a ledger that is not there', () => {
  test.each([
    [['rebuild']], [['decisions', 'recompute']], [['policy', 'backtest', '--policy', '2026-11']], [['as-of', '--list']],
  ])('%j makes none, and says so', async (args) => {
    expect(await kyc(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^kyc: There is no ledger in .*; KYC_DATA names the folder\.\n$/) });
    expect(await readdir(folder)).toEqual([]);
  });
});

test('kyc --version says which release this is', async () => {
  expect(await kyc('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kyc \d+\.\d+\.\d+, Node \d+/), stderr: '' });
});

test('kyc doctor says of every setting what it is, and of a secret only whether it is set', async () => {
  process.env['KYC_APIFY_TOKEN'] = 'apify_api_of_nobody';
  const { stdout } = await kyc('doctor', '--json').finally(() => delete process.env['KYC_APIFY_TOKEN']);
  const { settings } = z.object({ settings: z.array(z.object({ name: z.string(), value: z.string(), description: z.string() })) }).parse(JSON.parse(stdout));
  expect(settings.length).toBeGreaterThan(60);
  expect(settings.filter(({ description }) => description === '').map(({ name }) => name)).toEqual([]);
  expect(settings.find(({ name }) => name === 'KYC_APIFY_TOKEN')?.value).toBe('set');
  expect(stdout).not.toContain('apify_api_of_nobody');
});
