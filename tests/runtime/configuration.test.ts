import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { environmentOf, lambdaEntries } from '../../infra/lambda/entries.ts';
import { awsSettings } from '../../runtime/aws/part-settings.ts';
import { readGroup, settingGroups } from '../../runtime/aws/settings.ts';
import { configurationPage } from '../../runtime/configuration-page.ts';
import { needed, openEvidence, openKeys } from '../../runtime/embedded/choices.ts';
import { readSettings, settingsSchema } from '../../runtime/settings.ts';

describe('docs/configuration.md', () => {
  it('is what the schemas say (npm run generate renews it)', async () => {
    expect(await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(configurationPage());
  });

  it('says of every setting what it is', () => {
    const rows = configurationPage().split('\n').filter((line) => line.startsWith('| `KYC_') && line.split(' | ').length === 3);
    const described = new Set(rows.filter((row) => /\| [A-Z].*[.})] \|$/.test(row)).map((row) => /`(KYC_\w+)`/.exec(row)?.[1]));
    expect(Object.keys(settingsSchema.shape).filter((name) => !described.has(name))).toEqual([]);
  });
});

describe('the settings of parts on AWS', () => {
  it('may be given to the embedded platform one by one, and are checked there too', () => {
    expect(readSettings({ KYC_DOCUMENT_READER: 'textract', KYC_EVIDENCE: 's3', KYC_EVIDENCE_BUCKET: 'kyc-evidence' }).values.KYC_EVIDENCE_BUCKET).toBe('kyc-evidence');
    expect(() => readSettings({ KYC_EVIDENCE_BUCKET: 'Not A Bucket' })).toThrow('KYC_EVIDENCE_BUCKET: is no name of a bucket');
    expect(() => readSettings({ KYC_TOPIC_ARN: 'arn:aws:sqs:eu-west-2:123456789012:queue' })).toThrow('KYC_TOPIC_ARN: is no ARN of sns');
  });

  it('that a choice needs are asked for by name', async () => {
    await expect(openKeys(readSettings({ KYC_KEYS: 'kms' }))).rejects.toThrow('KYC_KMS_WRAPPING_KEY: is needed by KYC_KEYS=kms');
    await expect(openEvidence(readSettings({ KYC_EVIDENCE: 's3' }))).rejects.toThrow('KYC_EVIDENCE_BUCKET: is needed by KYC_EVIDENCE=s3');
    expect(needed(readSettings({ KYC_EVENT_BUS: 'kyc' }).values, 'KYC_EVENT_BUS', 'EventBridge')).toBe('kyc');
  });

  it('are refused by a function that lacks one, without repeating what was given', () => {
    expect(() => readGroup(settingGroups.ledger, { KYC_EVIDENCE_BUCKET: 'Secret Bucket Name' })).toThrow(/KYC_KMS_WRAPPING_KEY: [^]*KYC_EVIDENCE_BUCKET: is no name of a bucket/);
    expect(() => readGroup(settingGroups.ledger, { KYC_EVIDENCE_BUCKET: 'Secret Bucket Name' })).not.toThrow(/Secret/);
  });

  it('each belong to a group, and every function names groups that there are', () => {
    const grouped = new Set(Object.values(settingGroups).flatMap(({ shape }) => Object.keys(shape)));
    expect(Object.keys(awsSettings).filter((name) => !grouped.has(name))).toEqual([]);
    for (const entry of lambdaEntries) expect(environmentOf(entry)).toContain('KYC_LOG');
  });
});

describe('the list of functions', () => {
  it('names each once, with a file of that name', async () => {
    const names = lambdaEntries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(await readFile(new URL(`../../infra/lambda/${name}.ts`, import.meta.url), 'utf8')).toMatch(/export (const|async function) handler/);
  });

  it('lets nobody change or delete what the log holds, and only the sequencer sign, and exports their statement', () => {
    const all = lambdaEntries.flatMap(({ name, permissions }) => permissions.flatMap(({ on, actions }) => actions.map((action) => ({ name, on, action }))));
    const harmless = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PartiQLInsert'];
    expect(all.filter(({ on, action }) => on === 'table:events' && !harmless.includes(action))).toEqual([]);
    expect(all.filter(({ action }) => action === 'kms:Sign').map(({ name }) => name)).toEqual(['sequencer', 'export']);
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([]);
  });
});
